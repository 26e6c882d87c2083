//! Text in, lowered code and diagnostics out.

mod attrs;
mod mend;
mod operators;
mod paths;
mod print;
mod refuse;
mod scope;
mod short;
mod slips;
mod strings;

use std::path::Path;

use expect_test::Expect;
use nix_frontend::ir::Symbols;
use nix_frontend::ir::lower::{LowerContext, Lowered, lower};
use nix_frontend::syntax::{self, Read};
use source::{Diagnostic, SourceFile, SourceMap};
use std::sync::Arc;

/// The variables of the outermost scope.
const GLOBALS: &[&str] = &["true", "false", "null", "builtins", "map", "toString"];

/// A text that has been lowered.
struct Run {
    file: Arc<SourceFile>,
    symbols: Symbols,
    read: Read,
    lowered: Lowered,
}

fn run(nix: &[u8]) -> Run {
    run_with(nix, true, &[])
}

fn run_with(nix: &[u8], pipes: bool, extra: &[&str]) -> Run {
    let sources = SourceMap::new();
    let file = sources.add(Path::new("/dir/file.nix"), nix.to_vec());
    let file = file.expect("it is short");
    let symbols = Symbols::default();
    let globals = GLOBALS.iter().map(|name| symbols.intern(name));
    let globals: Vec<_> = globals.collect();
    let extra: Vec<_> = extra.iter().map(|name| symbols.intern(name)).collect();
    let read = syntax::read(&file);
    let number = |name| globals.iter().position(|known| *known == name);
    let context = LowerContext {
        symbols: &symbols,
        globals: &|name| number(name).map(|number| number as u16),
        base: Path::new("/dir"),
        home: Some(Path::new("/home/me")),
        extra: &extra,
        pipes,
    };
    let lowered = lower(&file, &read, &context);
    Run {
        file,
        symbols,
        read,
        lowered,
    }
}

impl Run {
    /// The code, and below it what is wrong.
    fn print(&self) -> String {
        let mut text = print::expr(self, &self.lowered.ir.root);
        for diagnostic in self.diagnostics() {
            text.push('\n');
            text.push_str(&self.print_diagnostic(diagnostic));
        }
        text
    }

    fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let lowered = &self.lowered.diagnostics;
        self.read.diagnostics.iter().chain(lowered)
    }

    fn print_diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let mut text = format!("{}: {}", diagnostic.code, diagnostic.message);
        for label in &diagnostic.labels {
            let start = self.file.line_column(label.span.start);
            let (line, column) = (start.line, start.column);
            let covered = self.file.slice(label.span);
            let covered = covered.replace(|letter: char| letter.is_control(), "�");
            text.push_str(&format!("\n  {line}:{column} `{covered}` {}", label.text));
        }
        if let Some(help) = &diagnostic.help {
            text.push_str(&format!("\n  help: {help}"));
        }
        text
    }
}

/// What `nix` is lowered to, and what is wrong with it.
#[track_caller]
fn check(nix: &str, expected: Expect) {
    expected.assert_eq(&run(nix.as_bytes()).print());
}

/// Like [`check`], for a text that is not UTF-8.
#[track_caller]
fn check_bytes(nix: &[u8], expected: Expect) {
    expected.assert_eq(&run(nix).print());
}

/// Like [`check`], with names around the text.
#[track_caller]
fn check_within(extra: &[&str], nix: &str, expected: Expect) {
    expected.assert_eq(&run_with(nix.as_bytes(), true, extra).print());
}

/// Like [`check`], without pipes.
#[track_caller]
fn check_without_pipes(nix: &str, expected: Expect) {
    expected.assert_eq(&run_with(nix.as_bytes(), false, &[]).print());
}

/// Applying every safe fix gives a text without faults.
#[track_caller]
fn check_fixes(nix: &str, expected: Expect) {
    let run = run(nix.as_bytes());
    let fixes = run.diagnostics().flat_map(|found| &found.fixes);
    let safe = fixes.filter(|fix| fix.safe);
    let mut edits: Vec<_> = safe.flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut fixed = nix.to_owned();
    for edit in edits.iter().rev() {
        fixed.replace_range(run.file.range(edit.span), &edit.text);
    }
    expected.assert_eq(&fixed);
    let again = self::run(fixed.as_bytes());
    assert_eq!(again.diagnostics().count(), 0, "{fixed}");
}

/// The text after the first fix of every finding, safe or not, and how much is wrong with it then.
#[track_caller]
fn check_meant(nix: &str, expected: Expect) {
    let run = run(nix.as_bytes());
    let fixes = run.diagnostics().filter_map(|found| found.fixes.first());
    let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut fixed = nix.to_owned();
    for edit in edits.iter().rev() {
        fixed.replace_range(run.file.range(edit.span), &edit.text);
    }
    let again = self::run(fixed.as_bytes());
    let left = again.diagnostics().count();
    expected.assert_eq(&format!("{fixed}\n{left} left"));
}
