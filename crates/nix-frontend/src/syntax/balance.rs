//! Brackets, `let … in`, `if … then … else` and `with …;` that are not closed, or closed without being open.
//!
//! The rules for where a missing end is put in: what cannot stand in a bracket ends it (`;` and `=` in a list or in parentheses, another bracket's
//! end, `in`, `else`). If only the file's end does, or if a bracket's end closes nothing, the layout decides: the first bracket whose end stands at
//! the start of a line, but not below the start of the line that it begins on, is taken for the faulty one.

mod layout;
mod levels;
mod slips;

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, Edit, SourceFile, Span};

use self::levels::{Cause, Crooked, Kind, Level};
use super::MOST_FAULTS;
use super::patch::Patch;
use super::tokens::{Token, path_start, plain_pattern};
use crate::ir::lower::SYNTAX;

/// After so many repairs by layout the rest is left as it is.
const MOST_ROUNDS: usize = 8;

/// Balances the tokens of `text` by changing `patch`.
pub(super) fn balance(file: &Arc<SourceFile>, text: &str, patch: &mut Patch) -> Vec<Diagnostic> {
    let mut found = vec![];
    for round in 0.. {
        let tokens = super::tokens::tokens(text, patch);
        let mut pass = Balance {
            file,
            tokens: &tokens,
            patch: patch.clone(),
            levels: vec![],
            crooked: None,
            by_layout: round < MOST_ROUNDS,
            is_cut: patch.inserts_at(text.len() as u32),
            found: vec![],
        };
        match pass.run() {
            Some(diagnostic) => {
                found.push(diagnostic);
                *patch = pass.patch;
            }
            None => {
                found.append(&mut pass.found);
                *patch = pass.patch;
                break;
            }
        }
    }
    found
}

struct Balance<'b> {
    file: &'b Arc<SourceFile>,
    tokens: &'b [Token],
    patch: Patch,
    levels: Vec<Level>,
    /// The first bracket whose layout is suspicious.
    crooked: Option<Crooked>,
    by_layout: bool,
    /// Whether a string or comment has swallowed the text's end, and with it what would close the brackets.
    is_cut: bool,
    found: Vec<Diagnostic>,
}

impl Balance<'_> {
    /// Goes through the tokens; stops at a fault that layout has explained: the patch then has that repair only.
    fn run(&mut self) -> Option<Diagnostic> {
        let before = self.patch.clone();
        for number in 0..self.tokens.len() {
            if self.found.len() >= MOST_FAULTS {
                return None;
            }
            if let Some(crooked) = self.step(number) {
                self.patch = before;
                return Some(self.take_away(crooked));
            }
        }
        let is_bracket = |level: &Level| level.kind.closer().is_some();
        if let Some(crooked) = self.crooked.take_if(|_| self.levels.iter().any(is_bracket)) {
            self.patch = before;
            return Some(self.close_by_layout(crooked));
        }
        self.unwind(0, self.tokens.len(), Cause::End);
        None
    }

    fn token(&self, number: usize) -> Option<Token> {
        self.tokens.get(number).copied()
    }

    fn span(&self, token: Token) -> Span {
        self.file.span(token.start, token.end)
    }

    fn end_before(&self, number: usize) -> u32 {
        let before = number.checked_sub(1).and_then(|before| self.token(before));
        before.map_or(0, |token| token.end)
    }

    fn step(&mut self, number: usize) -> Option<Crooked> {
        let kind = self.token(number)?.kind;
        match kind {
            SyntaxKind::TOKEN_L_BRACE if self.is_behind_ellipsis(number) => {
                let at = self.levels.len() - 1;
                self.unwind(at, number, Cause::Keyword);
                self.patch.insert(self.end_before(number), ":");
                self.push(Kind::Set, number);
            }
            SyntaxKind::TOKEN_L_BRACE
                if self.begins_formals(number) || plain_pattern(self.tokens, number).is_some() =>
            {
                self.push(Kind::Formals, number);
            }
            SyntaxKind::TOKEN_L_BRACE => self.push(Kind::Set, number),
            SyntaxKind::TOKEN_L_BRACK => self.push(Kind::List, number),
            SyntaxKind::TOKEN_L_PAREN => self.push(Kind::Parentheses, number),
            SyntaxKind::TOKEN_INTERPOL_START => self.push(Kind::Interpolation, number),
            SyntaxKind::TOKEN_STRING_START => self.push(Kind::Text, number),
            SyntaxKind::TOKEN_IF => self.push(Kind::If { then: false }, number),
            SyntaxKind::TOKEN_LET => {
                let next = self.token(number + 1);
                if next.is_none_or(|next| next.kind != SyntaxKind::TOKEN_L_BRACE) {
                    self.push(Kind::Let, number);
                }
            }
            SyntaxKind::TOKEN_WITH | SyntaxKind::TOKEN_ASSERT => {
                if let Some(level) = self.levels.last_mut() {
                    level.pending.push(number);
                }
            }
            SyntaxKind::TOKEN_THEN => self.then(number),
            SyntaxKind::TOKEN_ELSE => {
                if let Some(at) = self.innermost(|kind| matches!(kind, Kind::If { .. })) {
                    self.unwind(at + 1, number, Cause::Keyword);
                    self.levels.pop();
                }
            }
            SyntaxKind::TOKEN_IN => {
                if let Some(at) = self.innermost(|kind| matches!(kind, Kind::Let)) {
                    self.unwind(at + 1, number, Cause::Keyword);
                    self.levels.pop();
                }
            }
            SyntaxKind::TOKEN_SEMICOLON => self.semicolon(number),
            SyntaxKind::TOKEN_ASSIGN => {
                self.assign(number);
                self.note_entry();
            }
            SyntaxKind::TOKEN_INHERIT => self.note_entry(),
            SyntaxKind::TOKEN_COMMA => self.comma(number),
            SyntaxKind::TOKEN_COLON | SyntaxKind::TOKEN_EQUAL => self.not_assign(number),
            SyntaxKind::TOKEN_R_BRACE
            | SyntaxKind::TOKEN_R_BRACK
            | SyntaxKind::TOKEN_R_PAREN
            | SyntaxKind::TOKEN_INTERPOL_END
            | SyntaxKind::TOKEN_STRING_END => return self.close(number, kind),
            _ => {}
        }
        None
    }

    fn push(&mut self, kind: Kind, opener: usize) {
        let in_binding = self.levels.last().is_some_and(Level::has_bindings);
        self.levels.push(Level::new(kind, opener, in_binding));
    }

    /// Whether the brace at `number` begins a function's pattern.
    fn begins_formals(&self, number: usize) -> bool {
        let kind = |ahead: usize| self.token(number + ahead).map(|token| token.kind);
        matches!(
            (kind(1), kind(2)),
            (
                Some(SyntaxKind::TOKEN_IDENT),
                Some(
                    SyntaxKind::TOKEN_COMMA
                        | SyntaxKind::TOKEN_QUESTION
                        | SyntaxKind::TOKEN_R_BRACE
                )
            ) | (Some(SyntaxKind::TOKEN_ELLIPSIS), _)
                | (
                    Some(SyntaxKind::TOKEN_R_BRACE),
                    Some(SyntaxKind::TOKEN_COLON | SyntaxKind::TOKEN_AT)
                )
        )
    }

    fn note_entry(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.has_entry = true;
        }
    }

    /// Whether token `number` stands behind the `...` of a pattern that is not closed.
    fn is_behind_ellipsis(&self, number: usize) -> bool {
        let before = number.checked_sub(1).and_then(|before| self.token(before));
        let is_ellipsis = |token: Token| token.kind == SyntaxKind::TOKEN_ELLIPSIS;
        let top = self.levels.last();
        before.is_some_and(is_ellipsis)
            && top.is_some_and(|level| matches!(level.kind, Kind::Formals))
    }

    /// The innermost level of a kind, looked for within the same string only.
    fn innermost(&self, is_wanted: impl Fn(&Kind) -> bool) -> Option<usize> {
        for (at, level) in self.levels.iter().enumerate().rev() {
            if is_wanted(&level.kind) {
                return Some(at);
            }
            if matches!(level.kind, Kind::Text | Kind::Interpolation) {
                return None;
            }
        }
        None
    }

    fn then(&mut self, number: usize) {
        let Some(at) = self.innermost(|kind| matches!(kind, Kind::If { then: false })) else {
            return;
        };
        self.unwind(at + 1, number, Cause::Keyword);
        if let Some(level) = self.levels.last_mut() {
            level.kind = Kind::If { then: true };
        }
    }

    fn semicolon(&mut self, number: usize) {
        let goes_on = self.goes_on(number);
        while let Some(level) = self.levels.last_mut() {
            if let Some(keyword) = level.pending.pop() {
                self.after_keyword(keyword, number);
                return;
            }
            match level.kind {
                Kind::Let
                    if !level.has_entry
                        && level.last_semicolon.is_some_and(|last| last + 1 < number) =>
                {
                    let at = self.levels.len() - 1;
                    self.unwind(at, number, Cause::Semicolon);
                }
                Kind::Set | Kind::Let => {
                    let before = level.last_semicolon.unwrap_or(level.opener);
                    level.last_semicolon = Some(number);
                    level.has_entry = false;
                    if before + 1 == number {
                        self.surplus_semicolon(number);
                    }
                    return;
                }
                Kind::List if goes_on => {
                    self.semicolon_in_list(number);
                    return;
                }
                Kind::List | Kind::Parentheses | Kind::If { .. } => {
                    let at = self.levels.len() - 1;
                    self.unwind(at, number, Cause::Semicolon);
                }
                Kind::Formals | Kind::Text | Kind::Interpolation => return,
            }
        }
    }

    /// A `=` belongs to a binding: what cannot hold one ends before its path.
    fn assign(&mut self, number: usize) {
        let has_bindings = |kind: &Kind| matches!(kind, Kind::Set | Kind::Let);
        let Some(at) = self.innermost(has_bindings) else {
            return;
        };
        if at + 1 == self.levels.len() {
            return;
        }
        if let Some(start) = path_start(self.tokens, number) {
            let is_formals = |level: &Level| matches!(level.kind, Kind::Formals);
            if !self.levels.iter().skip(at + 1).any(is_formals) {
                self.unwind(at + 1, start, Cause::Binding);
            }
        }
    }

    fn close(&mut self, number: usize, kind: SyntaxKind) -> Option<Crooked> {
        let is_closed = |level: &Level| level.kind.closer() == Some(kind);
        let in_text = |level: &Level| matches!(level.kind, Kind::Text | Kind::Interpolation);
        let mut levels = self.levels.iter().enumerate().rev();
        let fitting = levels.find(|(_, level)| is_closed(level) || in_text(level));
        match fitting.filter(|(_, level)| is_closed(level)) {
            Some((at, _)) => {
                self.unwind(at + 1, number, Cause::Closer);
                let level = self.levels.pop()?;
                self.note_layout(&level, number);
                None
            }
            None => self.close_nothing(number),
        }
    }

    /// A bracket's end that closes nothing.
    fn close_nothing(&mut self, number: usize) -> Option<Crooked> {
        if let Some(crooked) = self.crooked.take() {
            return Some(crooked);
        }
        if let Some(diagnostic) = self.close_otherwise(number) {
            self.found.push(diagnostic);
            return None;
        }
        let diagnostic = self.remove(number)?;
        self.found.push(diagnostic);
        None
    }

    /// A bracket's end that closes the innermost bracket, which is of another kind: they stand on one line, or below each other.
    fn close_otherwise(&mut self, number: usize) -> Option<Diagnostic> {
        let level = self.levels.last()?;
        let may_be_in_line = matches!(level.kind, Kind::List | Kind::Parentheses);
        let is_bracket = may_be_in_line || matches!(level.kind, Kind::Set);
        let (open, close) = (self.token(level.opener)?, self.token(number)?);
        let is_below = close.is_first && close.indent == open.indent;
        let (opener, closer) = (self.span(open), self.span(close));
        let between = self.file.slice(Span::new(opener.start, closer.end));
        let is_in_line = may_be_in_line && !between.contains('\n');
        if !is_bracket || close.is_inserted() || !(is_below || is_in_line) {
            return None;
        }
        self.levels.pop();
        let wanted = closer_text(open.kind);
        let text = self.file.slice(opener);
        let message = format!("this `{text}` is closed by `{}`", self.file.slice(closer));
        self.patch.blank(close.start, close.end);
        self.patch.insert(close.end, wanted);
        Some(
            Diagnostic::error(SYNTAX, message)
                .label(closer, format!("must be `{wanted}`"))
                .label(opener, "opened here")
                .unsafe_fix(format!("write `{wanted}`"), Edit::replace(closer, wanted)),
        )
    }

    /// Ends all levels from number `from` on, before token `number`.
    fn unwind(&mut self, from: usize, number: usize, cause: Cause) {
        let innermost = self.levels.len();
        while self.levels.len() > from {
            let is_innermost = self.levels.len() == innermost;
            let Some(level) = self.levels.pop() else {
                return;
            };
            let by_layout = is_innermost && matches!(level.kind, Kind::Set | Kind::List);
            let place = match by_layout {
                true => self.end_before(self.outdented(level.opener, number)),
                false => self.end_before(number),
            };
            let Some(open) = self.token(level.opener) else {
                continue;
            };
            let opener = self.span(open);
            let diagnostic = match level.kind {
                Kind::Let => {
                    self.end_let(&level, number);
                    Diagnostic::error(SYNTAX, "this `let` has no `in`").label(opener, "begins here")
                }
                Kind::If { then } => {
                    let text = if then { " else _" } else { " then _ else _" };
                    self.patch.insert(place, text);
                    let lack = if then { "`else`" } else { "`then`" };
                    Diagnostic::error(SYNTAX, format!("this `if` has no {lack}"))
                        .label(opener, "begins here")
                }
                _ => {
                    self.patch.insert(place, closer_text(open.kind));
                    unclosed(self.file.slice(opener), opener)
                }
            };
            let end = match self.token(number) {
                Some(token) => (self.span(token), "must be closed before this"),
                None => (Span::at(self.file.full_span().end), "the file ends here"),
            };
            let ends_before_this = !matches!(cause, Cause::Semicolon) || self.levels.len() > from;
            if level.in_binding && ends_before_this {
                self.patch.insert(place, ";");
            }
            if !(self.is_cut && matches!(cause, Cause::End)) {
                self.found.push(diagnostic.label(end.0, end.1));
            }
        }
    }

    /// Puts in the `in` that a `let` lacks: behind its last binding.
    fn end_let(&mut self, level: &Level, number: usize) {
        let place = self.end_before(number);
        match level.last_semicolon {
            Some(last) if last + 1 < number => {
                let place = self.end_before(last + 1);
                self.patch.insert(place, " in ");
            }
            _ => self.patch.insert(place, " in _"),
        }
    }
}

fn unclosed(text: &str, opener: Span) -> Diagnostic {
    Diagnostic::error(SYNTAX, format!("this `{text}` is not closed")).label(opener, "opened here")
}

fn closer_text(opener: SyntaxKind) -> &'static str {
    match opener {
        SyntaxKind::TOKEN_L_BRACK => "]",
        SyntaxKind::TOKEN_L_PAREN => ")",
        SyntaxKind::TOKEN_STRING_START => "",
        _ => "}",
    }
}
