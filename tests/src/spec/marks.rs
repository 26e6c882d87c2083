//! `#~ code "part of the headline"`: where a finding must be shown.

use std::path::Path;

use source::{Diagnostic, SourceMap};

const MARK: &str = "#~ ";

/// One mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The file it stands in.
    pub file: String,
    /// The line that it speaks of, from 1.
    pub line: u32,
    /// The code.
    pub code: String,
    /// What the headline must have in it.
    pub part: String,
}

/// The marks of a file.
pub fn marks(file: &str, text: &str) -> Vec<Mark> {
    let mut marks = vec![];
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        for mark in line.split(MARK).skip(1) {
            let (code, part) = mark.trim().split_once(' ').unwrap_or((mark.trim(), ""));
            marks.push(Mark {
                file: file.to_owned(),
                line: line_of(&lines, number) as u32 + 1,
                code: code.to_owned(),
                part: part.trim().trim_matches('"').to_owned(),
            });
        }
    }
    marks
}

/// A line with nothing but a mark speaks of the one below it.
fn line_of(lines: &[&str], number: usize) -> usize {
    let is_alone = |line: &&str| line.trim_start().starts_with(MARK);
    let alone = lines.iter().skip(number).take_while(|line| is_alone(line));
    number + alone.count()
}

/// The text without its marks.
pub fn unmarked(text: &str) -> String {
    let mut unmarked = String::new();
    for line in text.lines() {
        let kept = line.split(MARK).next().unwrap_or_default();
        if kept.len() == line.len() || !kept.trim().is_empty() {
            unmarked.push_str(kept.trim_end());
            unmarked.push('\n');
        }
    }
    unmarked
}

/// Where marks and findings differ. `is_reported`: a report beside them tells those that cannot be marked.
pub fn differences(
    marks: &[Mark],
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    root: &Path,
    is_reported: bool,
) -> Vec<String> {
    let mut left = marks.to_vec();
    let mut differences = vec![];
    for diagnostic in diagnostics {
        let place = diagnostic
            .primary()
            .and_then(|span| sources.locate(span.start));
        let place = place.map(|(path, place)| {
            let file = path.strip_prefix(root).unwrap_or(&path);
            (file.display().to_string(), place.line)
        });
        let place = place.filter(|(file, _)| {
            file.ends_with(".nix") || file.ends_with(".toml") || file == "expression"
        });
        let Some((file, line)) = place else {
            if !is_reported {
                differences.push(format!("{} is not in a `report`", shown(diagnostic)));
            }
            continue;
        };
        let is_it = |mark: &Mark| {
            mark.file == file
                && mark.line == line
                && mark.code == diagnostic.code
                && diagnostic.message.contains(&mark.part)
        };
        match left.iter().position(is_it) {
            Some(at) => drop(left.remove(at)),
            None => {
                differences.push(format!(
                    "{file}:{line} has no mark for {}",
                    shown(diagnostic)
                ));
            }
        }
    }
    let missed = left.iter().map(|mark| {
        let Mark {
            file,
            line,
            code,
            part,
        } = mark;
        format!("{file}:{line} has no finding {code} \"{part}\"")
    });
    differences.extend(missed);
    differences
}

fn shown(diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, message, .. } = diagnostic;
    format!("{}[{code}] {message}", diagnostic.severity.name())
}
