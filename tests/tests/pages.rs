//! The pages about diagnostic codes keep their word: their examples lead to what they say.
//!
//! A block `nix clan` is the arguments of clan, one with a name a file beside it, one without either an expression. Each line
//! marked `#~ code` shows the finding, and no other does. A page with files but without a mark speaks of a finding without a
//! place in Nix text. A page with `text` blocks alone tells of something that no example of files can show.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use project::analysis::{Dialect, Request, analyse};
use project::evaluate::{self, Form, Input, Text, evaluate};
use project::session::Options;
use report::codes;
use source::files::memory::Memory;
use source::{Diagnostic, SourceMap};
use suite::markdown::{Block, blocks};
use suite::spec::flake;

/// The marked lines, from 1.
fn marked(file: &str, text: &str) -> BTreeSet<(String, u32)> {
    let lines = (1..).zip(text.lines());
    let marked = lines.filter(|(_, line)| line.contains("#~ "));
    marked
        .map(|(number, _)| (file.to_owned(), number))
        .collect()
}

/// Where findings of the code are shown; without a place, nothing.
fn shown(code: &str, diagnostics: &[Diagnostic], sources: &SourceMap) -> BTreeSet<(String, u32)> {
    let of_code = diagnostics.iter().filter(|each| each.code == code);
    let places = of_code.filter_map(|each| sources.locate(each.primary()?.start));
    places
        .map(|(path, place)| {
            let path = path.strip_prefix("/clan").unwrap_or(&path);
            (path.display().to_string(), place.line)
        })
        .collect()
}

/// What is wrong with a page about an expression.
fn expression(code: &str, text: &str) -> Option<String> {
    let sources = Arc::new(SourceMap::new());
    let request = evaluate::Request {
        input: Input::Text(Text {
            name: PathBuf::from("example"),
            base: PathBuf::from("/clan"),
            bytes: text.as_bytes().to_vec(),
        }),
        attributes: vec![],
        arguments: vec![],
        form: Form::Nix,
        places: true,
        strict: true,
        parse_only: false,
    };
    let evaluated = evaluate(&Memory::new(), &sources, Options::default(), &request);
    let found = shown(code, &evaluated.diagnostics, &sources);
    let expected = marked("example", text);
    (found != expected).then(|| format!("{code}: {expected:?} expected, but {found:?}"))
}

/// What is wrong with a page about a clan.
fn clan(code: &str, blocks: &[&Block]) -> Option<String> {
    let mut files = Memory::new();
    let mut expected = BTreeSet::new();
    let day = blocks
        .iter()
        .find_map(|block| block.kind.strip_prefix("nix clan "));
    let day = day.and_then(Dialect::parse);
    files.insert("/clan/flake.nix", flake(day.as_ref()));
    for block in blocks {
        let name = match block.kind.split_once(' ') {
            Some((_, name)) if name == "clan" || name.starts_with("clan ") => "clan.nix",
            Some((_, name)) => name,
            None => return Some(format!("{code}: a block without a name among files")),
        };
        files.insert(Path::new("/clan").join(name), block.text.clone());
        expected.extend(marked(name, &block.text));
    }
    let sources = Arc::new(SourceMap::new());
    let request = Request {
        dialect: day,
        findings: true,
        places: false,
        codes: codes::list().collect(),
        ..Request::of_path("/clan")
    };
    let analysis = analyse(&files, &sources, Options::default(), &request);
    let codes: Vec<&str> = analysis.diagnostics.iter().map(|each| each.code).collect();
    if !codes.contains(&code) {
        return Some(format!("{code}: not found, but {codes:?}"));
    }
    let found = shown(code, &analysis.diagnostics, &sources);
    let found: BTreeSet<_> = match expected.is_empty() {
        true => found
            .into_iter()
            .filter(|(file, _)| file.ends_with(".nix"))
            .collect(),
        false => found,
    };
    (found != expected).then(|| format!("{code}: {expected:?} expected, but {found:?}"))
}

#[test]
fn each_example_leads_to_its_code() {
    let mut wrong = vec![];
    for code in codes::list() {
        let blocks = blocks(codes::explain(code).unwrap_or_default());
        let blocks: Vec<&Block> = blocks.iter().filter(|block| block.kind != "text").collect();
        match blocks.as_slice() {
            [] => {}
            [only] if only.kind == "nix" => wrong.extend(expression(code, &only.text)),
            files => wrong.extend(clan(code, files)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
