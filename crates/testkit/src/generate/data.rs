//! Texts in JSON and TOML, most of them well formed.

use crate::damage::Dice;
use crate::generate::tree::Tree;

const JSON: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "1.5",
    "-0.25",
    "1e3",
    "1E-2",
    "0.0",
    "123456789",
    "9007199254740993",
    "2.5e10",
    "\"\"",
    "\"a\"",
    "\"a b\"",
    "\"\\n\\t\\\"\\\\\\/\"",
    "\"\\u0041\\u00e4\"",
    "\"\\ud83d\\ude00\"",
    "\"ä\"",
    "[]",
    "{}",
    "-0",
    "-0.0",
    "100000000000000000000.0",
];

const BAD_JSON: &[&str] = &[
    "01",
    "1.",
    ".5",
    "+1",
    "nul",
    "True",
    "NaN",
    "'a'",
    "\"\\x\"",
    "\"\\u12\"",
    "\"a",
    "[1,]",
    "{\"a\"}",
    "{a:1}",
    "1 2",
    "",
    "\"\t\"",
    "[1 2]",
    "//",
    "\"\\ud800\"",
    "Infinity",
    "1e",
    "1e400",
    "-",
    "\"\u{1}\"",
    "{,}",
];

const BLANKS: &[&str] = &["", "", " ", "\n", "\t", " \r\n "];

/// The pieces of a text in JSON.
pub fn json(dice: &mut Dice) -> Vec<Tree> {
    let bad = if dice.chance(20) { 10 } else { 0 };
    let mut parts = vec![json_value(dice, 2, bad)];
    parts.insert(0, Tree::bare(dice.pick(BLANKS)));
    parts.push(Tree::bare(dice.pick(BLANKS)));
    parts
}

fn json_value(dice: &mut Dice, depth: usize, bad: usize) -> Tree {
    if dice.chance(bad) {
        return Tree::bare(dice.pick(BAD_JSON));
    }
    let count = dice.below(4);
    match dice.below(10) {
        0..3 if depth > 0 => {
            let each = (0..count)
                .map(|_| json_value(dice, depth - 1, bad))
                .collect();
            Tree::bare_row("[", ",", "]", each)
        }
        3..6 if depth > 0 => {
            let each = (0..count).map(|_| {
                let name =
                    dice.pick(&["\"a\"", "\"b\"", "\"a\"", "\"\"", "\"x y\"", "\"\\u0061\""]);
                let texts = [
                    format!("{}{name}{}:", dice.pick(BLANKS), dice.pick(BLANKS)),
                    String::new(),
                ];
                Tree::bare_holes(texts, vec![json_value(dice, depth - 1, bad)])
            });
            Tree::bare_row("{", ",", "}", each.collect())
        }
        _ => Tree::bare(dice.pick(JSON)),
    }
}

const TOML_KEYS: &[&str] = &[
    "a", "b", "c", "a.b", "b.c", "\"x y\"", "'d'", "1", "a-b", "a . c", "_",
];

const TOML: &[&str] = &[
    "1",
    "0",
    "-17",
    "+5",
    "1_000",
    "0xff",
    "0o17",
    "0b101",
    "1.5",
    "-0.5",
    "1e3",
    "6.0e-2",
    "true",
    "false",
    "\"\"",
    "\"a\\n\\t\\\"\\u00e4\"",
    "'lit\\n'",
    "\"\"\"\na\nb\"\"\"",
    "'''\nx'y'''",
    "\"\"\"a\\\n   b\"\"\"",
    "[]",
    "{}",
    "[1, 2]",
    "[ 'a', 'b', ]",
    "{ a = 1, b.c = 2 }",
    "[[1], [2]]",
    "9223372036854775807",
];

const BAD_TOML: &[&str] = &[
    "01",
    "1.",
    ".5",
    "True",
    "\"a",
    "[1 2]",
    "{ a = 1, }",
    "1__0",
    "0x",
    "nope",
    "\"\\x\"",
    "9223372036854775808",
    "",
    "{ a = 1 b = 2 }",
    "'a",
    "= 1",
];

/// The pieces of a text in TOML.
pub fn toml(dice: &mut Dice) -> Vec<Tree> {
    let bad = if dice.chance(15) { 10 } else { 0 };
    let lines = (0..dice.below(6)).map(|_| toml_line(dice, bad));
    lines.collect()
}

fn toml_line(dice: &mut Dice, bad: usize) -> Tree {
    let key = dice.pick(TOML_KEYS);
    Tree::bare(match dice.below(12) {
        0 => format!("[{key}]\n"),
        1 => format!("[[{key}]]\n"),
        2 => "# comment\n".to_owned(),
        3 => "\n".to_owned(),
        _ => {
            let value = if dice.chance(bad) {
                dice.pick(BAD_TOML)
            } else {
                dice.pick(TOML)
            };
            format!("{key} = {value}\n")
        }
    })
}
