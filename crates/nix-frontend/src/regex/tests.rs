//! What matches, and what does not. The table beside holds what the C++ library itself answers.

use super::{Groups, Regex, RegexError};

fn places(groups: &Groups) -> String {
    let places = groups.iter().map(|group| match group {
        Some((from, to)) => format!("{from}-{to}"),
        None => ".".to_owned(),
    });
    places.collect::<Vec<_>>().join(",")
}

fn answer(mode: &str, pattern: &[u8], subject: &[u8]) -> Result<String, RegexError> {
    let regex = Regex::new(pattern)?;
    let found: Vec<String> = match mode {
        "match" => regex.match_whole(subject)?.iter().map(places).collect(),
        _ => regex
            .find_iter(subject)
            .map(|groups| Ok(places(&groups?)))
            .collect::<Result<_, RegexError>>()?,
    };
    Ok(match found.as_slice() {
        [] => "none".to_owned(),
        found => found.join(" "),
    })
}

fn decode(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}

#[test]
fn the_answers_are_those_of_the_library() {
    let mut mode = "";
    let mut wrong = vec![];
    for line in include_str!("tests/cases.tsv").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            mode = heading.split(':').next().unwrap();
        }
        let [pattern, subject, expected] = *line.split('\t').collect::<Vec<_>>() else {
            assert!(line.is_empty() || line.starts_with('#'), "{line}");
            continue;
        };
        let found = match answer(mode, &decode(pattern), &decode(subject)) {
            Ok(found) => found,
            Err(RegexError::Invalid) => "invalid".to_owned(),
            Err(RegexError::TooComplex) => "too complex".to_owned(),
        };
        if found != expected {
            wrong.push(format!(
                "{mode} {pattern} {subject}: {found}, not {expected}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn check(mode: &str, pattern: &str, subject: &str, expected: &str) {
    let found = answer(mode, pattern.as_bytes(), subject.as_bytes());
    assert_eq!(found.as_deref(), Ok(expected), "{pattern}");
}

#[test]
fn long_subjects_cost_no_stack() {
    let subject = "ab".repeat(100_000);
    check("match", "(a|b)*", &subject, "0-200000,199999-200000");
    check("match", "(.|\n)*", &subject, "0-200000,199999-200000");
    check("match", "((a|b)*)*c", &subject, "none");
}

#[test]
fn deep_groups_cost_no_stack() {
    let pattern = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    assert_eq!(regex.group_count(), 10_000);
    let groups = regex.match_whole(b"a").unwrap().unwrap();
    assert_eq!(groups, vec![Some((0, 1)); 10_001]);
}

#[test]
fn what_failed_is_not_tried_again() {
    let subject = "x".repeat(2000);
    check("match", "(x+x+)+y", &subject, "none");
    check("split", "(x+x+)+y", &subject, "none");
    check("match", "(.*)(.*)(.*)(.*)(.*)y", &subject, "none");
    check("match", "(x|x)*", &subject, "0-2000,1999-2000");
    check("match", "(x|xx)*y", &subject, "none");
    check("match", "(x*)*y", &subject, "none");
    check("match", "((x|y)(x|y))*z|(x*)*y", &subject, "none");
    check("split", "x*y|(x|x)*z", &subject, "none");
}

#[test]
fn what_was_found_is_not_found_again() {
    let subject = format!("{}z", "x".repeat(2000));
    let expected = "0-2000,1999-2000";
    check("split", "(x|x)+", &subject, expected);
    check("split", "(x|x|y)+y?", &subject, expected);
}

#[test]
fn hopeless_searches_end() {
    let subject = "a".repeat(2000);
    let found = answer("match", b"((((((a*)*)*)*)*)*)*b", subject.as_bytes());
    assert_eq!(found, Err(RegexError::TooComplex));
}
