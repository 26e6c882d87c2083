//! Our evaluator and an installed Nix print the same.
//!
//! The expressions stand in `differential/expressions.txt`. Without `nix-instantiate` nothing is compared, unless `REQUIRE_NIX` is set: then it
//! is a failure. Of expressions that fail it is compared that they do.

use std::sync::atomic::{AtomicUsize, Ordering};

use suite::oracle::{is_installed, ours, theirs};

const EXPRESSIONS: &str = include_str!("../differential/expressions.txt");
const AT_ONCE: usize = 4;

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
                expression.push_str(if line == "." { "" } else { line });
            }
            _ if !line.is_empty() => found.push((number + 1, line.to_owned())),
            _ => {}
        }
        is_open = !line.is_empty();
    }
    found
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that does nothing says so")]
fn nix_prints_what_we_print() {
    if !is_installed() {
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
