//! Differences between texts, as `diff -u` and `git diff` show them.

use std::borrow::Cow;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use crate::diagnostic::Style;
use crate::diagnostic::located::slashed;
use crate::diagnostic::printable::printable;
use crate::place::Places;

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// The unified difference between two contents of the file at `path`; empty if they are the same.
///
/// Without colour it can be applied with `patch -p1` or `git apply`, as far as the texts are UTF-8.
pub fn unified(
    path: &Path,
    before: &[u8],
    after: &[u8],
    places: Places<'_>,
    style: &Style,
) -> String {
    if before == after {
        return String::new();
    }
    let before = String::from_utf8_lossy(before);
    let after = String::from_utf8_lossy(after);
    let name = slashed(&places.relative(path));
    let name = name.trim_start_matches('/');
    let painter = Painter { style };
    let mut text = String::new();
    painter.line(BOLD, &format!("--- a/{name}\n"), &mut text);
    painter.line(BOLD, &format!("+++ b/{name}\n"), &mut text);
    let diff = TextDiff::from_lines(&*before, &*after);
    let mut unified = diff.unified_diff();
    for hunk in unified.context_radius(CONTEXT).iter_hunks() {
        painter.line(CYAN, &format!("{}\n", hunk.header()), &mut text);
        for change in hunk.iter_changes() {
            let (sign, color) = match change.tag() {
                ChangeTag::Equal => (' ', PLAIN),
                ChangeTag::Delete => ('-', RED),
                ChangeTag::Insert => ('+', GREEN),
            };
            painter.line(color, &format!("{sign}{}", change.value()), &mut text);
            if change.missing_newline() {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

const PLAIN: &str = "";
const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";
const CYAN: &str = "36";

struct Painter<'s> {
    style: &'s Style,
}

impl Painter<'_> {
    /// Adds a line. Only what goes to a terminal is coloured, and cleaned of what steers one.
    fn line(&self, color: &str, line: &str, out: &mut String) {
        let (content, newline) = match line.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (line, ""),
        };
        let (content, carriage) = match content.strip_suffix('\r') {
            Some(content) => (content, "\r"),
            None => (content, ""),
        };
        let content = if self.style.color {
            printable(content, self.style.unicode)
        } else {
            Cow::Borrowed(content)
        };
        if self.style.color && !color.is_empty() {
            out.push_str(&format!("\u{1B}[{color}m{content}\u{1B}[0m"));
        } else {
            out.push_str(&content);
        }
        out.push_str(carriage);
        out.push_str(newline);
    }
}
