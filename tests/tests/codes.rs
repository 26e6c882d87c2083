//! The examples on the pages about diagnostic codes show what the pages say.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use project::analysis::{Request, analyse};
use project::evaluate::{self, Form, Input};
use project::session::Options;
use report::codes;
use source::files::memory::Memory;
use source::{Diagnostic, Severity, SourceMap};

const ROOT: &str = "/clan";

/// A fenced block: what stands behind the fence's language, and the text.
struct Block<'p> {
    language: &'p str,
    name: &'p str,
    text: &'p str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let fenced = page.split("```").skip(1).step_by(2);
    let blocks = fenced.filter_map(|fenced| {
        let (fence, text) = fenced.split_once('\n')?;
        let (language, name) = fence.split_once(' ').unwrap_or((fence, ""));
        Some(Block {
            language,
            name,
            text,
        })
    });
    blocks.collect()
}

/// The findings about the blocks of a page, the first of which is what is looked at.
fn findings(blocks: &[Block<'_>], sources: &Arc<SourceMap>) -> Vec<Diagnostic> {
    let root = Path::new(ROOT);
    let path_of = |block: &Block<'_>| -> PathBuf {
        match block.name {
            "" | "clan" => root.join("clan.nix"),
            name => root.join(name),
        }
    };
    let mut files = Memory::new();
    for block in blocks {
        files.insert(path_of(block), block.text);
    }
    let first = &blocks[0];
    if first.name.is_empty() {
        let request = evaluate::Request {
            input: Input::File(path_of(first)),
            attributes: vec![String::new()],
            arguments: vec![],
            form: Form::Nix,
            strict: true,
            parse_only: false,
        };
        return evaluate::evaluate(&files, sources, Options::default(), &request).diagnostics;
    }
    let target = match first.name {
        "clan" => path_of(first),
        _ => root.to_owned(),
    };
    let request = Request::of_path(target);
    analyse(&files, sources, Options::default(), &request).diagnostics
}

fn lines_of(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<usize> {
    let starts = diagnostic.labels.iter().map(|label| label.span.start);
    let places = starts.filter_map(|start| sources.locate(start));
    places.map(|(_, place)| place.line as usize).collect()
}

#[test]
fn each_example_has_the_finding_of_its_page() {
    let mut wrong = vec![];
    for code in codes::list() {
        let page = codes::explain(code).unwrap();
        let blocks = blocks(page);
        let runs = blocks.first().is_some_and(|block| block.language == "nix");
        if !runs {
            continue;
        }
        let sources = Arc::new(SourceMap::new());
        let found = findings(&blocks, &sources);
        let marked = blocks[0].text.lines().position(|line| line.contains("#~"));
        let is_it = |found: &&Diagnostic| {
            let lines = lines_of(found, &sources);
            found.code == code && marked.is_none_or(|line| lines.contains(&(line + 1)))
        };
        let others = found.iter().filter(|each| !is_it(each));
        let others = others.filter(|each| each.severity != Severity::Note);
        if !found.iter().any(|each| is_it(&each)) || others.count() > 0 {
            let found = found
                .iter()
                .map(|each| (each.code, &each.message, lines_of(each, &sources)));
            wrong.push(format!("{code}: {:?}", found.collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
