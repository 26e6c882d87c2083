//! Our evaluator and an installed Nix print the same.
//!
//! The expressions stand in `differential/expressions.txt`. Without `nix-instantiate` nothing is compared, unless `REQUIRE_NIX` is set: then it
//! is a failure. Of expressions that fail it is compared that they do.

use std::io::ErrorKind;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use project::evaluate::Form;
use suite::evaluated_as;

const EXPRESSIONS: &str = include_str!("../differential/expressions.txt");
const AT_ONCE: usize = 4;
const FAILS: &str = "(an error)";

/// The expressions, with the line that each begins on.
fn expressions() -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = vec![];
    let mut is_open = false;
    for (number, line) in EXPRESSIONS.lines().enumerate() {
        if !is_open && line.starts_with('#') {
            continue;
        }
        match found.last_mut().filter(|_| is_open) {
            Some((_, expression)) if !line.is_empty() => {
                expression.push('\n');
                expression.push_str(line);
            }
            _ if !line.is_empty() => found.push((number + 1, line.to_owned())),
            _ => {}
        }
        is_open = !line.is_empty();
    }
    found
}

fn ours(expression: &str) -> String {
    let evaluated = evaluated_as(Form::Nix, expression.as_bytes());
    if evaluated.failed {
        return FAILS.to_owned();
    }
    String::from_utf8(evaluated.output)
        .unwrap()
        .trim_end()
        .to_owned()
}

fn nix_instantiate() -> Command {
    let mut command = Command::new("nix-instantiate");
    // No store is needed, nor a database of one.
    command.env("NIX_REMOTE", "dummy://").current_dir("/");
    command
}

fn theirs(expression: &str) -> String {
    // With a blank before it no expression looks like an option.
    let expression = format!(" {expression}");
    let arguments = ["--eval", "--strict", "--expr", &expression];
    let output = nix_instantiate().args(arguments).output().unwrap();
    if !output.status.success() {
        return FAILS.to_owned();
    }
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

fn is_installed() -> bool {
    match nix_instantiate().arg("--version").output() {
        Ok(output) => output.status.success(),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => panic!("nix-instantiate does not run: {error}"),
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that does nothing says so")]
fn nix_prints_what_we_print() {
    if !is_installed() {
        assert!(
            std::env::var_os("REQUIRE_NIX").is_none(),
            "nix-instantiate is not installed"
        );
        eprintln!("skipped: nix-instantiate is not installed");
        return;
    }
    let expressions = expressions();
    assert!(expressions.len() > 150, "{}", expressions.len());
    let next = AtomicUsize::new(0);
    let compare = || {
        let mut differences = vec![];
        while let Some((line, expression)) = expressions.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (ours, theirs) = (ours(expression), theirs(expression));
            if ours != theirs {
                differences.push(format!(
                    "line {line}: {expression}\n  ours: {ours}\n  Nix:  {theirs}"
                ));
            }
        }
        differences
    };
    let differences: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(compare)).collect();
        let done = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        done.collect()
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
