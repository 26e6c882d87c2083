//! Literals: strings of both kinds, names, versions, numbers, paths.

use crate::damage::Dice;
use crate::generate::tree::{Tree, escape, literal};

/// What strings are made of.
const PIECES: &[&str] = &[
    "a", "b", "ab", "abc", "x", "A", "Z", "0", "1", "9", "10", "-", "_", ".", ",", "/", "//", "..",
    " ", "  ", "\n", "\t", "\r", "\"", "'", "''", "\\", "$", "$$", "{", "}", "${", "%", "&", "<",
    ">", "#", "*", "+", "(", ")", "[", "]", "ä", "é", "€", "😀", "\u{1}", "\u{7f}", "true", "null",
    "1.5", "-1", "=", ";", ":", "@", "~", "|", "^", "?", "!",
];

/// What may stand in an indented string, besides its interpolations.
const INDENTED: &[&str] = &[
    "a", "b c", "\n", "\n", "\n", "  ", "    ", "\t", " ", "$", "$$", "'", "''$", "'''", "''\\n",
    "''\\t", "''\\\\", "\\", "\\n", "\"", "{", "}", "#", "\r", "ä", "\n\n", "\n  ", "\n    ",
];

const NAMES: &[&str] = &["a", "b", "c", "d"];

const ODD_NAMES: &[&str] = &[
    "",
    "x y",
    "if",
    "a.b",
    "1",
    "-",
    "or",
    "ä",
    "$",
    "a'",
    "\"",
    "_type",
    "__functor",
    "value",
];

const VERSION_PIECES: &[&str] = &[
    "1",
    "2",
    "10",
    "0",
    "01",
    "2.3",
    "pre",
    "a",
    "b",
    "rc",
    ".",
    ".",
    ".",
    "-",
    "-",
    "",
    "1.2.3",
    "4pre2",
    "..",
    "x",
    "_",
    "9999999999",
    "99999999999999999999",
    "+",
    "alpha",
    "Z",
];

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "10",
    "42",
    "255",
    "1000",
    "65536",
    "-1",
    "-2",
    "-7",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775807",
];

const FLOATS: &[&str] = &[
    "0.0",
    "1.0",
    "0.5",
    "1.5",
    "2.5",
    "-0.5",
    "-1.5",
    ".5",
    "1.",
    "0.1",
    "0.3",
    "100.25",
    "1.0e3",
    "1.0e10",
    "1.5e-7",
    "123456.0",
    "1234567.0",
    "3.14159265358979",
    "9007199254740993.0",
    "1.0e18",
    "2.0E+2",
    "1.0e100",
    "4294967296.5",
    "-0.0",
];

const PATHS: &[&str] = &[
    "/a", "/a/b", "/a/b.nix", "./c", "./.", "/a/../b", "../d", "/a/./e", "a/b", "/.", "~/x",
];

/// An integer; `small` ones are lengths, or just beside.
pub fn integer(dice: &mut Dice, small: bool) -> Tree {
    if small {
        return Tree::leaf(match dice.below(12) {
            0 => "-1".to_owned(),
            1 => dice.below(20).to_string(),
            _ => dice.below(5).to_string(),
        })
        .in_parentheses();
    }
    Tree::leaf(dice.pick(INTEGERS)).in_parentheses()
}

/// A float.
pub fn float(dice: &mut Dice) -> Tree {
    Tree::leaf(dice.pick(FLOATS)).in_parentheses()
}

/// A path.
pub fn path(dice: &mut Dice) -> Tree {
    // What begins in the home directory differs from one to the other.
    let paths = &PATHS[..PATHS.len() - 1];
    Tree::leaf(dice.pick(paths))
}

/// The name of an attribute, mostly one that others have too.
pub fn name(dice: &mut Dice) -> &'static str {
    if dice.chance(8) {
        dice.pick(ODD_NAMES)
    } else {
        dice.pick(NAMES)
    }
}

/// A name as it stands in an attribute path.
pub fn attribute(dice: &mut Dice) -> Tree {
    let name = name(dice);
    let plain = NAMES.contains(&name) || ["_type", "value", "__functor"].contains(&name);
    if plain && dice.chance(90) {
        Tree::bare(name)
    } else if dice.chance(80) {
        Tree::bare(literal(name))
    } else {
        Tree::bare(format!("${{{}}}", literal(name)))
    }
}

/// Something like a version.
pub fn version(dice: &mut Dice) -> Tree {
    let count = dice.below(6);
    let pieces = (0..count).map(|_| Tree::bare(dice.pick(VERSION_PIECES)));
    Tree::quoted(pieces.collect())
}

/// The pieces of a text without interpolations.
pub fn pieces(dice: &mut Dice, most: usize) -> Vec<Tree> {
    let count = dice.below(most + 1);
    let few = dice.chance(50);
    let from = if few { &PIECES[..12] } else { PIECES };
    (0..count).map(|_| Tree::bare(dice.pick(from))).collect()
}

/// A string literal; `inner` makes what is interpolated.
pub fn string(dice: &mut Dice, inner: &mut dyn FnMut(&mut Dice) -> Tree) -> Tree {
    let mut interpolation = |dice: &mut Dice| Tree::bare_holes(["${", "}"], vec![inner(dice)]);
    let count = dice.below(5);
    if dice.chance(20) {
        let parts = (0..count * 2).map(|_| {
            if dice.chance(15) {
                interpolation(dice)
            } else {
                Tree::bare(dice.pick(INDENTED))
            }
        });
        return Tree::row("''", "", "''", parts.collect());
    }
    if dice.chance(60) {
        return Tree::quoted(pieces(dice, 4));
    }
    let parts = (0..count).map(|_| {
        if dice.chance(30) {
            interpolation(dice)
        } else {
            plain_piece(dice)
        }
    });
    Tree::row("\"", "", "\"", parts.collect())
}

/// A piece between quotes: escaped, or in one of the other ways to write it.
fn plain_piece(dice: &mut Dice) -> Tree {
    let raw = ["$$", "$", "\\x", "\n", "\t", "\\$", "'", "\r\n", "\\\n"];
    if dice.chance(10) {
        return Tree::bare(dice.pick(&raw));
    }
    let mut text = String::new();
    for character in dice.pick(PIECES).chars() {
        escape(&mut text, character);
    }
    Tree::bare(text)
}
