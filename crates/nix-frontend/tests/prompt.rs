//! Several inputs in one evaluation: the limits hold for each, and each can be interrupted.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Limits, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

const SUM: &str = "builtins.foldl' (a: b: a + b) 0 (builtins.genList (n: n) 4000)";

/// What each of `count` times the same input ends with.
fn outcomes(options: Options, count: usize, renews: bool) -> Vec<String> {
    let files = Memory::default();
    let session = Session::new(Arc::new(SourceMap::default()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, options);
    let text = SUM.as_bytes().to_vec();
    let file = session.add(Path::new("«string»"), text).unwrap();
    let mut outcomes = vec![];
    for _ in 0..count {
        if renews {
            evaluator.renew_limits(u64::MAX);
        }
        let value = evaluator.evaluate_text(file, None, &[]);
        outcomes.push(match value.and_then(|value| evaluator.print(value)) {
            Ok(text) => text,
            Err(error) => error.message,
        });
    }
    outcomes
}

#[test]
fn limits_hold_anew_after_they_were_renewed() {
    let options = Options {
        limits: Limits {
            steps: 20_000,
            ..Limits::default()
        },
        ..Options::default()
    };
    let many = outcomes(options.clone(), 5, true);
    assert!(many.iter().all(|text| text == "7998000"), "{many:?}");
    let many = outcomes(options, 5, false);
    assert_eq!(many[4], "evaluation took more than 20000 steps");
}

#[test]
fn memory_is_counted_anew_as_well() {
    let taken = |renews| {
        let options = Options {
            limits: Limits {
                memory: 4 << 20,
                ..Limits::default()
            },
            ..Options::default()
        };
        outcomes(options, 40, renews)
    };
    let many = taken(true);
    assert!(many.iter().all(|text| text == "7998000"), "{many:?}");
    let many = taken(false);
    assert_eq!(many[39], "evaluation needs more than 4M of memory");
}

#[test]
fn an_evaluation_ends_when_it_is_interrupted() {
    let interrupt = Arc::new(AtomicBool::new(true));
    let options = || Options {
        interrupt: Some(interrupt.clone()),
        ..Options::default()
    };
    assert_eq!(outcomes(options(), 1, true), ["interrupted"]);
    interrupt.store(false, Ordering::Relaxed);
    assert_eq!(outcomes(options(), 1, true), ["7998000"]);
}
