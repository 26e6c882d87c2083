//! Damaged clans are answered: with what is left, with diagnostics, never with a panic.
//!
//! `MUTATIONS=5000` tries more cases than usual, `MUTATIONS_FROM=300` others.

use std::sync::atomic::{AtomicU64, Ordering};

use suite::ask_everything;
use testkit::archive;
use testkit::damage::{Dice, damaged};
use testkit::fixture::{Fixture, all};

const USUALLY: u64 = 800;
const AT_ONCE: usize = 2;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().expect("a number"))
}

/// The fixture with one of its texts damaged.
fn case(fixtures: &[Fixture], seed: u64) -> Fixture {
    let mut dice = Dice::new(seed);
    let mut fixture = fixtures[dice.below(fixtures.len())].clone();
    let chosen = dice.below(fixture.texts.len());
    let (path, text) = &mut fixture.texts[chosen];
    *text = damaged(text, &mut dice);
    fixture.files.insert(&*path, text.as_bytes());
    fixture
}

/// What goes wrong with a case, if anything.
fn fault(fixture: &Fixture) -> Option<String> {
    let asked = std::panic::catch_unwind(|| ask_everything(&fixture.files, &fixture.target));
    let Ok(answers) = asked else {
        return Some("a panic while writing".to_owned());
    };
    let internal = answers
        .diagnostics
        .iter()
        .find(|each| each.code == "internal-error");
    internal.map(|each| each.message.clone())
}

#[test]
fn damaged_fixtures_never_panic() {
    let fixtures = all();
    let from = number("MUTATIONS_FROM", 0);
    let end = from + number("MUTATIONS", USUALLY);
    let next = AtomicU64::new(from);
    let work = || {
        let mut faults = vec![];
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return faults;
            }
            let fixture = case(&fixtures, seed);
            if let Some(fault) = fault(&fixture) {
                let texts = fixture.texts.iter();
                let texts =
                    archive::write(texts.map(|(path, text)| (path.as_path(), text.as_str())));
                faults.push(format!("seed {seed}, {}: {fault}\n{texts}", fixture.name));
            }
        }
    };
    let faults: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn damaged_expressions_never_panic() {
    let expressions = include_str!("../differential/expressions.txt");
    let expressions: Vec<&str> = expressions.split("\n\n").collect();
    let from = number("MUTATIONS_FROM", 0);
    for seed in from..from + number("MUTATIONS", USUALLY) * 4 {
        let mut dice = Dice::new(seed);
        let expression = expressions[dice.below(expressions.len())];
        let expression = damaged(expression, &mut dice);
        let found = suite::evaluated(&expression);
        let internal = found.iter().find(|each| each.code == "internal-error");
        assert!(
            internal.is_none(),
            "seed {seed}: {internal:?}\n{expression}"
        );
    }
}

#[test]
fn the_same_damage_has_the_same_answer() {
    let fixtures = all();
    for seed in 0..20 {
        let fixture = case(&fixtures, seed);
        let ask = || ask_everything(&fixture.files, &fixture.target);
        assert_eq!(ask().text, ask().text, "seed {seed}");
    }
}
