//! Findings as JUnit's XML: a suite for each file, a failed test for each finding.

use std::fmt::{self, Write};

use source::{Diagnostic, Severity};

use super::concise;
use super::located::Located;
use crate::place::Places;

/// Writes the whole document. Notes are skipped tests; without findings there is one test, passed.
pub(crate) fn write(
    diagnostics: &[Diagnostic],
    places: Places<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let suites = suites(diagnostics, places);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let all = counts(diagnostics.iter());
    writeln!(out, r#"<testsuites name="clan-inventory" {all}>"#)?;
    if suites.is_empty() {
        let one = counts(std::iter::empty());
        writeln!(out, r#"  <testsuite name="clan-inventory" {one}>"#)?;
        writeln!(
            out,
            r#"    <testcase name="no findings" classname="clan-inventory" />"#
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    for (path, found) in suites {
        let name = escape(&path);
        let count = counts(found.iter().copied());
        writeln!(out, r#"  <testsuite name="{name}" {count}>"#)?;
        for diagnostic in found {
            case(diagnostic, &name, places, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The findings by file, files in the order of their first finding.
fn suites<'d>(
    diagnostics: &'d [Diagnostic],
    places: Places<'_>,
) -> Vec<(String, Vec<&'d Diagnostic>)> {
    let mut suites: Vec<(String, Vec<&Diagnostic>)> = vec![];
    for diagnostic in diagnostics {
        let path = match place(diagnostic, places) {
            Some(place) => place.path(places),
            None => "clan-inventory".to_owned(),
        };
        match suites.iter_mut().find(|(name, _)| *name == path) {
            Some((_, found)) => found.push(diagnostic),
            None => suites.push((path, vec![diagnostic])),
        }
    }
    suites
}

fn counts<'d>(found: impl Iterator<Item = &'d Diagnostic>) -> String {
    let (mut tests, mut skipped) = (0_usize, 0_usize);
    for diagnostic in found {
        tests += 1;
        skipped += usize::from(diagnostic.severity == Severity::Note);
    }
    let failures = tests - skipped;
    format!(
        r#"tests="{}" failures="{failures}" errors="0" skipped="{skipped}""#,
        tests.max(1)
    )
}

fn case(
    diagnostic: &Diagnostic,
    suite: &str,
    places: Places<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let code = diagnostic.code;
    let at = place(diagnostic, places).map(|place| place.start());
    let name = match at {
        Some(start) => format!("{code} ({}:{})", start.line, start.column),
        None => code.to_owned(),
    };
    writeln!(out, r#"    <testcase name="{name}" classname="{suite}">"#)?;
    let message = escape(&diagnostic.message);
    match diagnostic.severity {
        Severity::Note => writeln!(out, r#"      <skipped message="{message}" />"#)?,
        severity => {
            let mut text = String::new();
            concise::write(diagnostic, places, true, &mut text)?;
            let (kind, text) = (severity.name(), escape(text.trim_end()));
            let text = text.replace("&#10;", "\n");
            writeln!(
                out,
                r#"      <failure type="{kind}" message="{message}">{text}</failure>"#
            )?;
        }
    }
    writeln!(out, "    </testcase>")
}

fn place(diagnostic: &Diagnostic, places: Places<'_>) -> Option<Located> {
    Located::new(places, diagnostic.primary()?)
}

/// `text` as the value of an attribute; what XML cannot hold at all becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                escaped.push(char::REPLACEMENT_CHARACTER);
            }
            other => escaped.push(other),
        }
    }
    escaped
}
