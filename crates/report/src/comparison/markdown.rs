//! The differences as Markdown, for the comment of a pull request.

use resolve::comparison::Fate;

use super::sentences::{Line, Section, Sentences, Word};

/// GitHub takes comments up to 65536 characters.
const LONGEST: usize = 60_000;
/// Longer sections are folded.
const OPEN_LINES: usize = 20;
/// So many machines are named in a heading; the others below it.
const NAMED: usize = 6;

pub(super) fn write(sentences: &Sentences) -> String {
    let mut text = format!("### Fleet: {}\n", sentences.headline);
    let all = sentences.sections.len();
    for (number, each) in sentences.sections.iter().enumerate() {
        let section = section(each);
        if text.len() + section.len() > LONGEST {
            let left = all - number;
            let sections = if left == 1 { "section" } else { "sections" };
            text.push_str(&format!(
                "\n*and {left} more {sections}, too long for here*\n"
            ));
            break;
        }
        text.push_str(&section);
    }
    for remark in &sentences.remarks {
        text.push_str(&format!("\n*{remark}*\n"));
    }
    text
}

fn section(section: &Section) -> String {
    let mut text = format!("\n#### {}\n", heading(section));
    if section.machines.len() > NAMED {
        let names: Vec<String> = section.machines.iter().map(|name| code(name)).collect();
        text.push_str(&format!("\n{}\n", names.join(", ")));
    }
    if section.lines.is_empty() {
        return text;
    }
    let is_folded = section.lines.len() > OPEN_LINES;
    if is_folded {
        let changes = section.lines.iter().filter(|line| line.depth == 0).count();
        let changes = if changes == 1 {
            "1 change".to_owned()
        } else {
            format!("{changes} changes")
        };
        text.push_str(&format!("\n<details><summary>{changes}</summary>\n"));
    }
    text.push('\n');
    for each in &section.lines {
        text.push_str(&line(each));
    }
    if is_folded {
        text.push_str("\n</details>\n");
    }
    text
}

fn heading(section: &Section) -> String {
    let names: Vec<String> = match section.machines.len() {
        0 => vec![],
        number if number > NAMED => vec![format!("{number} machines")],
        _ => section.machines.iter().map(|name| code(name)).collect(),
    };
    let (names, words) = (names.join(", "), words(&section.heading));
    match (names.is_empty(), words.is_empty()) {
        (true, _) => words,
        (_, true) => names,
        _ => format!("{names} · {words}"),
    }
}

fn line(line: &Line) -> String {
    let sign = match line.fate {
        Fate::Added => "**+**",
        Fate::Removed => "**−**",
        Fate::Changed => "**~**",
    };
    let indent = "  ".repeat(line.depth);
    let mut text = format!("{indent}- {sign} {}", words(&line.what));
    if !line.why.is_empty() {
        text.push_str(&format!(" ({})", words(&line.why)));
    }
    text.push('\n');
    text
}

fn words(words: &[Word]) -> String {
    let words = words.iter().map(|word| match word {
        Word::Text(text) => escaped(text),
        Word::Code(text) => code(text),
    });
    words.collect()
}

/// A text that Markdown takes for nothing else.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_[]<>|#@".contains(character) {
            escaped.push('\\');
        }
        escaped.push(if character == '\n' { ' ' } else { character });
    }
    escaped
}

/// The longest value that is quoted, in characters.
const LONGEST_VALUE: usize = 200;

/// A text between as many backticks as it needs.
fn code(text: &str) -> String {
    let mut text = text.replace(['\n', '\r'], " ");
    if let Some((at, _)) = text.char_indices().nth(LONGEST_VALUE) {
        text.truncate(at);
        text.push('…');
    }
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    match text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{code, escaped};

    #[test]
    fn names_do_not_become_markup() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(escaped("tag a_b <c>"), "tag a\\_b \\<c\\>");
    }
}
