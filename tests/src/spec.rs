//! Specifications: Markdown whose headings are tests.
//!
//! A block `nix clan` holds the arguments of clan, `nix clan 2024-12-09` those read by the rules of that day, and the flake around them is supplied;
//! a block `nix FILE`, `json FILE`, `toml FILE` or `text FILE` is a file beside it, and `nix` alone an expression. Behind them stands what must
//! come of it: `value`, `members`, `settings`, `resolve PATH`, `explain WHAT`, `explain-json WHAT`, `report`, and `fixed FILE`, which is the file after all fixes.
//!
//! `#~ code "part of the headline"` stands on the line where a finding is shown, or alone above it. Each finding with a place in Nix
//! or TOML must be marked; the others must be in a `report`. What a fix mends must be gone once it is applied.

mod answer;
mod marks;
mod run;

use std::path::{Path, PathBuf};

use crate::markdown::{Section, sections};

pub use answer::answer;
pub use marks::Mark;
pub use run::{Ran, flake, run};

/// One file of specifications, run.
#[derive(Debug)]
pub struct Checked {
    /// Its text with the result blocks as they should be.
    pub rewritten: String,
    /// What does not hold, each under its heading.
    pub wrong: Vec<String>,
    /// The code of each finding that some specification expects.
    pub codes: Vec<&'static str>,
    /// How many headings were run.
    pub count: usize,
}

/// The files below `tests/suite`, in order.
///
/// # Panics
///
/// If they cannot be read.
pub fn files() -> Vec<PathBuf> {
    let mut found = vec![];
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("suite")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs the headings of a document that have all of `words` in them.
pub fn check(document: &str, words: &[&str]) -> Checked {
    let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
    let (mut wrong, mut codes, mut count) = (vec![], vec![], 0);
    let sections = sections(document);
    let is_wanted = |section: &&Section| words.iter().all(|word| section.heading.contains(word));
    // From the end, so that the lines before stay where they are.
    for section in sections.iter().rev().filter(is_wanted) {
        if section.blocks.is_empty() {
            continue;
        }
        count += 1;
        let head = format!("line {}, {}", section.line, section.heading);
        match run(section) {
            Err(fault) => wrong.push(format!("{head}: {fault}")),
            Ok(ran) => {
                codes.extend(ran.diagnostics.iter().map(|each| each.code));
                wrong.extend(
                    ran.faults(section)
                        .iter()
                        .map(|each| format!("{head}: {each}")),
                );
                for block in section.blocks.iter().rev() {
                    let Some(answer) = answer(&ran, &block.kind) else {
                        continue;
                    };
                    if answer != block.text {
                        wrong.push(format!("{head}: `{}` is\n{answer}", block.kind));
                        lines.splice(block.lines.clone(), answer.lines().map(str::to_owned));
                    }
                }
            }
        }
    }
    wrong.reverse();
    Checked {
        rewritten: lines.join("\n") + "\n",
        wrong,
        codes,
        count,
    }
}
