//! Text as Nix writes it into its own syntax, into JSON and into XML.

use std::fmt;

use bstr::BStr;

pub use source::spelling::{attribute_name_into, is_identifier, string_literal_into};

/// Why a text can't be written as JSON: it is not UTF-8. It is shown in Nix's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JsonEscapeError {
    /// A byte that does not fit there: `(offset, byte)`.
    Invalid(usize, u8),
    /// The text ends within a character, with this byte.
    Incomplete(u8),
}

impl fmt::Display for JsonEscapeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON serialization error: [json.exception.type_error.316] ")?;
        match self {
            JsonEscapeError::Invalid(offset, byte) => {
                write!(
                    formatter,
                    "invalid UTF-8 byte at index {offset}: 0x{byte:02X}"
                )
            }
            JsonEscapeError::Incomplete(byte) => {
                write!(
                    formatter,
                    "incomplete UTF-8 string; last byte: 0x{byte:02X}"
                )
            }
        }
    }
}

impl std::error::Error for JsonEscapeError {}

/// Appends `text` as a JSON string, quotes included; on error `out` is as before.
pub fn json_string_into(out: &mut Vec<u8>, text: &[u8]) -> Result<(), JsonEscapeError> {
    check_utf8(text)?;
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', *byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            0..0x20 => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
    Ok(())
}

/// Appends `text` as the value of an XML attribute, without the quotes.
pub fn xml_attribute_into(out: &mut Vec<u8>, text: &[u8]) {
    for byte in text {
        match byte {
            b'"' => out.extend(b"&quot;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            b'&' => out.extend(b"&amp;"),
            b'\n' => out.extend(b"&#xA;"),
            _ => out.push(*byte),
        }
    }
}

/// What Nix says to a text that holds null bytes where a string is to be made of it.
pub fn null_byte_message(text: &[u8]) -> String {
    let shown = BStr::new(text).to_string().replace('\0', "␀");
    format!(
        "input string '{shown}' cannot be represented as Nix string because it contains null bytes"
    )
}

fn check_utf8(text: &[u8]) -> Result<(), JsonEscapeError> {
    let Err(error) = std::str::from_utf8(text) else {
        return Ok(());
    };
    let byte = |offset: usize| text.get(offset).copied().unwrap_or_default();
    let start = error.valid_up_to();
    let Some(length) = error.error_len() else {
        return Err(JsonEscapeError::Incomplete(byte(
            text.len().saturating_sub(1),
        )));
    };
    // A byte that may begin a character is not the wrong one, but the one behind what fits.
    let begins = matches!(byte(start), 0xc2..=0xf4);
    let offset = start + if begins { length } else { 0 };
    Err(JsonEscapeError::Invalid(offset, byte(offset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = vec![];
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn literal(text: &str) -> String {
        written(|out| string_literal_into(out, text.as_bytes()))
    }

    fn name(text: &str) -> String {
        written(|out| attribute_name_into(out, text.as_bytes()))
    }

    fn json(text: &[u8]) -> Result<String, String> {
        let mut out = vec![];
        json_string_into(&mut out, text).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn literals_escape_what_would_be_read_differently() {
        assert_eq!(literal("a\"b\\c\n\r\t"), r#""a\"b\\c\n\r\t""#);
        assert_eq!(literal("${a} $a $${b} $"), r#""\${a} $a $\${b} $""#);
        assert_eq!(literal("\u{1}é\u{7f}"), "\"\u{1}é\u{7f}\"");
    }

    #[test]
    fn names_are_quoted_where_needed() {
        for bare in ["a", "_", "a-b'", "or", "A1", "true"] {
            assert_eq!(name(bare), bare);
        }
        for (quoted, expected) in [
            ("", r#""""#),
            ("1a", r#""1a""#),
            ("-a", r#""-a""#),
            ("'", r#""'""#),
            ("a.b", r#""a.b""#),
            ("é", r#""é""#),
            ("if", r#""if""#),
            ("inherit", r#""inherit""#),
            ("${", r#""\${""#),
        ] {
            assert_eq!(name(quoted), expected);
        }
    }

    #[test]
    fn json_strings_escape_control_characters() {
        assert_eq!(
            json("a\"b\\c/\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é".as_bytes()),
            Ok("\"a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u0001\\u001f\u{7f}é\"".to_owned())
        );
    }

    #[track_caller]
    fn check_refused(text: &[u8], expected: &str) {
        let expected =
            format!("JSON serialization error: [json.exception.type_error.316] {expected}");
        assert_eq!(json(text), Err(expected));
    }

    #[test]
    fn json_strings_are_utf8() {
        check_refused(b"ab\xff", "invalid UTF-8 byte at index 2: 0xFF");
        check_refused(b"ab\x80", "invalid UTF-8 byte at index 2: 0x80");
        check_refused(b"\xe2\x28\xa1", "invalid UTF-8 byte at index 1: 0x28");
        check_refused(b"\xe2\x82(", "invalid UTF-8 byte at index 2: 0x28");
        check_refused(b"\xed\xa0\x80", "invalid UTF-8 byte at index 1: 0xA0");
        check_refused(b"a\xe2\x82", "incomplete UTF-8 string; last byte: 0x82");
    }

    #[test]
    fn xml_attributes_escape_markup_and_line_ends() {
        assert_eq!(
            written(|out| xml_attribute_into(out, b"<a b=\"c\">'&\n\t\r")),
            "&lt;a b=&quot;c&quot;&gt;'&amp;&#xA;\t\r"
        );
    }
}
