//! Texts that only look like expressions: tokens in any order, and expressions that are damaged.

use crate::damage::{Dice, damaged_tokens};
use crate::generate::expressions::Grammar;
use crate::generate::tree::Tree;

const TOKENS: &[&str] = &[
    "a",
    "b",
    "f",
    "x",
    "1",
    "2",
    "0.5",
    "1.",
    ".5",
    "0",
    "-",
    "+",
    "*",
    "/",
    "//",
    "++",
    "==",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "&&",
    "||",
    "->",
    "!",
    "?",
    ".",
    ".",
    "or",
    "\"a\"",
    "\"",
    "''",
    "''a''",
    "${",
    "}",
    "{",
    "{ }",
    "[ ]",
    "[",
    "]",
    "(",
    ")",
    "./a",
    "/a",
    "../b",
    "a/b",
    "<a>",
    "<a/b>",
    "...",
    ":",
    ";",
    "=",
    ",",
    "@",
    "x:",
    "x: ",
    "rec",
    "with",
    "let",
    "in",
    "if",
    "then",
    "else",
    "assert",
    "inherit",
    "true",
    "null",
    "a:b",
    "http://a.b/c",
    "{ a = 1; }",
    "{ a, b ? 1 }: ",
    "{ a, ... }@x: ",
    "a.b",
    "\"${f}\"",
    "#",
    "/*",
    "*/",
    "# c\n",
    "/* c */",
    "\n",
    "\t",
    "'",
    "_",
    "%",
    "\\",
    "$",
    "|",
    "&",
    "^",
    "e5",
    "1.0e5",
    "1e5",
    "__curPos.column",
    "if a then b else 2",
    "(x: x)",
    "let a = 2; in a",
    "with f; ",
    "assert a == 1; ",
    "let { body = a; }",
    "rec { a = b; b = 1; }",
    "{ ${\"a\"} = 1; }",
    "{ \"a\".b = 1; }",
    "{ inherit a b; }",
    "{ inherit (f) a; }",
    "or ",
    "-1",
    "!b",
    "../${\"a\"}",
    "/.",
    "a'",
    "a-b",
    "-a",
    "$${",
];

/// The longest expression that is damaged; what is wrong in long ones is seldom reached.
const MOST: usize = 160;

/// Something of that kind.
pub fn soup(grammar: &Grammar, dice: &mut Dice) -> Tree {
    if dice.chance(50) {
        return tokens(dice);
    }
    let text = loop {
        let text = grammar.expression(dice).to_string();
        if (8..MOST).contains(&text.len()) {
            break text;
        }
    };
    let tokens = damaged_tokens(&text, dice);
    Tree::row("", "", "", tokens.into_iter().map(Tree::bare).collect())
}

fn tokens(dice: &mut Dice) -> Tree {
    let blank = dice.pick(&["", " ", " "]);
    let count = 1 + dice.below(7);
    let tokens = (0..count).map(|_| {
        let blank = if dice.chance(15) { "" } else { blank };
        Tree::bare(format!("{}{blank}", dice.pick(TOKENS)))
    });
    let tokens = Tree::bare_row("", "", "", tokens.collect());
    let scope = "let a = 1; b = true; f = { a = x: x; b = { }; }; x = [ ]; in ";
    let texts = match dice.below(4) {
        0..2 => [scope.to_owned(), String::new()],
        2 => [format!("{scope}[ "), " ]".to_owned()],
        _ => [format!("{scope}{{ a = "), "; }".to_owned()],
    };
    Tree::holes(texts, vec![tokens])
}
