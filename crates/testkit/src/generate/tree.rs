//! Texts as trees, so that what is generated can be made smaller and stays well formed.

use std::fmt::{self, Display, Formatter};

/// A piece of text made of others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    shape: Shape,
    /// Whether it is an expression, which may stand in place of any other.
    is_expression: bool,
    /// Whether it needs no parentheses.
    is_closed: bool,
    parts: Vec<Tree>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Shape {
    /// Texts with the parts between them.
    Holes(Vec<String>),
    /// Any number of parts between two texts, with a text between them.
    Row {
        open: String,
        between: &'static str,
        close: String,
    },
    /// Parts that are no expressions, all in one string literal of Nix.
    Quoted,
}

/// What may stand in place of any expression when a tree is made smaller.
const SIMPLE: &[&str] = &["1", "null", "\"\"", "[ ]", "{ }"];

impl Tree {
    /// An expression that needs no parentheses.
    pub fn leaf(text: impl Into<String>) -> Tree {
        Tree {
            shape: Shape::Holes(vec![text.into()]),
            is_expression: true,
            is_closed: true,
            parts: vec![],
        }
    }

    /// A text that is no expression by itself.
    pub fn bare(text: impl Into<String>) -> Tree {
        Tree {
            is_expression: false,
            ..Tree::leaf(text)
        }
    }

    /// An expression: texts, one more than there are parts, which stand between them.
    pub fn holes<T: Into<String>>(texts: impl IntoIterator<Item = T>, parts: Vec<Tree>) -> Tree {
        Tree {
            shape: Shape::Holes(texts.into_iter().map(Into::into).collect()),
            is_expression: true,
            is_closed: false,
            parts,
        }
    }

    /// The same, such as a binding, which is no expression by itself.
    pub fn bare_holes<T: Into<String>>(
        texts: impl IntoIterator<Item = T>,
        parts: Vec<Tree>,
    ) -> Tree {
        Tree {
            is_expression: false,
            is_closed: true,
            ..Tree::holes(texts, parts)
        }
    }

    /// A list, a set or a string: parts that may be left out one by one.
    pub fn row(open: &str, between: &'static str, close: &str, parts: Vec<Tree>) -> Tree {
        Tree {
            shape: Shape::Row {
                open: open.to_owned(),
                between,
                close: close.to_owned(),
            },
            is_expression: true,
            is_closed: true,
            parts,
        }
    }

    /// A row that is no expression by itself.
    pub fn bare_row(open: &str, between: &'static str, close: &str, parts: Vec<Tree>) -> Tree {
        Tree {
            is_expression: false,
            ..Tree::row(open, between, close, parts)
        }
    }

    /// The string literal of a text that is made of parts.
    pub fn quoted(parts: Vec<Tree>) -> Tree {
        Tree {
            shape: Shape::Quoted,
            is_expression: true,
            is_closed: true,
            parts,
        }
    }

    /// Never in parentheses, so that its parts may come to belong to what is around it.
    pub fn without_parentheses(self) -> Tree {
        Tree {
            is_closed: true,
            ..self
        }
    }

    /// In parentheses, as a negative number must be.
    pub fn in_parentheses(self) -> Tree {
        let is_closed = !self.to_string().starts_with('-');
        Tree { is_closed, ..self }
    }

    /// The trees that are one step smaller, the smallest first.
    pub fn smaller(&self) -> Vec<Tree> {
        let mut found = vec![];
        if self.is_expression {
            let simple = SIMPLE.iter().map(Tree::leaf_of);
            found.extend(simple.take_while(|simple| simple != self));
            let mut inner = vec![];
            self.inner_expressions(&mut inner);
            found.extend(inner.into_iter().cloned());
        }
        if !matches!(self.shape, Shape::Holes(_)) {
            found.extend(self.shorter());
        }
        for (at, part) in self.parts.iter().enumerate() {
            for smaller in part.smaller() {
                let mut tree = self.clone();
                tree.parts[at] = smaller;
                found.push(tree);
            }
        }
        found
    }

    fn leaf_of(text: &&'static str) -> Tree {
        Tree::leaf(*text)
    }

    /// The expressions that are nearest below.
    fn inner_expressions<'t>(&'t self, found: &mut Vec<&'t Tree>) {
        for part in &self.parts {
            if part.is_expression {
                found.push(part);
            } else {
                part.inner_expressions(found);
            }
        }
    }

    /// Without half of its parts, then without each single one.
    fn shorter(&self) -> Vec<Tree> {
        let count = self.parts.len();
        let without = |range: std::ops::Range<usize>| {
            let mut tree = self.clone();
            tree.parts.drain(range);
            tree
        };
        let mut found = vec![];
        if count > 3 {
            found.push(without(0..count / 2));
            found.push(without(count / 2..count));
        }
        found.extend((0..count).map(|at| without(at..at + 1)));
        found
    }
}

/// The smallest tree that still holds, found within so many attempts.
pub fn shrink(tree: Tree, attempts: usize, mut holds: impl FnMut(&Tree) -> bool) -> Tree {
    let mut best = tree;
    let mut left = attempts;
    'better: loop {
        let length = best.to_string().len();
        for smaller in best.smaller() {
            if smaller.to_string().len() >= length {
                continue;
            }
            if left == 0 {
                return best;
            }
            left -= 1;
            if holds(&smaller) {
                best = smaller;
                continue 'better;
            }
        }
        return best;
    }
}

impl Display for Tree {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.shape {
            Shape::Holes(texts) => {
                let mut parts = self.parts.iter();
                for text in texts {
                    out.write_str(text)?;
                    if let Some(part) = parts.next() {
                        part.write_closed(out)?;
                    }
                }
            }
            Shape::Row {
                open,
                between,
                close,
            } => {
                out.write_str(open)?;
                for (at, part) in self.parts.iter().enumerate() {
                    if at > 0 {
                        out.write_str(between)?;
                    }
                    part.write_closed(out)?;
                }
                out.write_str(close)?;
            }
            Shape::Quoted => {
                let text: String = self.parts.iter().map(Tree::to_string).collect();
                out.write_str(&literal(&text))?;
            }
        }
        Ok(())
    }
}

impl Tree {
    fn write_closed(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if self.is_closed {
            write!(out, "{self}")
        } else {
            write!(out, "({self})")
        }
    }
}

/// The string literal of a text, in one line.
pub fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        escape(&mut out, character);
    }
    out.push('"');
    out
}

/// Appends a character as it stands in a string literal.
pub fn escape(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '"' | '\\' | '$' => {
            out.push('\\');
            out.push(character);
        }
        _ => out.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(left: &str, right: &str) -> Tree {
        Tree::holes(["", " + ", ""], vec![Tree::leaf(left), Tree::leaf(right)])
    }

    #[test]
    fn expressions_within_others_are_in_parentheses() {
        let list = Tree::row("[ ", " ", " ]", vec![Tree::leaf("1"), sum("2", "3")]);
        assert_eq!(list.to_string(), "[ 1 (2 + 3) ]");
    }

    #[test]
    fn what_is_quoted_is_escaped_as_a_whole() {
        let parts = vec![Tree::bare("a\"\n"), Tree::bare("${")];
        assert_eq!(Tree::quoted(parts).to_string(), r#""a\"\n\${""#);
    }

    #[test]
    fn a_tree_shrinks_to_what_matters() {
        let list = Tree::row("[ ", " ", " ]", vec![sum("4", "5"), sum("2", "3")]);
        let smallest = shrink(list, 1000, |tree| tree.to_string().contains('3'));
        assert_eq!(smallest.to_string(), "3");
        let text = "abcdefg"
            .chars()
            .map(|letter| Tree::bare(letter.to_string()));
        let text = Tree::quoted(text.collect());
        let holds = |tree: &Tree| tree.to_string().contains('c') && tree.to_string().contains('f');
        assert_eq!(shrink(text, 1000, holds).to_string(), "\"cf\"");
    }
}
