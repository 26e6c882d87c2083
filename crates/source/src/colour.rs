//! Colours that a text brings along, and the text without them.

use std::borrow::Cow;

/// `text` without the escape sequences that colour it, such as `\u{1B}[1;31m`. Other control characters stay.
pub fn without_colours(text: &str) -> Cow<'_, str> {
    if !text.contains(START) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(START) {
        plain.push_str(before);
        let parameters = after.trim_start_matches(|character: char| {
            character.is_ascii_digit() || matches!(character, ';' | ':')
        });
        rest = match parameters.strip_prefix('m') {
            Some(behind) => behind,
            None => {
                plain.push_str(START);
                after
            }
        };
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

const START: &str = "\u{1B}[";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_all_else_stays() {
        let check = |text, expected| assert_eq!(without_colours(text), expected);
        check("plain", "plain");
        check("a \u{1B}[1;31mred\u{1B}[0m b\u{1B}[m", "a red b");
        check("\u{1B}[2J\u{1B}[38;5;1", "\u{1B}[2J\u{1B}[38;5;1");
        check("[1m", "[1m");
    }
}
