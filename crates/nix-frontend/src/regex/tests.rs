//! What matches, and what does not.

use super::{Groups, Regex};

fn text(groups: &Groups, subject: &str) -> String {
    let parts: Vec<&str> = groups
        .iter()
        .map(|group| group.map_or("-", |(from, to)| &subject[from..to]))
        .collect();
    parts.join("|")
}

#[track_caller]
fn check(pattern: &str, subject: &str, expected: Option<&str>) {
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    let found = regex.match_whole(subject.as_bytes()).unwrap();
    let found = found.map(|groups| text(&groups, subject));
    assert_eq!(found.as_deref(), expected, "{pattern} on {subject}");
}

#[test]
fn whole_matches() {
    check("a*", "aaa", Some("aaa"));
    check("(a|ab)(c|bcd)(d*)", "abcd", Some("abcd|a|bcd|"));
    check("([0-9]+)\\.([0-9]+)", "12.5", Some("12.5|12|5"));
    check("(a)|(b)", "b", Some("b|-|b"));
    check("[[:space:]]*([^[:space:]]+)", "  x", Some("  x|x"));
    check("(ab){2,3}", "ababab", Some("ababab|ab"));
    check("x{0}", "", Some(""));
    check("(|a)+", "aa", Some("aa|"));
    check("a.c", "a\nc", Some("a\nc"));
    check("[]a]+", "]a", Some("]a"));
    check("", "", Some(""));
    check("a", "b", None);
}

#[test]
fn what_is_not_well_formed() {
    for pattern in [
        "*a",
        "(a",
        "a)",
        "[a",
        "a{",
        "a{2,1}",
        "\\d",
        "[z-a]",
        "[[:foo:]]",
        "a|*",
    ] {
        assert!(Regex::new(pattern.as_bytes()).is_err(), "{pattern}");
    }
}

#[test]
fn long_subjects_cost_no_stack() {
    let subject = "ab".repeat(200_000);
    check("(a|b)*", &subject, Some(&format!("{subject}|b")));
}

#[track_caller]
fn check_all(pattern: &str, subject: &str, expected: &[&str]) {
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    let found = regex.find_iter(subject.as_bytes());
    let found: Vec<String> = found
        .map(|groups| text(&groups.unwrap(), subject))
        .collect();
    assert_eq!(found, expected, "{pattern} in {subject}");
}

#[test]
fn matches_one_after_the_other() {
    check_all(",", "a,b,c", &[",", ","]);
    check_all("(a)b|b", "abb", &["ab|a", "b|-"]);
    check_all("x*", "axb", &["", "x", "", ""]);
    check_all("^a", "aaa", &["a"]);
}
