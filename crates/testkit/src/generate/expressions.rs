//! Expressions of Nix that mostly make sense.
//!
//! An expression is made from the outside in: what is wanted has a type, and something that has it is chosen; now and then it is of another
//! type after all. Names are few, so that they hide each other.

use crate::damage::Dice;
use crate::generate::grammar::{EXACT, PRODUCTIONS, SHORT};
use crate::generate::tree::{Tree, literal};
use crate::generate::types::{Bindings, Type};
use crate::generate::{data, regexes, strings};

const VARIABLES: &[&str] = &["x", "y", "z", "a", "b", "f"];
const ALGORITHMS: &[&str] = &["md5", "sha1", "sha256", "sha512", "sha256", "nope"];

/// Makes expressions.
#[derive(Debug)]
pub struct Grammar {
    productions: Vec<Production>,
}

#[derive(Debug)]
struct Production {
    makes: Type,
    texts: Vec<&'static str>,
    places: Vec<Place>,
}

#[derive(Debug)]
enum Place {
    Expression(Type),
    Special(&'static str),
}

impl Default for Grammar {
    fn default() -> Grammar {
        let productions = PRODUCTIONS.iter();
        let productions = productions.map(|(makes, template)| Production::read(makes, template));
        Grammar {
            productions: productions.collect(),
        }
    }
}

impl Production {
    fn read(makes: &str, template: &'static str) -> Production {
        let mut texts = vec![];
        let mut places = vec![];
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('«') {
            let (place, behind) = after.split_once('»').expect("a place is closed");
            texts.push(before);
            places.push(match place.strip_prefix('!') {
                Some(special) => Place::Special(special),
                None => Place::Expression(Type::parse(place)),
            });
            rest = behind;
        }
        texts.push(rest);
        Production {
            makes: Type::parse(makes),
            texts,
            places,
        }
    }
}

impl Grammar {
    /// An expression; it follows from the dice alone.
    pub fn expression(&self, dice: &mut Dice) -> Tree {
        let wrong = if dice.chance(40) { 3 } else { 0 };
        let depth = 1 + dice.below(5);
        let wanted = match dice.chance(30) {
            true => Type::Any,
            false => Type::random(dice, 2),
        };
        let mut maker = Maker {
            grammar: self,
            scope: vec![],
            wrong,
            bare: if dice.chance(30) { 50 } else { 0 },
        };
        maker.expression(dice, &wanted, depth)
    }

    /// The productions of a type: those for it alone, and those for any type.
    fn fitting(&self, wanted: &Type) -> [Vec<(&Production, Bindings)>; 2] {
        let fitting = self.productions.iter().filter_map(|production| {
            let mut bindings = vec![];
            let fits = production.makes.fits(wanted, &mut bindings);
            fits.then_some((production, bindings))
        });
        let is_special = |(production, _): &(&Production, Bindings)| {
            !matches!(production.makes, Type::Variable(_))
        };
        let (special, general) = fitting.partition(is_special);
        [special, general]
    }
}

struct Maker<'g> {
    grammar: &'g Grammar,
    /// The variables, the innermost last.
    scope: Vec<(&'static str, Type)>,
    /// How often in a hundred times a type is not the wanted one.
    wrong: usize,
    /// How often in a hundred times parentheses are forgotten.
    bare: usize,
}

impl Maker<'_> {
    fn expression(&mut self, dice: &mut Dice, wanted: &Type, depth: usize) -> Tree {
        let wanted = match wanted {
            _ if dice.chance(self.wrong) => &Type::random(dice, 1),
            Type::Any if dice.chance(70) => &Type::random(dice, 2),
            Type::Number => dice.pick(&[&Type::Int, &Type::Float]),
            wanted => wanted,
        };
        if depth == 0 || dice.chance(15) {
            return self.leaf(dice, wanted, depth);
        }
        let tree = match dice.below(20) {
            0..3 => self.variable(dice, wanted, depth),
            3..5 => self.bound(dice, wanted, depth),
            5..8 => self.leaf(dice, wanted, depth),
            _ => self.production(dice, wanted, depth),
        };
        match dice.chance(self.bare) {
            true => tree.without_parentheses(),
            false => tree,
        }
    }

    fn variable(&mut self, dice: &mut Dice, wanted: &Type, depth: usize) -> Tree {
        let visible = self.scope.iter().enumerate().filter(|(at, (name, of))| {
            let is_hidden = self.scope[at + 1..].iter().any(|(other, _)| other == name);
            !is_hidden && (of == wanted || *wanted == Type::Any)
        });
        let visible: Vec<&str> = visible.map(|(_, (name, _))| *name).collect();
        if visible.is_empty() {
            return self.leaf(dice, wanted, depth);
        }
        Tree::leaf(dice.pick(&visible))
    }

    fn leaf(&mut self, dice: &mut Dice, wanted: &Type, depth: usize) -> Tree {
        let depth = depth.saturating_sub(1);
        if depth == 0 && dice.chance(40) {
            let is_known = self.scope.iter().any(|(_, of)| of == wanted);
            if is_known {
                return self.variable(dice, wanted, 0);
            }
        }
        match wanted {
            Type::Any | Type::Variable(_) => {
                let chosen = Type::random(dice, depth.min(2));
                self.leaf(dice, &chosen, depth)
            }
            Type::Int | Type::Number => {
                let is_small = dice.chance(50);
                strings::integer(dice, is_small)
            }
            Type::Small => strings::integer(dice, true),
            Type::Float => strings::float(dice),
            Type::Bool => Tree::leaf(dice.pick(&["true", "false"])),
            Type::Null => Tree::leaf("null"),
            Type::Path => strings::path(dice),
            Type::Text => {
                strings::string(dice, &mut |dice| self.expression(dice, &Type::Text, depth))
            }
            Type::List(element) => {
                let count = dice.below(5);
                let items = (0..count).map(|_| self.expression(dice, element, depth));
                Tree::row("[ ", " ", " ]", items.collect())
            }
            Type::Set(value) => self.set(dice, value, depth),
            Type::Function(from, to) => self.function(dice, from, to, depth),
        }
    }

    fn production(&mut self, dice: &mut Dice, wanted: &Type, depth: usize) -> Tree {
        let [special, general] = self.grammar.fitting(wanted);
        let from = match !special.is_empty() && dice.chance(70) {
            true => &special,
            false => &general,
        };
        let (production, bindings) = &from[dice.below(from.len())];
        let is_failure = ["throw ", "abort "].contains(&production.texts[0]);
        if is_failure && dice.chance(60) {
            return self.leaf(dice, wanted, depth);
        }
        self.produced(dice, production, bindings.clone(), depth)
    }

    /// Something that is a function for sure.
    fn some_function(&mut self, dice: &mut Dice, wanted: &Type, depth: usize) -> Tree {
        let [special, _] = self.grammar.fitting(wanted);
        if depth == 0 || special.is_empty() || dice.chance(60) {
            return self.leaf(dice, wanted, depth);
        }
        let (production, bindings) = &special[dice.below(special.len())];
        self.produced(dice, production, bindings.clone(), depth)
    }

    fn produced(
        &mut self,
        dice: &mut Dice,
        production: &Production,
        mut bindings: Bindings,
        depth: usize,
    ) -> Tree {
        // What is called need not be a function, what is given to a builtin has to be one.
        let is_call = production.texts[0].is_empty();
        let parts = production.places.iter().map(|place| match place {
            Place::Special(what) => self.special(dice, what, depth - 1),
            Place::Expression(of) => match of.filled(&mut bindings, dice) {
                of @ Type::Function(..) if !is_call => self.some_function(dice, &of, depth - 1),
                of => self.expression(dice, &of, depth - 1),
            },
        });
        let parts: Vec<Tree> = parts.collect();
        if dice.chance(3) {
            let texts = production.texts.iter();
            return Tree::holes(texts.map(|text| text.replace("builtins.", "__")), parts);
        }
        Tree::holes(production.texts.iter().copied(), parts)
    }

    fn special(&mut self, dice: &mut Dice, what: &str, depth: usize) -> Tree {
        match what {
            "attr" if dice.chance(5) => {
                let name = self.expression(dice, &Type::Text, depth);
                Tree::bare_holes(["${", "}"], vec![name])
            }
            "attr" => strings::attribute(dice),
            "name" if dice.chance(10) => self.expression(dice, &Type::Text, depth),
            "name" => Tree::leaf(literal(strings::name(dice))),
            "version" => strings::version(dice),
            "algorithm" => Tree::leaf(literal(dice.pick(ALGORITHMS))),
            "exact" => Tree::bare(EXACT),
            "short" => Tree::bare(SHORT),
            "regex" => Tree::quoted(regexes::regex(dice)),
            "json" => Tree::quoted(data::json(dice)),
            "toml" => Tree::quoted(data::toml(dice)),
            _ => panic!("nothing is called {what}"),
        }
    }

    /// Something within a scope of its own.
    fn bound(&mut self, dice: &mut Dice, wanted: &Type, depth: usize) -> Tree {
        let before = self.scope.len();
        let tree = match dice.below(7) {
            0..3 => {
                let bindings = self.bindings(dice, depth - 1);
                let body = self.expression(dice, wanted, depth - 1);
                Tree::holes(["let ", " in ", ""], vec![bindings, body])
            }
            3 => {
                let of = Type::random(dice, 1);
                let set = self.set(dice, &of, depth - 1);
                // What a `with` binds is hidden by all else.
                let names = ["a", "b", "c"].map(|name| (name, of.clone()));
                self.scope.splice(0..0, names);
                let body = self.expression(dice, wanted, depth - 1);
                self.scope.drain(0..3);
                Tree::holes(["with ", "; ", ""], vec![set, body])
            }
            4..6 => {
                let of = Type::random(dice, 1);
                let argument = self.expression(dice, &of, depth - 1);
                let function = self.function(dice, &of, wanted, depth - 1);
                Tree::holes(["", " ", ""], vec![function, argument])
            }
            _ => {
                let bindings = self.bindings(dice, depth - 1);
                let body = self.expression(dice, wanted, depth - 1);
                Tree::holes(["rec { ", " it = ", "; }.it"], vec![bindings, body])
            }
        };
        self.scope.truncate(before);
        tree
    }

    /// A few bindings, whose names are in scope afterwards.
    fn bindings(&mut self, dice: &mut Dice, depth: usize) -> Tree {
        let outside = self.scope.len();
        let mut each: Vec<Tree> = vec![];
        for _ in 0..1 + dice.below(3) {
            let name = dice.pick(VARIABLES);
            let is_new = self.scope[outside..]
                .iter()
                .all(|(other, _)| *other != name);
            if !is_new && dice.chance(97) {
                continue;
            }
            if dice.chance(8)
                && self.scope[..outside]
                    .iter()
                    .any(|(other, _)| *other == name)
            {
                let known = self.scope[..outside]
                    .iter()
                    .rev()
                    .find(|(other, _)| *other == name);
                let known = known.cloned();
                self.scope.extend(known);
                each.push(Tree::bare(format!("inherit {name};")));
                continue;
            }
            let of = Type::random(dice, 2);
            if dice.chance(10) {
                let source = self.set(dice, &of, depth);
                each.push(Tree::bare_holes(["inherit (", ") a;"], vec![source]));
                self.scope.push(("a", of));
                continue;
            }
            let value = self.expression(dice, &of, depth);
            each.push(Tree::bare_holes(
                [format!("{name} = "), ";".to_owned()],
                vec![value],
            ));
            self.scope.push((name, of));
        }
        Tree::bare_row("", " ", "", each)
    }

    fn set(&mut self, dice: &mut Dice, of: &Type, depth: usize) -> Tree {
        let is_recursive = dice.chance(10);
        let before = self.scope.len();
        let mut names = vec![];
        let mut each = vec![];
        for _ in 0..dice.below(5) {
            if dice.chance(5) {
                let known = self.scope.iter().rev().find(|(_, known)| known == of);
                if let Some((name, _)) = known.filter(|(name, _)| !names.contains(name)) {
                    names.push(name);
                    each.push(Tree::bare(format!("inherit {name};")));
                    continue;
                }
            }
            if dice.chance(5) {
                let name = self.special(dice, "attr", depth);
                let value = self.expression(dice, of, depth);
                each.push(Tree::bare_holes(["", " = ", ";"], vec![name, value]));
                continue;
            }
            let name = strings::name(dice);
            if names.contains(&name) && dice.chance(98) {
                continue;
            }
            names.push(name);
            let shown = if ["a", "b", "c", "d"].contains(&name) {
                name.to_owned()
            } else {
                literal(name)
            };
            if let Type::Set(inner) = of
                && dice.chance(30)
            {
                let value = self.expression(dice, inner, depth);
                let inner = strings::attribute(dice);
                let start = format!("{shown}.");
                each.push(Tree::bare_holes([&*start, " = ", ";"], vec![inner, value]));
                continue;
            }
            let value = self.expression(dice, of, depth);
            let start = format!("{shown} = ");
            each.push(Tree::bare_holes([&*start, ";"], vec![value]));
            if is_recursive && ["a", "b"].contains(&name) {
                self.scope.push((name, of.clone()));
            }
        }
        self.scope.truncate(before);
        let open = if is_recursive { "rec { " } else { "{ " };
        Tree::row(open, " ", " }", each)
    }

    fn function(&mut self, dice: &mut Dice, from: &Type, to: &Type, depth: usize) -> Tree {
        let before = self.scope.len();
        let depth = depth.saturating_sub(1);
        let name = dice.pick(VARIABLES);
        let tree = match from {
            Type::Set(of) if dice.chance(60) => {
                let mut formals = vec![];
                for name in ["a", "b", "c"] {
                    match dice.below(6) {
                        0..2 => {
                            self.scope.push((name, (**of).clone()));
                            let default = self.expression(dice, of, depth);
                            formals.push(Tree::bare_holes([format!("{name} ? ")], vec![default]));
                        }
                        2 => {
                            self.scope.push((name, (**of).clone()));
                            formals.push(Tree::bare(name));
                        }
                        _ => {}
                    }
                }
                if dice.chance(80) {
                    formals.push(Tree::bare("..."));
                }
                let whole = dice.below(6);
                if whole < 2 {
                    self.scope.push(("z", from.clone()));
                }
                let formals = match whole {
                    0 => Tree::bare_row("{ ", ", ", " }@z: ", formals),
                    1 => Tree::bare_row("z@{ ", ", ", " }: ", formals),
                    _ => Tree::bare_row("{ ", ", ", " }: ", formals),
                };
                let body = self.expression(dice, to, depth);
                Tree::holes(["", "", ""], vec![formals, body])
            }
            _ => {
                self.scope.push((name, from.clone()));
                let body = self.expression(dice, to, depth);
                Tree::holes([format!("{name}: "), String::new()], vec![body])
            }
        };
        self.scope.truncate(before);
        tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_expression() {
        let grammar = Grammar::default();
        for seed in 0..200 {
            let make = || grammar.expression(&mut Dice::new(seed)).to_string();
            assert_eq!(make(), make());
        }
    }
}
