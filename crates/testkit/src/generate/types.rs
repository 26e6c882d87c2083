//! Types of expressions, just as fine as generating needs them.
//!
//! They are written `int`, `[int]`, `{int}` for sets with values of one type, `(int -> int)`; single letters are variables.

use crate::damage::Dice;

/// What an expression is meant to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// Any of the others.
    Any,
    /// An integer.
    Int,
    /// An integer that may be the length of something.
    Small,
    /// A number with a fraction.
    Float,
    /// An integer or a float.
    Number,
    /// A Boolean.
    Bool,
    /// A string.
    Text,
    /// A path.
    Path,
    /// `null`.
    Null,
    /// A list.
    List(Box<Type>),
    /// An attribute set.
    Set(Box<Type>),
    /// A function.
    Function(Box<Type>, Box<Type>),
    /// What a production leaves open.
    Variable(char),
}

/// What the variables of a production stand for.
pub type Bindings = Vec<(char, Type)>;

impl Type {
    /// Reads a type.
    ///
    /// # Panics
    ///
    /// If it is not written well.
    pub fn parse(text: &str) -> Type {
        let text = text.trim();
        let inside = |open, close| text.strip_prefix(open)?.strip_suffix(close);
        if let Some(element) = inside('[', ']') {
            return Type::List(Box::new(Type::parse(element)));
        }
        if let Some(value) = inside('{', '}') {
            return Type::Set(Box::new(Type::parse(value)));
        }
        if let Some(arrow) = inside('(', ')') {
            let (from, to) = split_arrow(arrow);
            return Type::Function(Box::new(Type::parse(from)), Box::new(Type::parse(to)));
        }
        match text {
            "any" => Type::Any,
            "int" => Type::Int,
            "small" => Type::Small,
            "float" => Type::Float,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "text" => Type::Text,
            "path" => Type::Path,
            "null" => Type::Null,
            _ => match text.as_bytes() {
                [letter] => Type::Variable(char::from(*letter)),
                _ => panic!("no type: {text}"),
            },
        }
    }

    /// A type without variables, made of at most `depth` others.
    pub fn random(dice: &mut Dice, depth: usize) -> Type {
        let simple = dice.below(10) < 6 || depth == 0;
        if simple {
            return match dice.below(20) {
                0..6 => Type::Int,
                6..9 => Type::Float,
                9..12 => Type::Bool,
                12..18 => Type::Text,
                18 => Type::Path,
                _ => Type::Null,
            };
        }
        let mut inner = || Box::new(Type::random(dice, depth - 1));
        let (first, second) = (inner(), inner());
        match dice.below(10) {
            0..4 => Type::List(first),
            4..9 => Type::Set(first),
            _ => Type::Function(first, second),
        }
    }

    /// Whether `self`, which may have variables, can be `wanted`, which has none. Binds variables.
    pub fn fits(&self, wanted: &Type, bindings: &mut Bindings) -> bool {
        match (self, wanted) {
            (Type::Variable(name), _) => {
                if let Some((_, bound)) = bindings.iter().find(|(known, _)| known == name) {
                    return bound == wanted;
                }
                bindings.push((*name, wanted.clone()));
                true
            }
            (Type::List(ours), Type::List(theirs)) | (Type::Set(ours), Type::Set(theirs)) => {
                ours.fits(theirs, bindings)
            }
            (Type::Function(from, to), Type::Function(wanted_from, wanted_to)) => {
                from.fits(wanted_from, bindings) && to.fits(wanted_to, bindings)
            }
            (Type::Int | Type::Float, Type::Number) => true,
            _ => self == wanted,
        }
    }

    /// With its variables replaced; one that is not bound yet gets a type.
    pub fn filled(&self, bindings: &mut Bindings, dice: &mut Dice) -> Type {
        match self {
            Type::Variable(name) => {
                if let Some((_, bound)) = bindings.iter().find(|(known, _)| known == name) {
                    return bound.clone();
                }
                let chosen = Type::random(dice, 1);
                bindings.push((*name, chosen.clone()));
                chosen
            }
            Type::List(element) => Type::List(Box::new(element.filled(bindings, dice))),
            Type::Set(value) => Type::Set(Box::new(value.filled(bindings, dice))),
            Type::Function(from, to) => Type::Function(
                Box::new(from.filled(bindings, dice)),
                Box::new(to.filled(bindings, dice)),
            ),
            other => other.clone(),
        }
    }
}

/// The two sides of the outermost arrow.
fn split_arrow(text: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '-' if depth == 0 && text[at..].starts_with("->") => {
                return (&text[..at], &text[at + 2..]);
            }
            _ => {}
        }
    }
    panic!("no function type: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_they_are_written() {
        let list = |inner| Type::List(Box::new(inner));
        assert_eq!(Type::parse("[[int]]"), list(list(Type::Int)));
        let expected = Type::Function(
            Box::new(Type::Variable('a')),
            Box::new(Type::Function(
                Box::new(Type::Set(Box::new(Type::Text))),
                Box::new(Type::Bool),
            )),
        );
        assert_eq!(Type::parse("(a -> ({text} -> bool))"), expected);
    }

    #[test]
    fn variables_are_bound_once() {
        let mut bindings = vec![];
        let pattern = Type::parse("(a -> a)");
        assert!(pattern.fits(&Type::parse("(int -> int)"), &mut bindings));
        assert_eq!(bindings, [('a', Type::Int)]);
        assert!(!pattern.fits(&Type::parse("(int -> text)"), &mut vec![]));
    }
}
