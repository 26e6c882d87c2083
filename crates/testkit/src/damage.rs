//! Damages texts as a slip of the hand would: tokens deleted, doubled, swapped, replaced. What comes out follows from the seed alone.

/// What may be put in the place of a token: what is small and far-reaching in Nix.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ";",
    "=",
    ":",
    ",",
    ".",
    "@",
    "?",
    "//",
    "++",
    "->",
    "...",
    "\"",
    "''",
    "${",
    "#",
    "/*",
    "rec",
    "with",
    "let",
    "in",
    "if",
    "then",
    "else",
    "inherit",
    "assert",
    "or",
    "null",
    "true",
    "{ }",
    "[ ]",
    "1",
    "-1",
    "1.5",
    "\"x\"",
    "x",
    "x: x",
    "./.",
    "./x.nix",
    "<nixpkgs>",
    "throw \"x\"",
    "abort \"x\"",
    "import ./.",
    "builtins",
    "lib.mkForce",
    "lib.mkDefault",
    "lib.mkIf false",
    "lib.mkMerge",
    "inputs.nowhere",
    "9223372036854775807",
    "\u{e4}",
    "machines",
    "tags",
    "roles",
    "settings",
    "instances",
    "services",
    "imports",
    "options",
    "config",
    "_module",
    "module",
];

/// Numbers that look random and are always the same (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The row of numbers that belongs to `seed`.
    pub fn new(seed: u64) -> Dice {
        Dice { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Whether something happens that happens so often in a hundred times.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them; there is at least one.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The text with one to three tokens damaged, or cut off.
pub fn damaged(text: &str, dice: &mut Dice) -> String {
    damaged_tokens(text, dice).concat()
}

/// The same, in pieces.
pub(crate) fn damaged_tokens<'t>(text: &'t str, dice: &mut Dice) -> Vec<&'t str> {
    let mut tokens: Vec<&str> = tokens(text);
    for _ in 0..=dice.below(3) {
        if tokens.is_empty() {
            break;
        }
        let (at, other) = (dice.below(tokens.len()), dice.below(tokens.len()));
        let piece = PIECES[dice.below(PIECES.len())];
        match dice.below(16) {
            0..4 => {
                tokens.remove(at);
            }
            4..6 => tokens.insert(at, tokens[at]),
            6..8 => tokens.swap(at, at.saturating_sub(1)),
            8 => tokens.swap(at, other),
            9..12 => tokens[at] = piece,
            12..14 => tokens.insert(at, piece),
            14 => {
                let some = tokens[at.min(other)..=at.max(other)].to_vec();
                tokens.splice(at..at, some.into_iter().take(40));
            }
            _ => tokens.truncate(at),
        }
    }
    tokens
}

/// Words, blanks, and all other characters one by one.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |character: char| match character {
        _ if character.is_whitespace() => 0,
        _ if character.is_alphanumeric() || "_-".contains(character) => 1,
        _ => 2,
    };
    let mut tokens = vec![];
    let mut start = 0;
    let mut last = None;
    for (at, character) in text.char_indices() {
        let kind = kind(character);
        if at > 0 && (last != Some(kind) || kind == 2) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(kind);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_whole_text() {
        let text = "{ a-b = ''x${y}''; }\n# \u{e4}";
        let tokens = tokens(text);
        assert_eq!(tokens.concat(), text);
        assert_eq!(tokens[..4], ["{", " ", "a-b", " "]);
    }

    #[test]
    fn the_same_seed_does_the_same_damage() {
        let text = "{ a = 1; b = [ 2 3 ]; }";
        let once = damaged(text, &mut Dice::new(7));
        assert_eq!(once, damaged(text, &mut Dice::new(7)));
        assert_ne!(once, text);
    }
}
