//! Common mistakes, and what is said of them.
//!
//! `mistakes/NAME.nix` is a mistake, `NAME.txt` what `eval --strict` prints, `NAME.nix-2.8.txt` what `nix-instantiate --eval --strict`
//! of Nix 2.8 does. `mistakes/index.txt` puts them in order and gives them titles; `docs/errors.md` is made of it all.
//! `UPDATE_EXPECT=1` writes our answers and the page anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use project::evaluate::{Form, Input, Request, evaluate};
use project::session::Options;
use report::diagnostic::{Format, Style, render};
use report::place::Places;
use source::SourceMap;
use source::files::memory::Memory;
use testkit::fixture::put_directory;

const ROOT: &str = "/";

const LEAD: &str = "\
# Common mistakes, and what is said of them

Each mistake stands here with what `nix-instantiate --eval --strict` of Nix 2.8 prints, and with what `clan-inventory eval --strict`
does (lines on `--show-trace` left out). A test compares our half with the program, so that it is never out of date.
";

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn directory() -> PathBuf {
    top().join("tests/mistakes")
}

/// What `eval --strict` prints of a file among `files`.
fn said(files: &Memory, name: &str) -> String {
    let sources = Arc::new(SourceMap::new());
    let request = Request {
        input: Input::File(Path::new(ROOT).join(format!("{name}.nix"))),
        attributes: vec![String::new()],
        arguments: vec![],
        form: Form::Nix,
        places: true,
        strict: true,
        parse_only: false,
    };
    let evaluated = evaluate(files, &sources, Options::default(), &request);
    assert!(evaluated.failed, "{name} is no mistake");
    let places = Places {
        sources: &sources,
        root: Path::new(ROOT),
    };
    let mut out = vec![];
    render(
        Format::Human,
        &evaluated.diagnostics,
        places,
        &Style::PLAIN,
        &mut out,
    )
    .expect("writing to memory never fails");
    String::from_utf8(out).expect("findings are text")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Whether the file says `text`; it is made to if that is asked for.
fn agrees(path: &Path, text: &str) -> bool {
    if read(path) == text {
        return true;
    }
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    update && std::fs::write(path, text).is_ok()
}

/// The titles of sections, and the mistakes with their names and titles.
enum Entry {
    Section(String),
    Mistake(String, String),
}

fn index() -> Vec<Entry> {
    let text = read(&directory().join("index.txt"));
    let entries = text.lines().filter_map(|line| {
        if let Some(title) = line.strip_prefix("# ") {
            return Some(Entry::Section(title.to_owned()));
        }
        let (name, title) = line.split_once(": ")?;
        Some(Entry::Mistake(name.to_owned(), title.to_owned()))
    });
    entries.collect()
}

fn page(entries: &[Entry]) -> String {
    let mut page = LEAD.to_owned();
    for entry in entries {
        match entry {
            Entry::Section(title) => {
                let _ = write!(page, "\n## {title}\n");
            }
            Entry::Mistake(name, title) => {
                let text = |end: &str| read(&directory().join(format!("{name}{end}")));
                let _ = write!(
                    page,
                    "\n### {title}\n\n```nix\n{}```\n\nNix 2.8:\n\n```text\n{}```\n\n`clan-inventory eval`:\n\n```text\n{}```\n",
                    text(".nix"),
                    text(".nix-2.8.txt"),
                    text(".txt"),
                );
            }
        }
    }
    page
}

#[test]
fn each_mistake_is_told_as_on_the_page() {
    let mut files = Memory::new();
    put_directory(&mut files, &directory(), ROOT);
    let mut wrong = vec![];
    for entry in index() {
        if let Entry::Mistake(name, _) = entry {
            let said = said(&files, &name);
            if !agrees(&directory().join(format!("{name}.txt")), &said) {
                wrong.push(format!("{name}:\n{said}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "run with UPDATE_EXPECT=1 if this is right\n{}",
        wrong.join("\n")
    );
    let path = top().join("docs/errors.md");
    assert!(
        agrees(&path, &page(&index())),
        "docs/errors.md is stale; run with UPDATE_EXPECT=1"
    );
}

#[test]
fn each_mistake_is_on_the_page_once() {
    let mut listed: Vec<String> = index()
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Mistake(name, _) => Some(name),
            Entry::Section(_) => None,
        })
        .collect();
    listed.sort();
    let mut present: Vec<String> = std::fs::read_dir(directory())
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            Some(name.strip_suffix(".nix")?.to_owned())
        })
        .collect();
    present.sort();
    assert_eq!(listed, present);
}
