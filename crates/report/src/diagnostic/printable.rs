//! Text that is safe to print: nothing in it steers the terminal or hides what it says.

use std::borrow::Cow;

/// `text` with control characters and marks of writing direction made visible; tabs and newlines stay.
pub fn printable(text: &str, unicode: bool) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|character| match character {
        _ if !steers(character) => character,
        _ if !unicode => '?',
        '\0'..='\u{1F}' => {
            char::from_u32(0x2400 + character as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7F}' => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    });
    Cow::Owned(shown.collect())
}

/// `text` on one line: every stretch of white space with a newline in it becomes one space.
pub(crate) fn one_line(text: &str, unicode: bool) -> String {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>();
    printable(&lines.join(" "), unicode).replace('\t', " ")
}

fn steers(character: char) -> bool {
    let harmless = matches!(character, '\t' | '\n');
    let directs = matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !harmless && (character.is_control() || directs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1B}[31mb\r", true), "a␛[31mb␍");
        assert_eq!(printable("a\u{1B}\u{202E}b", false), "a??b");
        assert_eq!(printable("ä\tb\n", true), "ä\tb\n");
    }

    #[test]
    fn lines_are_joined() {
        assert_eq!(one_line("  a\n\n   b\r\nc ", true), "a b c");
    }
}
