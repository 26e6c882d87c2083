//! Reads texts: sound ones for lowering by [`sound`]; all others, and those whose blanks are wanted, by rnix, guarded against inputs that it cannot bear, its faults told in our words, and what is missing put in.
//!
//! A tree comes out whatever the text is. A text that rnix complains about is mended step by step: strings and comments are closed, keywords
//! quoted that stand for names, then brackets are closed, then missing expressions are filled in, then missing semicolons, each with a diagnostic; so one fault does not hide the rest of the file.
//! What was put in stands in the tree as tokens without text. All places are those of the file.

mod balance;
mod conflicts;
mod consequences;
mod faults;
mod gaps;
mod guard;
pub mod input;
mod keywords;
mod misread;
mod patch;
mod quotes;
mod semicolons;
pub mod sound;
mod tokens;
pub mod tree;
mod words;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use rnix::{NixLanguage, NodeOrToken, Parse, Root, SyntaxKind, SyntaxNode, Token};
use rowan::{GreenNodeData, GreenTokenData, Language};
use source::{Diagnostic, SourceFile, SourceMap};

pub(crate) use self::consequences::GOES_ON;
pub use self::consequences::unsettles;
use self::guard::Checked;
use self::patch::Patch;
use self::tree::Tree;

/// A statement without its `;`.
pub const MISSING_SEMICOLON: &str = "missing-semicolon";
/// A text that is too deep or too long for the parser.
pub const LIMIT: &str = "limit-exceeded";

/// After so many faults of a kind the rest of a text is left as it is.
const MOST_FAULTS: usize = 100;

/// A parsed text and what is wrong with it.
pub struct Parsed {
    /// The root node; its text is the file's, but for lone carriage returns.
    pub tree: SyntaxNode,
    /// Faults of syntax, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// A text as lowering reads it.
pub struct Read {
    /// The tree without blanks and comments.
    pub tree: Tree,
    /// Faults of syntax, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// A text of our own that is read before a session asks for it, perhaps by another thread.
pub struct TextAhead {
    /// What it says.
    pub text: &'static str,
    pub(crate) read: Read,
}

impl TextAhead {
    /// Reads a text; `None` for one that has faults.
    pub fn new(text: &'static str) -> Option<TextAhead> {
        let file = SourceMap::new().add(Path::new(""), text.into())?;
        let read = read(&file);
        read.diagnostics
            .is_empty()
            .then_some(TextAhead { text, read })
    }
}

/// Reads a text to lower it: as [`parse`] does, but faster where nothing is to be mended.
pub fn read(file: &Arc<SourceFile>) -> Read {
    if let Some(tree) = sound::read(&with_plain_newlines(&file.text)) {
        return Read {
            tree,
            diagnostics: vec![],
        };
    }
    let parsed = parse(file);
    Read {
        tree: Tree::of(&parsed.tree),
        diagnostics: parsed.diagnostics,
    }
}

/// Parses a text to a tree that has every blank and comment.
pub fn parse(file: &Arc<SourceFile>) -> Parsed {
    let text = with_plain_newlines(&file.text);
    let parsed = match text.len() <= guard::SHORT {
        true => with_stack(text.len(), || parse_short(file, &text)),
        false => None,
    };
    if let Some(parsed) = parsed {
        return parsed;
    }
    match guard::check(file, &text, rnix::tokenize(&text)) {
        Err(diagnostic) => Parsed {
            tree: Root::parse("").syntax(),
            diagnostics: vec![*diagnostic],
        },
        Ok(checked) => with_stack(checked.depth, || parse_checked(file, &text, checked)),
    }
}

/// Parses a short text in which nothing is to be mended. Its tokens are looked through in the tree, so that they are made but once.
fn parse_short(file: &Arc<SourceFile>, text: &str) -> Option<Parsed> {
    let parse = Root::parse(text);
    if !parse.errors().is_empty() {
        return None;
    }
    let tree = parse.syntax();
    let checked = guard::check(file, text, tokens_of(tree.green())).ok()?;
    let is_sound = checked.is_balanced && !checked.is_misread;
    is_sound.then_some(Parsed {
        tree,
        diagnostics: checked.diagnostics,
    })
}

/// The tokens that a tree was made of.
fn tokens_of(root: &GreenNodeData) -> impl Iterator<Item = Token<'_>> {
    let mut open = vec![root.children()];
    std::iter::from_fn(move || {
        loop {
            match open.last_mut()?.next() {
                Some(NodeOrToken::Node(node)) => open.push(node.children()),
                Some(NodeOrToken::Token(token)) => return Some((read_as(token), token.text())),
                None => {
                    open.pop();
                }
            }
        }
    })
}

/// What a token was before the parser gave some of them another kind.
fn read_as(token: &GreenTokenData) -> SyntaxKind {
    match NixLanguage::kind_from_raw(token.kind()) {
        SyntaxKind::TOKEN_CUR_POS => SyntaxKind::TOKEN_IDENT,
        SyntaxKind::TOKEN_IDENT if token.text() == "or" => SyntaxKind::TOKEN_OR,
        kind => kind,
    }
}

fn parse_checked(file: &Arc<SourceFile>, text: &str, checked: Checked) -> Parsed {
    let mut diagnostics = checked.diagnostics;
    let mut patch = Patch::default();
    if checked.is_misread {
        misread::rewrite(text, &mut patch);
    }
    let parse = match patch.is_empty() {
        true => Root::parse(text),
        false => Root::parse(&patch.apply(text)),
    };
    if parse.errors().is_empty() && checked.is_balanced {
        let tree = restored(&parse, &patch, text);
        return Parsed { tree, diagnostics };
    }
    let mut repairs = conflicts::settle(file, text, &mut patch);
    repairs.extend(quotes::close(file, text, &mut patch));
    repairs.extend(keywords::quote(file, text, &mut patch));
    repairs.extend(balance::balance(file, text, &mut patch));
    repairs.extend(gaps::fill(file, text, &mut patch));
    let (parse, missing) = semicolons::complete(file, text, &mut patch);
    repairs.extend(missing);
    let rest = faults::diagnostics(file, text, &patch, &parse, &repairs);
    diagnostics.extend(repairs);
    diagnostics.extend(rest);
    diagnostics.sort_by_key(Diagnostic::primary);
    let diagnostics = consequences::leave_out(diagnostics);
    let tree = restored(&parse, &patch, text);
    Parsed { tree, diagnostics }
}

fn restored(parse: &Parse<Root>, patch: &Patch, text: &str) -> SyntaxNode {
    let tree = parse.syntax();
    match patch.is_empty() {
        true => tree,
        false => patch.restore(tree.green(), text),
    }
}

/// A lone carriage return ends a line for Nix.
fn with_plain_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let plain = bytes.iter().enumerate().map(|(at, byte)| {
        let lone = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        if lone { b'\n' } else { *byte }
    });
    match String::from_utf8(plain.collect()) {
        Ok(plain) => Cow::Owned(plain),
        Err(_) => Cow::Borrowed(text),
    }
}

/// Runs the parser with enough stack for a tree so deep.
fn with_stack<T>(depth: usize, parse: impl FnOnce() -> T) -> T {
    const SHALLOW: usize = 100;
    const LEAST: usize = 1 << 20;
    const MORE: usize = 32 << 20;
    let least = if depth <= SHALLOW { LEAST / 2 } else { MORE };
    stacker::maybe_grow(least, MORE, parse)
}
