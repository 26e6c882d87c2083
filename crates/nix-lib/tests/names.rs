//! Every name of nixpkgs' `lib`, and whether it is here.
//!
//! `names.txt` has the names, `names.nix` prints it anew. `docs/lib.md` is made of them: `UPDATE_EXPECT=1` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options, Value};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

const NAMES: &str = include_str!("names.txt");

/// Where the names and the table of licenses are from.
const ORIGIN: &str =
    "nixpkgs 26.11pre-git, `lib` at commit de42d44212d2 of nix-community/nixpkgs.lib";

/// What the page begins with.
const LEAD: &str = "\
# `lib`, name by name

`<nixpkgs/lib>`, and every `lib` that modules and flakes get, is made by the evaluator itself. This page tells which names of nixpkgs' own
`lib` it has. A test writes it, so that it is never out of date: `UPDATE_EXPECT=1 cargo test -p nix-lib --test names`.

- *native*: it gives what nixpkgs' own does.
- *out of reach*: the name resolves, and says that its value is not here.
- *absent*: the name is missing.
- *kept*: nixpkgs no longer has it; older code may ask for it.

To follow a newer nixpkgs, print the names (`crates/nix-lib/tests/names.nix`) and the licenses
(`crates/nix-lib/src/functions/licenses/refresh.nix`) anew, as these files say, and run the tests.
";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Native,
    OutOfReach,
    Absent,
    Kept,
}

impl State {
    const ALL: [State; 4] = [State::Native, State::OutOfReach, State::Absent, State::Kept];

    fn title(self) -> &'static str {
        match self {
            State::Native => "native",
            State::OutOfReach => "out of reach",
            State::Absent => "absent",
            State::Kept => "kept",
        }
    }
}

/// The names of one set, each with its state.
type Topic = BTreeMap<String, State>;

/// The sets by their names; `lib` itself has none.
fn upstream() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut topics: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in NAMES.lines() {
        let (topic, name) = line.rsplit_once('.').unwrap_or(("", line));
        topics.entry(topic).or_default().push(name);
    }
    topics
}

struct Lib<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    lib: Value<'a>,
}

impl<'a> Lib<'_, 'a> {
    fn topic(&self, path: &str) -> Option<Value<'a>> {
        let mut set = self.lib;
        for name in path.split('.').filter(|name| !name.is_empty()) {
            let attrs = self.evaluator.force_attrs(set).ok()?;
            set = attrs.value(self.evaluator.symbol(name))?;
        }
        Some(set)
    }

    fn names(&self, path: &str) -> Vec<String> {
        let attrs = self.topic(path).map(|set| self.evaluator.force_attrs(set));
        let Some(Ok(attrs)) = attrs else {
            return vec![];
        };
        let attrs = self.evaluator.ordered(attrs).iter();
        attrs
            .map(|attr| self.evaluator.name_text(attr.name))
            .collect()
    }

    fn state(&self, path: &str, name: &str) -> State {
        let Some(attrs) = self.topic(path).map(|set| self.evaluator.force_attrs(set)) else {
            return State::Absent;
        };
        let Ok(attrs) = attrs else {
            return State::OutOfReach;
        };
        let Some(value) = attrs.value(self.evaluator.symbol(name)) else {
            return State::Absent;
        };
        match self.evaluator.force(value) {
            Ok(Value::OutOfReach(_)) => State::OutOfReach,
            Err(error) if error.is_out_of_reach() => State::OutOfReach,
            _ => State::Native,
        }
    }
}

fn states() -> BTreeMap<&'static str, Topic> {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let lib = Lib {
        evaluator: &evaluator,
        lib,
    };
    let topics = upstream().into_iter().map(|(path, names)| {
        let kept = lib.names(path).into_iter().map(|name| (name, State::Kept));
        let mut topic: Topic = kept.collect();
        let names = names.into_iter();
        topic.extend(names.map(|name| (name.to_owned(), lib.state(path, name))));
        (path, topic)
    });
    topics.collect()
}

fn page(topics: &BTreeMap<&str, Topic>) -> String {
    let mut page = format!("{LEAD}\nThe names are those of {ORIGIN}.\n\n## In numbers\n\n");
    page.push_str("| | native | out of reach | absent | kept |\n|---|---|---|---|---|\n");
    let in_state = |topic: &Topic, state| -> Vec<String> {
        let names = topic.iter().filter(|(_, own)| **own == state);
        names.map(|(name, _)| format!("`{name}`")).collect()
    };
    for (path, topic) in topics {
        let counts = State::ALL.map(|state| in_state(topic, state).len().to_string());
        let _ = writeln!(page, "| `{}` | {} |", full(path), counts.join(" | "));
    }
    for (path, topic) in topics {
        let _ = writeln!(page, "\n## `{}`", full(path));
        for state in State::ALL {
            let names = in_state(topic, state);
            if !names.is_empty() {
                let _ = write!(page, "\n*{}*:", state.title());
                wrap(&mut page, state.title().len() + 3, &names);
            }
        }
    }
    page
}

/// Writes words in lines of a hundred columns; the first has so many already.
fn wrap(page: &mut String, mut column: usize, words: &[String]) {
    const WIDTH: usize = 100;
    for word in words {
        if column + 1 + word.len() > WIDTH {
            page.push('\n');
            column = word.len();
        } else {
            page.push(' ');
            column += 1 + word.len();
        }
        page.push_str(word);
    }
    page.push('\n');
}

fn full(path: &str) -> String {
    match path {
        "" => "lib".to_owned(),
        path => format!("lib.{path}"),
    }
}

#[test]
fn the_page_tells_of_every_name() {
    let page = page(&states());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lib.md");
    if std::fs::read_to_string(&path).unwrap_or_default() == page {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_EXPECT").is_some(),
        "docs/lib.md is stale; run with UPDATE_EXPECT=1"
    );
    std::fs::write(&path, page).unwrap();
}

#[test]
fn functions_name_their_arguments() {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let script = include_str!("formals.nix");
    let file = session.add(Path::new("/formals.nix"), script.into());
    let function = evaluator.evaluate_text(file.unwrap(), None, &[]).unwrap();
    let arguments = evaluator.attrs_from([("lib", lib)]);
    let printed = evaluator.call1(function, arguments).unwrap();
    let printed = evaluator.force_string(printed).unwrap().text();
    let table = include_str!("formals.txt");
    for (printed, line) in printed.lines().zip(table.lines()) {
        assert_eq!(printed, line);
    }
    assert_eq!(printed.lines().count(), table.lines().count());
}

#[test]
fn the_licenses_are_printed_as_they_are_read() {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let script = include_str!("../src/functions/licenses/refresh.nix");
    let file = session.add(Path::new("/refresh.nix"), script.into());
    let function = evaluator.evaluate_text(file.unwrap(), None, &[]).unwrap();
    let arguments = evaluator.attrs_from([("lib", lib)]);
    let printed = evaluator.call1(function, arguments).unwrap();
    let printed = evaluator.force_string(printed).unwrap().text();
    let table = include_str!("../src/functions/licenses/licenses.tsv");
    for (printed, line) in printed.lines().zip(table.lines()) {
        assert_eq!(printed, line);
    }
    assert_eq!(printed.lines().count(), table.lines().count());
}
