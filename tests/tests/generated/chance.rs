//! Makes cases out of numbers and compares what comes of them; what differs is made smaller.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use suite::oracle::{
    Outcome, is_installed, is_outdated, ours, theirs, theirs_and_why, with_newer_builtins,
};
use testkit::damage::Dice;
use testkit::generate::tree::{Tree, shrink};

const AT_ONCE: usize = 2;
const IN_A_BATCH: u64 = 50;
/// So many differences are enough to begin with.
const MOST_SHOWN: usize = 12;
const ATTEMPTS: usize = 400;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().expect("a number"))
}

/// A function from a list of cases to a list of what comes of each.
pub type Guard = &'static str;

/// A list of what comes of each expression.
fn guarded<'e>(guard: Guard, expressions: impl IntoIterator<Item = &'e str>) -> String {
    let mut text = format!("{guard} [");
    for expression in expressions {
        text.push_str("\n(");
        text.push_str(expression);
        text.push_str("\n)");
    }
    text.push_str("\n]");
    text
}

struct Case {
    guard: Guard,
    tree: Tree,
    text: String,
    /// What the list of it alone is.
    ours: Outcome,
}

impl Case {
    fn new(guard: Guard, tree: Tree) -> Case {
        let text = tree.to_string();
        let ours = ours(&guarded(guard, [text.as_str()]));
        Case {
            guard,
            tree,
            text,
            ours,
        }
    }

    fn differs(&self) -> bool {
        if matches!(self.ours, Outcome::Unknown(_)) {
            return false;
        }
        let text = guarded(self.guard, [self.text.as_str()]);
        let (theirs, message) = theirs_and_why(&text);
        if matches!(self.ours, Outcome::Value(_)) && is_outdated(&message) {
            return false;
        }
        let differs = !is_same(&theirs, &self.ours) && !matches!(theirs, Outcome::Unknown(_));
        let repeats = [&theirs, &self.ours]
            .iter()
            .any(|outcome| outcome.to_string().contains("«repeated»"));
        differs
            && !is_same(&theirs_of_newer(&text), &self.ours)
            && !(repeats && is_same_in_xml(&text))
    }
}

/// What Nix makes of it with the builtins of newer releases.
fn theirs_of_newer(text: &str) -> Outcome {
    theirs(&with_newer_builtins(text))
}

/// Whether they are the same if nothing is left out as `«repeated»`.
fn is_same_in_xml(text: &str) -> bool {
    let text = format!("builtins.toXML ({text})");
    is_same(&theirs(&text), &ours(&text))
}

/// Whether they are the same but for what `differential/intended.txt` says of dollars.
fn is_same(theirs: &Outcome, ours: &Outcome) -> bool {
    match (theirs, ours) {
        (Outcome::Value(theirs), Outcome::Value(ours)) => {
            theirs == ours || without_escapes(theirs) == without_escapes(ours)
        }
        _ => theirs == ours,
    }
}

/// Without the backslashes before dollars.
fn without_escapes(text: &str) -> String {
    let parts: Vec<&str> = text.split('$').collect();
    let (last, parts) = parts.split_last().expect("there is a last part");
    let parts = parts.iter().map(|part| part.trim_end_matches('\\'));
    parts.chain([*last]).collect::<Vec<_>>().join("$")
}

/// The items of a list that was printed.
fn inside(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Value(text) => text.strip_prefix("[ ")?.strip_suffix(" ]"),
        _ => None,
    }
}

/// Those that have a value which is another in Nix.
fn differing<'c>(cases: &[&'c Case]) -> Vec<&'c Case> {
    if let [case] = cases {
        return if case.differs() { vec![case] } else { vec![] };
    }
    let items = cases.iter().filter_map(|case| inside(&case.ours));
    let expected = format!("[ {} ]", items.collect::<Vec<_>>().join(" "));
    let texts = cases.iter().map(|case| case.text.as_str());
    let Some(first) = cases.first() else {
        return vec![];
    };
    let theirs = theirs(&guarded(first.guard, texts));
    if is_same(&theirs, &Outcome::Value(expected)) {
        return vec![];
    }
    if matches!(theirs, Outcome::Unknown(_)) {
        // Halves that Nix thinks over for too long would cost that time again and again.
        let differing = cases.iter().filter(|case| case.differs());
        return differing.copied().collect();
    }
    let (first, second) = cases.split_at(cases.len() / 2);
    [differing(first), differing(second)].concat()
}

/// What to tell of a difference.
fn shown(case: &Case) -> String {
    let smallest = shrink(case.tree.clone(), ATTEMPTS, |tree| {
        Case::new(case.guard, tree.clone()).differs()
    });
    let case = Case::new(case.guard, smallest);
    let lines = case
        .text
        .lines()
        .map(|line| if line.is_empty() { "." } else { line });
    let text = lines.collect::<Vec<_>>().join("\n");
    let theirs = theirs(&guarded(case.guard, [case.text.as_str()]));
    format!("{text}\n  # ours: {}\n  # Nix:  {theirs}\n", case.ours)
}

#[derive(Default)]
struct Counts {
    values: AtomicUsize,
    failures: AtomicUsize,
    unknown: AtomicUsize,
    different: AtomicUsize,
}

#[expect(clippy::print_stderr, reason = "a test that does nothing says so")]
pub fn compare(guard: Guard, usually: u64, make: impl Fn(&mut Dice) -> Tree + Sync) {
    if !is_installed() {
        eprintln!("skipped: nix-instantiate is not installed");
        return;
    }
    let (cases, seed) = (number("CASES", usually), number("SEED", 0));
    let next = AtomicU64::new(0);
    let counts = Counts::default();
    let work = || {
        let mut differences = vec![];
        loop {
            let from = next.fetch_add(IN_A_BATCH, Ordering::Relaxed);
            if from >= cases || counts.different.load(Ordering::Relaxed) >= MOST_SHOWN {
                return differences;
            }
            let numbers = from..cases.min(from + IN_A_BATCH);
            let batch =
                numbers.map(|number| Case::new(guard, make(&mut Dice::new((seed << 32) + number))));
            let batch: Vec<Case> = batch.collect();
            let (values, others): (Vec<&Case>, Vec<&Case>) =
                batch.iter().partition(|case| inside(&case.ours).is_some());
            let is_unknown = |case: &&&Case| matches!(case.ours, Outcome::Unknown(_));
            let unknown = others.iter().filter(is_unknown).count();
            counts.values.fetch_add(values.len(), Ordering::Relaxed);
            counts
                .failures
                .fetch_add(others.len() - unknown, Ordering::Relaxed);
            counts.unknown.fetch_add(unknown, Ordering::Relaxed);
            let mut different = differing(&values);
            different.extend(others.into_iter().filter(|case| case.differs()));
            counts
                .different
                .fetch_add(different.len(), Ordering::Relaxed);
            differences.extend(different.into_iter().map(shown));
        }
    };
    let mut differences: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let done = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        done.collect()
    });
    differences.sort();
    differences.dedup();
    let count = |number: AtomicUsize| number.into_inner() as u64;
    let (values, failures, unknown) = (
        count(counts.values),
        count(counts.failures),
        count(counts.unknown),
    );
    eprintln!("{values} with a value, {failures} that fail, {unknown} that are not compared");
    assert!(
        differences.is_empty(),
        "SEED={seed}\n\n{}",
        differences.join("\n")
    );
    assert!(
        values * 10 > cases && unknown * 10 < cases + 20,
        "most cases should say something"
    );
}
