//! The specifications in `tests/suite`, run.
//!
//! `SPEC_UPDATE=1` writes the result blocks anew, never the marks; `SPEC_FILTER='words of a heading'` picks headings.

use std::collections::BTreeSet;
use std::path::Path;

use report::codes;
use suite::spec::{check, files};

/// What no clan in memory shows, and the test that does.
const SHOWN_ELSEWHERE: [(&str, &str); 10] = [
    (
        "differs-from-clan-core",
        "needs a clan-core with results: crates/project/tests/computed.rs",
    ),
    (
        "not-computed",
        "needs a clan-core with results: crates/project/tests/computed.rs",
    ),
    (
        "untracked-file",
        "needs a git index: crates/cli/tests/untracked.rs",
    ),
    (
        "io-error",
        "needs a file that cannot be read: crates/cli/tests/command_line.rs",
    ),
    (
        "members-differ",
        "only `migrate` says it: tests/tests/migrate.rs",
    ),
    (
        "no-counterpart",
        "only `migrate` says it: tests/tests/migrate.rs",
    ),
    (
        "no-successor",
        "only `migrate` says it: tests/tests/migrate.rs",
    ),
    (
        "unconverted-instance",
        "only `migrate` says it: tests/tests/migrate.rs",
    ),
    (
        "unconverted-settings",
        "only `migrate` says it: tests/tests/migrate.rs",
    ),
    ("internal-error", "needs a fault of this program"),
];

#[test]
fn everything_is_as_specified() {
    let filter = std::env::var("SPEC_FILTER").unwrap_or_default();
    let words: Vec<&str> = filter.split_whitespace().collect();
    let is_update = std::env::var_os("SPEC_UPDATE").is_some();
    let (mut wrong, mut seen, mut count) = (vec![], BTreeSet::new(), 0);
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let checked = check(&text, &words);
        count += checked.count;
        if is_update && checked.rewritten != text {
            std::fs::write(&path, &checked.rewritten).unwrap();
        }
        let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("suite"));
        let name = name.unwrap().display();
        wrong.extend(checked.wrong.iter().map(|each| format!("{name}: {each}")));
        seen.extend(checked.codes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count > 0, "no heading has `{filter}` in it");
    if words.is_empty() {
        let elsewhere = SHOWN_ELSEWHERE.map(|(code, _)| code);
        seen.extend(elsewhere);
        let unseen: Vec<&str> = codes::list().filter(|code| !seen.contains(code)).collect();
        assert!(unseen.is_empty(), "no specification shows {unseen:?}");
    }
}

#[test]
fn each_code_has_a_file_of_specifications() {
    let elsewhere = SHOWN_ELSEWHERE.map(|(code, _)| code);
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/findings");
    let lacking = codes::list()
        .filter(|code| !elsewhere.contains(code))
        .filter(|code| {
            let text =
                std::fs::read_to_string(suite.join(format!("{code}.md"))).unwrap_or_default();
            !text.contains(&format!("[{code}]: "))
        });
    let lacking: Vec<&str> = lacking.collect();
    assert!(
        lacking.is_empty(),
        "no `report` in suite/findings shows {lacking:?}"
    );
}
