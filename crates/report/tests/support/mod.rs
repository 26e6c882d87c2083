//! Texts with marked places, and findings about them.

#![allow(dead_code, reason = "each test target uses a part of it")]

use std::path::Path;

use report::diagnostic::{Format, Style, render};
use report::place::Places;
use source::{Diagnostic, SourceMap, Span};

/// Where the test clan lies.
pub const ROOT: &str = "/clan";

/// Files below `/clan`.
#[derive(Default)]
pub struct Clan {
    pub sources: SourceMap,
}

impl Clan {
    /// A clan of these files: `(path, text)`.
    pub fn new(files: &[(&str, &str)]) -> Clan {
        let clan = Clan::default();
        for (path, text) in files {
            let path = Path::new(ROOT).join(path);
            clan.sources.add(&path, text.as_bytes().to_vec()).unwrap();
        }
        clan
    }

    /// The first place of `text` in the file.
    pub fn span(&self, path: &str, text: &str) -> Span {
        self.nth(path, text, 0)
    }

    /// The `nth` place of `text` in the file, from 0.
    pub fn nth(&self, path: &str, text: &str, nth: usize) -> Span {
        let file = self.sources.by_path(&Path::new(ROOT).join(path)).unwrap();
        let (start, _) = file.text.match_indices(text).nth(nth).unwrap();
        file.span(start as u32, (start + text.len()) as u32)
    }

    /// The end of the file.
    pub fn end(&self, path: &str) -> Span {
        let file = self.sources.by_path(&Path::new(ROOT).join(path)).unwrap();
        Span::at(file.full_span().end)
    }

    pub fn places(&self) -> Places<'_> {
        Places {
            sources: &self.sources,
            root: Path::new(ROOT),
        }
    }

    /// The findings as text.
    pub fn render(&self, format: Format, style: &Style, diagnostics: &[Diagnostic]) -> String {
        let mut out = vec![];
        render(format, diagnostics, self.places(), style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// A clan with one misspelt machine, and the finding about it.
pub fn misspelt() -> (Clan, Vec<Diagnostic>) {
    let clan = Clan::new(&[
        (
            "clan.nix",
            "{\n  inventory.machines = import ./machines.nix;\n  inventory.instances.wifi = {\n    roles.default.machines.lapotp = { };\n  };\n}\n",
        ),
        ("machines.nix", "{\n  laptop = { };\n}\n"),
    ]);
    let name = clan.span("clan.nix", "lapotp");
    let finding = Diagnostic::warning("unknown-machine", "the inventory has no machine `lapotp`")
        .label(name, "named in role `default`")
        .label(
            clan.span("machines.nix", "laptop"),
            "`laptop` is defined here",
        )
        .help("write `laptop`, or define `machines.lapotp`")
        .note_line("clan goes on without it")
        .fix("rename to `laptop`", source::Edit::replace(name, "laptop"));
    (clan, vec![finding])
}
