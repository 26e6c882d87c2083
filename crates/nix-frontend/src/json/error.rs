//! What is wrong with a text that is no JSON, or none that Nix takes.

use std::fmt;

use bstr::BStr;

use crate::escape;

/// Why a text can't be read as JSON, and where. It is shown as Nix shows it, with line and column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// The offset of the first byte of what is wrong.
    pub start: usize,
    /// The offset behind its last byte.
    pub end: usize,
    pub(super) problem: Problem,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// The text breaks the grammar; the line and the column count as Nix's parser counts them.
    Syntax {
        line: usize,
        column: usize,
        detail: String,
    },
    /// A number that no float is large enough for.
    Overflow(String),
    /// An integer that fits 64 bits only without a sign.
    Unsigned(u64),
    NullByte(Vec<u8>),
}

impl JsonError {
    /// What is wrong, without saying where.
    pub fn message(&self) -> String {
        match &self.problem {
            Problem::Syntax { detail, .. } => detail.clone(),
            Problem::Overflow(number) => format!("number overflow parsing '{number}'"),
            Problem::Unsigned(number) => {
                format!("unsigned json number {number} outside of Nix integer range")
            }
            Problem::NullByte(text) => escape::null_byte_message(text),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Syntax { line, column, .. } => write!(
                formatter,
                "[json.exception.parse_error.101] parse error at line {line}, column {column}: "
            )?,
            Problem::Overflow(_) => formatter.write_str("[json.exception.out_of_range.406] ")?,
            Problem::Unsigned(_) | Problem::NullByte(_) => {}
        }
        formatter.write_str(&self.message())
    }
}

impl std::error::Error for JsonError {}

/// What was read last, as the parser's complaints show it: control characters by their numbers.
pub(super) fn show_read(text: &[u8]) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in BStr::new(text).to_string().chars() {
        match character {
            '\0'..='\x1f' => shown.push_str(&format!("<U+{:04X}>", u32::from(character))),
            _ => shown.push(character),
        }
    }
    shown
}
