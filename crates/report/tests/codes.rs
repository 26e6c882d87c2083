//! The pages about diagnostic codes.

use std::path::Path;

use expect_test::expect;
use report::codes::{explain, headline, list, nearest};

#[test]
fn every_page_is_listed_in_order() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/codes");
    let names = std::fs::read_dir(directory).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".md").unwrap().to_owned()
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, list().collect::<Vec<_>>());
}

#[test]
fn a_page_says_what_why_and_the_way_out() {
    for code in list() {
        let page = explain(code).unwrap();
        let headings: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert!(page.starts_with(&format!("# {code}\n\n")), "{code}");
        assert_eq!(headings, ["## Example", "## The way out"], "{code}");
        assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{code}");
        assert!(
            headline(code).is_some_and(|text| text.ends_with('.')),
            "{code}"
        );
        let marks = page.lines().filter_map(|line| line.split_once("#~ "));
        for (_, marked) in marks {
            assert_eq!(marked, code);
        }
    }
}

#[test]
fn codes_are_found_by_name() {
    assert!(explain("unknown-machine").is_some());
    assert!(explain("unknown-machin").is_none());
    assert_eq!(nearest("unknwon-machine"), Some("unknown-machine"));
    assert_eq!(nearest("banana"), None);
}

#[test]
fn the_headline_is_the_first_paragraph() {
    expect!["The Nix code itself refuses to go on, and nothing may catch it."]
        .assert_eq(&headline("aborted").unwrap());
}
