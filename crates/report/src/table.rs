//! Tables of text that fit the terminal.

use resolve::view::TagView;
use unicode_width::UnicodeWidthStr;

/// How a table looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Whether headings are bold.
    pub color: bool,
    /// The columns to fit into; none where lines may be of any length, as for programs.
    pub width: Option<usize>,
}

impl Look {
    /// For pipes: lines of any length, without colour.
    pub const PLAIN: Look = Look {
        color: false,
        width: None,
    };

    /// A heading.
    pub(crate) fn bold(self, text: &str) -> String {
        match self.color {
            true => format!("\u{1B}[1m{text}\u{1B}[0m"),
            false => text.to_owned(),
        }
    }
}

/// Columns are not made narrower than this.
const NARROWEST: usize = 12;
const BETWEEN: usize = 2;

/// A tag, with a star behind it if it is computed.
pub(crate) fn marked(tag: &TagView) -> String {
    let star = if tag.computed { "*" } else { "" };
    format!("{}{star}", tag.name)
}

/// Rows with columns of one width each. Where they are too wide together, the widest are broken between words.
pub fn table(rows: &[Vec<String>], indent: &str, look: Look) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns).map(width).collect();
    if let Some(room) = look.width {
        let between = BETWEEN * columns.saturating_sub(1);
        narrow(&mut widths, room.saturating_sub(indent.len() + between));
    }
    let mut text = String::new();
    for row in rows {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| broken(cell, *width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for number in 0..height {
            let mut line = indent.to_owned();
            for (cell, width) in cells.iter().zip(&widths) {
                let part = cell.get(number).map_or("", String::as_str);
                line.push_str(part);
                let gap = width.saturating_sub(part.width()) + BETWEEN;
                line.extend(std::iter::repeat_n(' ', gap));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// Takes from the widest columns until all fit, or none can give more.
fn narrow(widths: &mut [usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max();
        match widest.filter(|width| **width > NARROWEST) {
            Some(width) => *width -= 1,
            None => break,
        }
    }
}

/// A text in lines of a width, broken between words as far as these are no longer.
fn broken(text: &str, width: usize) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = vec![];
    let indent = text.len() - text.trim_start().len();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{:indent$}{word}", "")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way() {
        let rows = [vec![
            "web01".to_owned(),
            "one two three four five six".to_owned(),
        ]];
        let look = Look {
            width: Some(26),
            ..Look::PLAIN
        };
        let text = table(&rows, "  ", look);
        assert_eq!(text, "  web01  one two three\n         four five six\n");
        assert_eq!(
            table(&rows, "", Look::PLAIN),
            "web01  one two three four five six\n"
        );
    }
}
