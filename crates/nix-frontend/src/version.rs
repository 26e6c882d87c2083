//! Versions and package names, as Nix takes them apart and orders them.
//!
//! A version is a row of components. Dots and dashes separate them, and so does the seam between digits and other bytes:
//! `2.3pre1` has the components `2`, `3`, `pre`, `1`. Two versions compare component by component, a missing one counting as
//! the empty component. Of two components
//! - numbers compare as numbers (only those that fit 32 bits are numbers);
//! - the empty one is older than a number;
//! - `pre` is older than everything else;
//! - any other word is older than a number;
//! - two words compare by their bytes.

use std::cmp::Ordering;

/// The components of a version from left to right; none of them is empty.
#[derive(Clone, Debug)]
pub struct Components<'v> {
    rest: &'v [u8],
}

/// Takes `version` apart.
pub fn components(version: &[u8]) -> Components<'_> {
    Components { rest: version }
}

impl<'v> Iterator for Components<'v> {
    type Item = &'v [u8];

    fn next(&mut self) -> Option<&'v [u8]> {
        let start = self.rest.iter().position(|byte| !is_separator(*byte))?;
        let rest = self.rest.get(start..)?;
        let digits = rest.first().is_some_and(u8::is_ascii_digit);
        let length = rest
            .iter()
            .position(|byte| byte.is_ascii_digit() != digits || is_separator(*byte))
            .unwrap_or(rest.len());
        let (component, rest) = rest.split_at(length);
        self.rest = rest;
        Some(component)
    }
}

/// Orders two versions, the older one first.
pub fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let (mut lefts, mut rights) = (components(left), components(right));
    loop {
        let (left, right) = (lefts.next(), rights.next());
        if left.is_none() && right.is_none() {
            return Ordering::Equal;
        }
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        if is_older(left, right) {
            return Ordering::Less;
        }
        if is_older(right, left) {
            return Ordering::Greater;
        }
    }
}

/// The name and the version of a package: `("nix", "2.18pre1")` of `nix-2.18pre1`.
///
/// The version begins behind the first dash that no letter follows; without such a dash it is empty.
pub fn parse_package_name(text: &[u8]) -> (&[u8], &[u8]) {
    let dash = text
        .windows(2)
        .position(|pair| matches!(pair, [b'-', next] if !next.is_ascii_alphabetic()));
    match dash {
        Some(dash) => {
            let (name, version) = text.split_at(dash);
            (name, version.get(1..).unwrap_or_default())
        }
        None => (text, b""),
    }
}

fn is_separator(byte: u8) -> bool {
    byte == b'.' || byte == b'-'
}

fn is_older(left: &[u8], right: &[u8]) -> bool {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left < right,
        (_, Some(_)) if left.is_empty() => true,
        _ if left == b"pre" && right != b"pre" => true,
        _ if right == b"pre" => false,
        (_, Some(_)) => true,
        (Some(_), _) => false,
        (None, None) => left < right,
    }
}

fn number(component: &[u8]) -> Option<i32> {
    if !component.first()?.is_ascii_digit() {
        return None;
    }
    std::str::from_utf8(component).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_order(left: &str, right: &str, expected: Ordering) {
        assert_eq!(compare(left.as_bytes(), right.as_bytes()), expected);
        assert_eq!(
            compare(right.as_bytes(), left.as_bytes()),
            expected.reverse()
        );
    }

    fn split(version: &str) -> Vec<&str> {
        components(version.as_bytes())
            .map(|component| std::str::from_utf8(component).unwrap())
            .collect()
    }

    #[test]
    fn components_end_at_separators_and_at_digits() {
        assert_eq!(split("1.2.3"), ["1", "2", "3"]);
        assert_eq!(split("2.3pre1-rc.é"), ["2", "3", "pre", "1", "rc", "é"]);
        assert_eq!(split("..-a1b--"), ["a", "1", "b"]);
        assert_eq!(split("+1_x"), ["+", "1", "_x"]);
        assert!(split("").is_empty());
        assert!(split(".-.").is_empty());
    }

    #[test]
    fn older_versions_come_first() {
        for (left, right) in [
            ("1.0", "2.3"),
            ("2.1", "2.3"),
            ("2.3pre1", "2.3"),
            ("2.3pre3", "2.3pre12"),
            ("2.3a", "2.3c"),
            ("2.3pre1", "2.3c"),
            ("2.3pre1", "2.3q"),
            ("2.3a", "2.3.1"),
            ("2.3", "2.3.1"),
            ("2.3", "2.3a"),
            ("", "0"),
            ("a", "0"),
            ("99999999999", "1"),
            ("2147483648", "2147483647"),
            ("9999999999", "99999999999"),
        ] {
            check_order(left, right, Ordering::Less);
        }
    }

    #[test]
    fn versions_may_be_spelt_in_several_ways() {
        for (left, right) in [("2.3.1", "2-3-1"), ("1..2.", "1.2"), ("01", "1"), ("", ".")] {
            check_order(left, right, Ordering::Equal);
        }
    }

    #[test]
    fn a_package_name_ends_before_the_first_dash_without_a_letter() {
        let parse = |text: &'static str| parse_package_name(text.as_bytes());
        assert_eq!(
            parse("nix-0.12pre12876"),
            (&b"nix"[..], &b"0.12pre12876"[..])
        );
        assert_eq!(
            parse("apache-httpd-2.0.48"),
            (&b"apache-httpd"[..], &b"2.0.48"[..])
        );
        assert_eq!(parse("a-b-c"), (&b"a-b-c"[..], &b""[..]));
        assert_eq!(parse("a--1"), (&b"a"[..], &b"-1"[..]));
        assert_eq!(parse("a-"), (&b"a-"[..], &b""[..]));
        assert_eq!(parse("-"), (&b"-"[..], &b""[..]));
        assert_eq!(parse("a-é"), (&b"a"[..], "é".as_bytes()));
    }
}
