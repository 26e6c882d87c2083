//! Parses with rnix: guarded against inputs that it cannot bear, its faults told in our words, missing semicolons put in.
//!
//! A tree comes out whatever the text is. Where a binding lacks its `;`, the text is parsed once more with one in the blank behind the
//! value, so that everything after it keeps its meaning; offsets stay those of the file.

mod faults;
mod guard;

use std::sync::Arc;

use rnix::SyntaxNode;
use source::{Diagnostic, Edit, SourceFile};

/// A binding without its `;`.
pub const MISSING_SEMICOLON: &str = "missing-semicolon";

const MOST_REPAIRS: usize = 50;

/// A parsed text and what is wrong with it.
pub struct Parsed {
    /// The root node; of the text's length, semicolons put in where they were missing.
    pub tree: SyntaxNode,
    /// Faults of syntax, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a text.
pub fn parse(file: &Arc<SourceFile>) -> Parsed {
    let mut text = with_plain_newlines(&file.text);
    let mut diagnostics = vec![];
    if let Some(diagnostic) = guard::check(file, &text) {
        let empty = rnix::Root::parse("").syntax();
        return Parsed {
            tree: empty,
            diagnostics: vec![diagnostic],
        };
    }
    for _ in 0..MOST_REPAIRS {
        let parse = rnix::Root::parse(&text);
        if parse.errors().is_empty() {
            diagnostics.sort_by_key(first_place);
            return Parsed {
                tree: parse.syntax(),
                diagnostics,
            };
        }
        match faults::missing_semicolon(&parse) {
            Some(missing) => {
                let value = file.span(missing.value_start, missing.value_end);
                diagnostics.push(
                    Diagnostic::error(MISSING_SEMICOLON, "this binding lacks its `;`")
                        .label(value, "needs a `;` behind it")
                        .help("add `;`")
                        .fix("add `;`", Edit::insert_after(value, ";")),
                );
                let Some(blank) = missing.blank else {
                    break;
                };
                text.replace_range(blank as usize..blank as usize + 1, ";");
            }
            None => break,
        }
    }
    let parse = rnix::Root::parse(&text);
    diagnostics.extend(faults::diagnostics(file, &parse, &diagnostics));
    diagnostics.sort_by_key(first_place);
    Parsed {
        tree: parse.syntax(),
        diagnostics,
    }
}

fn first_place(diagnostic: &Diagnostic) -> u32 {
    diagnostic.primary().map_or(0, |span| span.start.0)
}

/// A lone carriage return ends a line for Nix.
fn with_plain_newlines(text: &str) -> String {
    if !text.contains('\r') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let plain = bytes.iter().enumerate().map(|(at, byte)| {
        let lone = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        if lone { b'\n' } else { *byte }
    });
    String::from_utf8(plain.collect()).unwrap_or_else(|_| text.to_owned())
}
