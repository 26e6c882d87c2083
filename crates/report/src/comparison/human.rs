//! The differences for a terminal.

use std::fmt::Write as _;

use resolve::comparison::Fate;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::sentences::{Line, Section, Sentences, Word};
use crate::diagnostic::Style;
use crate::diagnostic::printable::one_line;

/// A reason stands in a column of its own as far as what stands before it is no longer than this.
const COLUMN: usize = 48;
const BOLD: &str = "1";
const DIM: &str = "2";

pub(super) fn write(sentences: &Sentences, style: &Style) -> String {
    let mut text = String::new();
    for section in &sentences.sections {
        heading(section, style, &mut text);
        let column = column(&section.lines);
        for each in &section.lines {
            line(each, column, style, &mut text);
        }
        text.push('\n');
    }
    // Writing to a string never fails.
    let _ = writeln!(text, "{}", painted(BOLD, &sentences.headline, style));
    for remark in &sentences.remarks {
        let _ = writeln!(text, "{}", painted(DIM, remark, style));
    }
    text
}

/// The machines, as many on a line as fit, and what follows them.
fn heading(section: &Section, style: &Style, text: &mut String) {
    let words = plain(&section.heading, style);
    if section.machines.is_empty() {
        let _ = writeln!(text, "{}", painted(BOLD, &words, style));
        return;
    }
    let color = match section.fate {
        Fate::Added => "1;32",
        Fate::Removed => "1;31",
        Fate::Changed => BOLD,
    };
    let mut used = 0;
    for (number, name) in section.machines.iter().enumerate() {
        let name = one_line(name, style.unicode);
        let comma = if number + 1 < section.machines.len() {
            ","
        } else {
            ""
        };
        let width = name.width() + comma.len() + 1;
        if used > 0 && used + width > style.width {
            text.push('\n');
            used = 0;
        } else if used > 0 {
            text.push(' ');
        }
        used += width;
        let _ = write!(text, "{}{comma}", painted(color, &name, style));
    }
    if !words.is_empty() {
        let room = style.width.saturating_sub(used + 1);
        let words = if words.width() <= room || used == 0 {
            format!("  {words}")
        } else {
            format!("\n  {}", cut(&words, style.width.saturating_sub(2), style))
        };
        text.push_str(&painted(DIM, &words, style));
    }
    text.push('\n');
}

/// Where the reasons begin.
fn column(lines: &[Line]) -> usize {
    let widths = lines.iter().filter(|line| !line.why.is_empty());
    let widths = widths.map(|line| line.depth * 4 + plain(&line.what, &Style::PLAIN).width());
    widths.filter(|width| *width <= COLUMN).max().unwrap_or(0)
}

fn line(line: &Line, column: usize, style: &Style, text: &mut String) {
    let (sign, color) = match line.fate {
        Fate::Added => ('+', "32"),
        Fate::Removed => ('-', "31"),
        Fate::Changed => ('~', "33"),
    };
    let indent = 2 + line.depth * 4;
    let room = style.width.saturating_sub(indent + 2);
    let what = cut(&plain(&line.what, style), room, style);
    let why = plain(&line.why, style);
    let shown = painted(color, &format!("{sign} {what}"), style);
    let _ = write!(text, "{:indent$}{shown}", "");
    if !why.is_empty() {
        let used = line.depth * 4 + what.width();
        let gap = column.saturating_sub(used) + 2;
        if used + 4 + gap + why.width() <= style.width {
            let _ = write!(text, "{:gap$}{}", "", painted(DIM, &why, style));
        } else {
            let why = cut(&why, room.saturating_sub(4), style);
            let _ = write!(
                text,
                "\n{:1$}{2}",
                "",
                indent + 6,
                painted(DIM, &why, style)
            );
        }
    }
    text.push('\n');
}

fn plain(words: &[Word], style: &Style) -> String {
    let words = words.iter().map(|word| match word {
        Word::Text(text) | Word::Code(text) => text.as_str(),
    });
    one_line(&words.collect::<String>(), style.unicode)
}

/// A text of at most so many columns.
fn cut(text: &str, room: usize, style: &Style) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let ellipsis = style.ellipsis();
    let room = room.saturating_sub(ellipsis.width());
    let mut used = 0;
    let fits = text.chars().take_while(|character| {
        used += character.width().unwrap_or(0);
        used <= room
    });
    let mut text: String = fits.collect();
    text.push_str(ellipsis);
    text
}

fn painted(color: &str, text: &str, style: &Style) -> String {
    match style.color {
        true if !text.is_empty() => format!("\u{1B}[{color}m{text}\u{1B}[0m"),
        _ => text.to_owned(),
    }
}
