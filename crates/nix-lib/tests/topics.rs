//! The topics of `lib`, each as a text of expressions and what they give.
//!
//! Below an expression stands its value (`=`), or the code of its error (`!`), and what was said meanwhile (`~`). `SPEC_UPDATE=1` writes these
//! lines anew.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

/// The files that the expressions may read.
fn files() -> Memory {
    Memory::new()
        .with("/project/a", "")
        .with("/project/b", "")
        .with("/project/d/e/g.nix", "")
        .with("/project/d/e/h", "")
        .with("/project/d/f.nix", "")
        .with("/packages/a.nix", "{ }: 1")
        .with("/packages/b.nix", "{ a }: a + 1")
        .with("/packages/c/package.nix", "{ }: \"c\"")
        .with("/packages/ns/d.nix", "{ }: 5")
        .with("/packages/ns/deep/x.nix", "{ d }: d")
        .with("/packages/ns/readme", "")
        .with("/repo/.git/HEAD", "ref: refs/heads/main\n")
        .with("/repo/.git/refs/heads/main", "c0ffee\n")
        .with("/repo/.git/worktrees/w/HEAD", "ref: refs/heads/main\n")
        .with("/repo/.git/worktrees/w/commondir", "/repo/.git\n")
        .with("/worktree/.git", "gitdir: /repo/.git/worktrees/w\n")
        .with("/packed/HEAD", "ref: refs/heads/main\n")
        .with("/packed/packed-refs", "# packed\nfeed refs/heads/main\n")
}

fn outcome(expression: &str) -> String {
    let files = files();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let file = session.add(Path::new("/test.nix"), expression.as_bytes().to_vec());
    let scope = [(evaluator.symbol("lib"), lib)];
    let value = evaluator.evaluate_text(file.unwrap(), None, &scope);
    let mut outcome = match value.and_then(|value| evaluator.force_deep(value)) {
        Ok(value) => format!("  = {}\n", evaluator.print(value).unwrap()),
        Err(error) => format!("  ! {}\n", error.kind.code()),
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
    let expressions = expected.lines().filter(|line| !line.starts_with("  "));
    let actual: String = expressions
        .map(|expression| match expression.is_empty() {
            true => "\n".to_owned(),
            false => format!("{expression}\n{}", outcome(expression)),
        })
        .collect();
    if std::env::var_os("SPEC_UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    for (actual, expected) in actual.lines().zip(expected.lines()) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len());
}

#[test]
fn what_is_extended_can_be_extended_further() {
    check("extend");
}

#[test]
fn debug_shows_values_and_finds_failing_tests() {
    check("debug");
}

#[test]
fn packages_can_be_made_anew_with_other_arguments() {
    check("customisation");
}

#[test]
fn derivations_wait_or_warn() {
    check("derivations");
}

#[test]
fn options_become_words_of_a_command_line() {
    check("cli");
}

#[test]
fn values_are_written_in_many_formats() {
    check("generators");
}

#[test]
fn settings_of_gnome_have_types() {
    check("gvariant");
}

#[test]
fn old_functions_still_work() {
    check("misc");
}

#[test]
fn sources_are_filtered() {
    check("sources");
}

#[test]
fn sets_of_files_are_combined() {
    check("fileset");
}

#[test]
fn directories_become_packages() {
    check("filesystem");
}

#[test]
fn addresses_are_read() {
    check("network");
}

#[test]
fn edges_of_lists_strings_and_sets() {
    check("edges");
}

#[test]
fn systems_are_elaborated_and_compared() {
    check("systems");
}

#[test]
fn licenses_combine() {
    check("licenses");
}

#[test]
fn fetchers_kernels_and_versions() {
    check("fetchers");
}

#[test]
fn types_that_contain_themselves() {
    check("recursive-types");
}

#[test]
fn functions_of_named_arguments() {
    check("formals");
}
