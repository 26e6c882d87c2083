//! What each diagnostic code means: one page of Markdown for each.
//!
//! A page says what was found, why that matters, shows an example and the way out. In its examples `#~ code` marks the line where the
//! finding is shown.

use source::suggest;

struct Page {
    code: &'static str,
    text: &'static str,
}

macro_rules! pages {
    ($($code:literal,)*) => {
        &[$(Page { code: $code, text: include_str!(concat!("codes/", $code, ".md")) },)*]
    };
}

/// In the order of their names.
const PAGES: &[Page] = pages![
    "aborted",
    "bad-configuration",
    "bad-lock-file",
    "config-without-role",
    "conflicting-definitions",
    "defined-twice",
    "deprecated-option",
    "deprecated-service",
    "differs-from-clan-core",
    "dropped-settings",
    "duplicate-attribute",
    "duplicate-member",
    "empty-instance",
    "evaluation-error",
    "failed-assertion",
    "failed-check",
    "infinite-recursion",
    "input-without-modules",
    "internal-error",
    "invalid-json",
    "io-error",
    "limit-exceeded",
    "machine-without-role",
    "members-differ",
    "missing-attribute",
    "missing-semicolon",
    "missing-value",
    "module-syntax",
    "no-clan",
    "no-counterpart",
    "no-roles-directory",
    "no-successor",
    "no-such-file",
    "not-a-module",
    "not-computed",
    "not-serializable",
    "out-of-reach",
    "overridden-setting",
    "removed-option",
    "service-constraint",
    "settings-nested-imports",
    "several-clans",
    "swallowed-setting",
    "syntax",
    "thrown",
    "unconverted-instance",
    "unconverted-settings",
    "undefined-variable",
    "unknown-input",
    "unknown-machine",
    "unknown-module",
    "unknown-option",
    "unknown-role",
    "unknown-service",
    "unknown-tag",
    "untracked-file",
    "unused-tag",
    "weightless-priority",
    "wrong-type",
];

/// The page about `code`, in Markdown; `None` if there is no such code.
pub fn explain(code: &str) -> Option<&'static str> {
    let index = PAGES.binary_search_by(|page| page.code.cmp(code)).ok()?;
    PAGES.get(index).map(|page| page.text)
}

/// All codes, in the order of their names.
pub fn list() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|page| page.code)
}

/// What was found if it is `code`, in a sentence or two: the first paragraph of its page.
pub fn headline(code: &str) -> Option<String> {
    let mut paragraphs = explain(code)?.split("\n\n");
    let first = paragraphs.find(|paragraph| !paragraph.starts_with('#'))?;
    Some(first.replace('\n', " ").trim().to_owned())
}

/// The code that a misspelt one was probably meant to be.
pub fn nearest(code: &str) -> Option<&'static str> {
    suggest::nearest(code, list())
}
