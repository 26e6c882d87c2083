//! Regular expressions, and texts that they may match.

use crate::damage::Dice;
use crate::generate::tree::Tree;

/// What stands for a character or a few.
const ATOMS: &[&str] = &[
    "a", "b", "ab", "c", ".", "x", "-", "\\.", "\\*", "\\(", "\\[", "\\\\", "\\$", " ", "\n", "0",
    "ä", "\\{", "\\|", "]", "}", ",",
];

/// What is special, misplaced or has no meaning.
const ODD: &[&str] = &[
    "\\a", "\\1", "\\n", "\\d", "\\", "(", ")", "[", "{", "*", "+", "?", "|", "^", "$", "(?:a)",
    "{1}", "{,2}", "a{2", "\\/", "[]", "[^]", "\\<", "\\b", "\u{1}", "()", "(|a)", "**", "+?",
    "\\]", "\\}", "\\ ", "\\-",
];

const CLASS_PIECES: &[&str] = &[
    "a",
    "b",
    "a-c",
    "0-9",
    "[:alpha:]",
    "[:digit:]",
    "[:space:]",
    "[:alnum:]",
    "[:upper:]",
    "[:lower:]",
    "[:punct:]",
    "[:xdigit:]",
    "[:cntrl:]",
    "[:blank:]",
    "[:graph:]",
    "[:print:]",
    "-",
    ".",
    "\\",
    "^",
    "$",
    "*",
    "(",
    "ä",
    " ",
    "\n",
    "x-z",
    "A-Z",
    "[",
    "/",
    "+--",
];

const ODD_CLASS_PIECES: &[&str] = &[
    "[=a=]",
    "[.a.]",
    "[.hyphen.]",
    "[.space.]",
    "[:w:]",
    "[:d:]",
    "[:nope:]",
    "c-a",
    "[",
    "[.-.]-z",
    "a-[.z.]",
    "[:",
    "[=",
    "[.ab.]",
    "--a",
    "a-",
    "]",
    "[:Alpha:]",
    "[=ab=]",
    "ä-z",
    "[.NUL.]",
    "a-c-e",
];

const COUNTS: &[&str] = &[
    "*", "*", "+", "+", "?", "?", "{0}", "{1}", "{2}", "{1,}", "{0,2}", "{1,3}", "{2,3}", "{3,1}",
    "{0,0}", "{2,2}", "{,1}", "{1,2", "*?", "++", "{01}", "{a}", "{1, 2}", "{5}", "{0,}",
];

const SUBJECTS: &[&str] = &[
    "a", "a", "b", "b", "ab", "aa", "c", "x", "abc", "0", "12", "-", ".", " ", "\n", "ä", "A", "(",
    "*", "]", "\\", "/", "z", "y", "[", "\t", "é", "_", "$", ",", "{", "^", "+", "\u{1}", "\u{7f}",
    "\r",
];

/// A part of an expression, and a text that it may match.
type Sampled = (Tree, String);

/// The pieces of a regular expression.
pub fn regex(dice: &mut Dice) -> Vec<Tree> {
    sampled(dice).0
}

fn sampled(dice: &mut Dice) -> (Vec<Tree>, String) {
    let odd = if dice.chance(25) { 8 } else { 0 };
    let depth = dice.below(4);
    let (whole, sample) = alternatives(dice, depth, odd);
    let mut parts = vec![whole];
    if dice.chance(6) {
        parts.insert(0, Tree::bare("^"));
    }
    if dice.chance(6) {
        parts.push(Tree::bare("$"));
    }
    (parts, sample)
}

/// The pieces of a text, which `sample` is perhaps a part of.
fn subject(dice: &mut Dice, sample: &str) -> Vec<Tree> {
    let from = if dice.chance(60) {
        &SUBJECTS[..9]
    } else {
        SUBJECTS
    };
    let mut random = |most: usize| -> Vec<Tree> {
        let count = dice.below(most + 1);
        (0..count).map(|_| Tree::bare(dice.pick(from))).collect()
    };
    let (mut before, after) = (random(3), random(3));
    match dice.below(4) {
        0 => before.extend(after),
        1 => return letters(sample),
        2 => before.extend(letters(sample)),
        _ => {
            before.extend(letters(sample));
            before.extend(after);
            before.extend(letters(sample));
        }
    }
    before
}

fn letters(text: &str) -> Vec<Tree> {
    text.chars()
        .map(|letter| Tree::bare(letter.to_string()))
        .collect()
}

fn alternatives(dice: &mut Dice, depth: usize, odd: usize) -> Sampled {
    let count = if dice.chance(70) {
        1
    } else {
        2 + dice.below(2)
    };
    let each: Vec<Sampled> = (0..count).map(|_| sequence(dice, depth, odd)).collect();
    let sample = each[dice.below(count)].1.clone();
    let each = each.into_iter().map(|(tree, _)| tree).collect();
    (Tree::bare_row("", "|", "", each), sample)
}

fn sequence(dice: &mut Dice, depth: usize, odd: usize) -> Sampled {
    let count = if dice.chance(5) { 0 } else { 1 + dice.below(4) };
    let (mut each, mut text) = (vec![], String::new());
    for _ in 0..count {
        let (piece, sample) = piece(dice, depth, odd);
        if !dice.chance(40) {
            text.push_str(&sample);
            each.push(piece);
            continue;
        }
        let times = dice.pick(if odd > 0 { COUNTS } else { &COUNTS[..13] });
        let often = times.bytes().find(u8::is_ascii_digit);
        let often = often.map_or(dice.below(3), |digit| usize::from(digit - b'0'));
        text.push_str(&sample.repeat(often));
        each.push(Tree::bare_row("", "", "", vec![piece, Tree::bare(times)]));
    }
    (Tree::bare_row("", "", "", each), text)
}

fn piece(dice: &mut Dice, depth: usize, odd: usize) -> Sampled {
    if dice.chance(odd) {
        return (Tree::bare(dice.pick(ODD)), "a".to_owned());
    }
    match dice.below(10) {
        0..2 if depth > 0 => group(dice, depth, odd),
        2..4 if depth > 1 => group(dice, depth, odd),
        4..6 => class(dice, odd),
        _ => {
            let atom = dice.pick(ATOMS);
            let sample = if atom == "." { "z" } else { atom };
            (Tree::bare(atom), sample.replacen('\\', "", 1))
        }
    }
}

fn group(dice: &mut Dice, depth: usize, odd: usize) -> Sampled {
    let (inner, sample) = alternatives(dice, depth - 1, odd);
    (Tree::bare_row("(", "", ")", vec![inner]), sample)
}

fn class(dice: &mut Dice, odd: usize) -> Sampled {
    let open = dice.pick(&["[", "[", "[", "[^", "[^", "[]", "[^]", "[-"]);
    let count = 1 + dice.below(3);
    let each = (0..count).map(|_| {
        let from = if dice.chance(odd * 3) {
            ODD_CLASS_PIECES
        } else {
            CLASS_PIECES
        };
        Tree::bare(dice.pick(from))
    });
    let each: Vec<Tree> = each.collect();
    let first = each[0].to_string();
    let sample = match first.chars().next() {
        Some('[') | None => "a7 -".chars().nth(dice.below(4)).unwrap_or('a'),
        Some(letter) => letter,
    };
    let sample = if open.contains('^') { '_' } else { sample };
    let close = if dice.chance(10) { "-]" } else { "]" };
    let tree = Tree::bare_row(open, "", close, each);
    (tree, sample.to_string())
}

/// A search with one of the builtins.
pub fn search(dice: &mut Dice) -> Tree {
    let texts = match dice.below(5) {
        0..2 => ["builtins.split ", " ", ""],
        _ => ["builtins.match ", " ", ""],
    };
    let (regex, sample) = sampled(dice);
    let subject = Tree::quoted(subject(dice, &sample));
    Tree::holes(texts, vec![Tree::quoted(regex), subject])
}
