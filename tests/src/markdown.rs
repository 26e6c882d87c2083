//! Markdown as far as specifications and pages use it: headings, and blocks between fences.

use std::ops::Range;

/// A heading with the blocks below it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading without its marks.
    pub heading: String,
    /// Its line, from 1.
    pub line: usize,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
}

/// What stands between two fences.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What stands behind the first fence: `nix clan`.
    pub kind: String,
    /// The text between them.
    pub text: String,
    /// Its lines in the document, from 0.
    pub lines: Range<usize>,
}

/// The sections of a document. What stands before the first heading is a section without one.
pub fn sections(document: &str) -> Vec<Section> {
    let mut sections = vec![Section {
        heading: String::new(),
        line: 1,
        blocks: vec![],
    }];
    let mut open: Option<Block> = None;
    for (number, line) in document.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (fence, open.take()) {
            (Some(kind), None) => {
                open = Some(Block {
                    kind: kind.trim().to_owned(),
                    text: String::new(),
                    lines: number + 1..number + 1,
                });
            }
            (Some(_), Some(block)) => {
                if let Some(section) = sections.last_mut() {
                    section.blocks.push(block);
                }
            }
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                block.lines.end = number + 1;
                open = Some(block);
            }
            (None, None) => {
                if line.starts_with('#') {
                    sections.push(Section {
                        heading: line.trim_start_matches('#').trim().to_owned(),
                        line: number + 1,
                        blocks: vec![],
                    });
                }
            }
        }
    }
    sections
}

/// All blocks of a document.
pub fn blocks(document: &str) -> Vec<Block> {
    let sections = sections(document).into_iter();
    sections.flat_map(|section| section.blocks).collect()
}
