//! The module system, each topic as a text of programs and what they give; all of them were run with nixpkgs' own `lib` too.
//!
//! Programs are separated by empty lines and may have several lines. Below one stands its value (`=`), or its error: the code and headline
//! (`!`), the labels (`-`), what nixpkgs says (`|`) and the way out (`help:`); then what was said meanwhile (`~`). `SPEC_UPDATE=1` writes
//! these lines anew. Lines that begin with `#` are prose.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{EvalError, Evaluator, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

/// What the programs have in scope: the config of modules, and an option of a type.
const PRELUDE: &str = "with lib; let ev = modules: (lib.evalModules { inherit modules; }).config; opt = type: lib.mkOption { inherit type; }; in\n";

/// The files that the programs may import.
fn files() -> Memory {
    Memory::new()
        .with(
            "/modules/ports.nix",
            "{ lib, ... }:\n{\n  options.port = lib.mkOption { type = lib.types.port; };\n  options.hosts = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ \"jon\" ]; };\n}\n",
        )
        .with("/modules/web.nix", "{\n  imports = [ ./ports.nix ];\n  port = 80;\n}\n")
        .with("/modules/proxy.nix", "{ lib, ... }: {\n  port = lib.mkIf true 8080;\n  hosts = lib.mkBefore [ \"sara\" ];\n}\n")
        .with("/modules/left.nix", "{ imports = [ ./right.nix ]; }\n")
        .with("/modules/right.nix", "{ ... }: {\n  imports = [ ./left.nix ];\n}\n")
        .with("/modules/number.nix", "1\n")
        .with("/modules/given.nix", "{ port }: { lib, ... }: { options.given = lib.mkOption { default = port; }; }\n")
}

/// The error: its headline, the labels with file and line, what nixpkgs says, and the way out.
fn failure(session: &Session<'_>, error: &EvalError) -> String {
    let diagnostic = error.diagnostic();
    let message = diagnostic.message.trim().replace('\n', "\n    ");
    let mut text = format!("  ! {}: {message}\n", diagnostic.code);
    let own = usize::from(!error.span.is_none()) + error.labels.len();
    for label in diagnostic.labels.iter().take(own) {
        let place = session.sources.locate(label.span.start);
        let Some((path, place)) = place else { continue };
        // The program begins behind the prelude.
        let line = match path.ends_with("program.nix") {
            true => place.line - 1,
            false => place.line,
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(text, "  - {name}:{line}:{} {}", place.column, label.text).unwrap();
    }
    for frame in diagnostic.trace.iter().filter(|frame| frame.is_context) {
        for line in frame.text.lines() {
            writeln!(text, "{}", format!("  | {line}").trim_end()).unwrap();
        }
    }
    if let Some(help) = &diagnostic.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    text
}

fn outcome(program: &str) -> String {
    let files = files();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let text = format!("{PRELUDE}{program}\n");
    let file = session.add(Path::new("/program.nix"), text.into_bytes());
    let scope = [(evaluator.symbol("lib"), lib)];
    let value = evaluator.evaluate_text(file.unwrap(), None, &scope);
    assert!(session.diagnostics().is_empty(), "{program} does not parse");
    let mut outcome = match value.and_then(|value| evaluator.force_deep(value)) {
        Ok(value) => format!("  = {}\n", evaluator.print(value).unwrap()),
        Err(error) => failure(&session, &error),
    };
    for notice in evaluator.notices.borrow().iter() {
        writeln!(outcome, "  ~ {}", notice.text.escape_debug()).unwrap();
    }
    outcome
}

#[track_caller]
fn check(topic: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/topics");
    let path: PathBuf = path.join(topic).with_extension("txt");
    let expected = std::fs::read_to_string(&path).unwrap();
    let mut actual = String::new();
    for paragraph in expected.split("\n\n") {
        let lines: Vec<&str> = paragraph
            .lines()
            .filter(|line| !line.starts_with("  "))
            .collect();
        let code = lines.iter().filter(|line| !line.starts_with('#'));
        let program: Vec<&str> = code.copied().collect();
        let said = match program.is_empty() {
            true => String::new(),
            false => outcome(&program.join("\n")),
        };
        if !lines.is_empty() {
            write!(actual, "{}\n{said}\n", lines.join("\n")).unwrap();
        }
    }
    let actual = format!("{}\n", actual.trim_end());
    if std::env::var_os("SPEC_UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    for (actual, expected) in actual.lines().zip(expected.lines()) {
        assert_eq!(actual, expected, "{topic}");
    }
    assert_eq!(actual.len(), expected.len());
}

#[test]
fn modules_are_evaluated_and_extended() {
    check("modules-evaluate");
}

#[test]
fn modules_import_and_disable_others() {
    check("modules-imports");
}

#[test]
fn modules_have_a_long_and_a_short_form() {
    check("modules-syntax");
}

#[test]
fn types_check_and_merge() {
    check("modules-types");
}

#[test]
fn types_hold_other_types() {
    check("modules-composed");
}

#[test]
fn submodules_are_evaluations_of_their_own() {
    check("modules-submodules");
}

#[test]
fn what_is_undeclared_may_have_a_freeform_type() {
    check("modules-freeform");
}

#[test]
fn options_are_declared_and_tell_of_their_definitions() {
    check("modules-options");
}

#[test]
fn options_are_renamed_and_removed() {
    check("modules-renames");
}

#[test]
fn types_are_made_by_users() {
    check("modules-own-types");
}

#[test]
fn mistakes_have_labels_and_a_way_out() {
    check("modules-mistakes");
}
