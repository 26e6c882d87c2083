//! Slips that are not about brackets: `,` and `:` as elsewhere, a `;` too many, a `with` without its own.

use rnix::SyntaxKind;
use source::{Diagnostic, Edit, Label, Span};

use super::Balance;
use super::levels::{Kind, Level};
use crate::ir::lower::SYNTAX;
use crate::syntax::MISSING_SEMICOLON;
use crate::syntax::consequences::ENDS_NOTHING;
use crate::syntax::tokens::{begins_binding, path_start};

/// So many of the commas in one bracket are shown.
const MOST_COMMAS: usize = 3;
/// So many tokens are looked at for the end of a list.
const MOST_ITEMS: usize = 5_000;

impl Balance<'_> {
    /// A `;` that should be of a `with` or `assert`, but has nothing behind it, is of the binding around: the keyword's own is missing.
    pub(super) fn after_keyword(&mut self, keyword: usize, semicolon: usize) {
        let next = self.token(semicolon + 1);
        let has_body = match next.map(|next| next.kind) {
            None
            | Some(
                SyntaxKind::TOKEN_R_BRACE
                | SyntaxKind::TOKEN_R_BRACK
                | SyntaxKind::TOKEN_R_PAREN
                | SyntaxKind::TOKEN_IN
                | SyntaxKind::TOKEN_INHERIT,
            ) => false,
            _ => !begins_binding(self.tokens, semicolon + 1),
        };
        let has_bindings = self.levels.last().is_some_and(Level::has_bindings);
        let (false, true, Some(word)) = (has_body, has_bindings, self.token(keyword)) else {
            return;
        };
        let Some(place) = self.end_of_subject(keyword, semicolon) else {
            return;
        };
        self.patch.insert(place, ";");
        let name = self.file.slice(self.span(word)).to_owned();
        self.found.push(
            Diagnostic::error(MISSING_SEMICOLON, format!("this `{name}` lacks its `;`"))
                .label(self.file.span(place, place), "`;` is missing here")
                .label(self.span(word), "begins here")
                .help("add `;`")
                .unsafe_fix("add `;`", Edit::replace(self.file.span(place, place), ";")),
        );
        if let Some(level) = self.levels.last_mut() {
            level.last_semicolon = Some(semicolon);
        }
    }

    /// Where the subject of a `with` or `assert` has most likely ended.
    fn end_of_subject(&self, keyword: usize, semicolon: usize) -> Option<u32> {
        let is_with = self.token(keyword)?.kind == SyntaxKind::TOKEN_WITH;
        let mut number = keyword + 1;
        if is_with && self.token(number)?.kind == SyntaxKind::TOKEN_IDENT {
            while self.token(number + 1)?.kind == SyntaxKind::TOKEN_DOT {
                number += 2;
            }
            return (number + 1 < semicolon).then(|| self.end_before(number + 1));
        }
        let mut lines = (keyword + 1..semicolon).filter(|number| {
            let token = self.token(*number);
            token.is_some_and(|token| token.is_first)
        });
        lines.next().map(|number| self.end_before(number))
    }

    pub(super) fn surplus_semicolon(&mut self, number: usize) {
        let Some(token) = self.token(number).filter(|token| !token.is_inserted()) else {
            return;
        };
        let span = self.span(token);
        self.patch.blank(token.start, token.end);
        self.found.push(
            Diagnostic::error(SYNTAX, ENDS_NOTHING)
                .label(span, "one too many")
                .fix("take the `;` away", Edit::replace(span, "")),
        );
    }

    /// `name: value` or `name == value` where a binding should be.
    pub(super) fn not_assign(&mut self, number: usize) {
        let (Some(level), Some(token)) = (self.levels.last(), self.token(number)) else {
            return;
        };
        let start = path_start(self.tokens, number);
        let begin = level.last_semicolon.unwrap_or(level.opener) + 1;
        if !level.has_bindings() || !level.pending.is_empty() || start != Some(begin) {
            return;
        }
        let span = self.span(token);
        let text = self.file.slice(span).to_owned();
        self.patch.blank(token.start, token.end);
        self.patch.insert(token.end, "=");
        let message = format!("a binding is written with `=`, not `{text}`");
        self.found.push(
            Diagnostic::error(SYNTAX, message)
                .label(span, "must be `=`")
                .fix(
                    "write `=`",
                    Edit::replace(span, if text == ":" { " =" } else { "=" }),
                ),
        );
    }

    pub(super) fn comma(&mut self, number: usize) {
        let (Some(level), Some(token)) = (self.levels.last(), self.token(number)) else {
            return;
        };
        let (message, label, help) = match level.kind {
            Kind::List => (
                "the items of a list stand side by side, without `,`",
                "not needed",
                "take the `,` away",
            ),
            Kind::Parentheses => (
                "the arguments of a call stand side by side, without `,`",
                "not needed",
                "take the `,` away",
            ),
            Kind::Set | Kind::Let => (
                "a binding ends with `;`, not `,`",
                "must be `;`",
                "write `;`",
            ),
            _ => return,
        };
        let span = self.span(token);
        self.patch.blank(token.start, token.end);
        if level.has_bindings() && self.is_beside_semicolon(number) {
            self.found.push(
                Diagnostic::error(SYNTAX, message)
                    .label(span, "not needed")
                    .fix("take the `,` away", Edit::replace(span, "")),
            );
            return;
        }
        let replacement = if level.has_bindings() { ";" } else { "" };
        if let Some(level) = self.levels.last_mut().filter(|level| level.has_bindings()) {
            level.last_semicolon = Some(number);
            self.patch.insert(token.end, ";");
        }
        self.surplus(span, message, label, help, replacement);
    }

    /// Whether the list in which the `;` at `number` stands goes on to its end behind it.
    pub(super) fn goes_on(&self, number: usize) -> bool {
        let Some(level) = self.levels.last() else {
            return false;
        };
        if !matches!(level.kind, Kind::List) || level.commas.is_some() {
            return level.commas.is_some();
        }
        let mut depth = 0_usize;
        for token in self.tokens.iter().skip(number + 1).take(MOST_ITEMS) {
            match token.kind {
                SyntaxKind::TOKEN_R_BRACK if depth == 0 => return true,
                SyntaxKind::TOKEN_L_BRACE
                | SyntaxKind::TOKEN_L_BRACK
                | SyntaxKind::TOKEN_L_PAREN
                | SyntaxKind::TOKEN_INTERPOL_START
                | SyntaxKind::TOKEN_STRING_START => depth += 1,
                SyntaxKind::TOKEN_R_BRACE
                | SyntaxKind::TOKEN_R_BRACK
                | SyntaxKind::TOKEN_R_PAREN
                | SyntaxKind::TOKEN_INTERPOL_END
                | SyntaxKind::TOKEN_STRING_END => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return false,
                },
                SyntaxKind::TOKEN_ASSIGN | SyntaxKind::TOKEN_INHERIT if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }

    /// `[ a; b ]`
    pub(super) fn semicolon_in_list(&mut self, number: usize) {
        let Some(token) = self.token(number).filter(|token| !token.is_inserted()) else {
            return;
        };
        let span = self.span(token);
        self.patch.blank(token.start, token.end);
        let message = "the items of a list stand side by side, without `;`";
        self.surplus(span, message, "not needed", "take the `;` away", "");
    }

    /// Reports what parts items and should not, or should be `replacement`: once for each bracket.
    fn surplus(&mut self, span: Span, message: &str, label: &str, help: &str, replacement: &str) {
        let edit = Edit::replace(span, replacement);
        if self.further_comma(span, &edit) {
            return;
        }
        if let Some(level) = self.levels.last_mut() {
            level.commas = Some(self.found.len());
        }
        self.found.push(
            Diagnostic::error(SYNTAX, message)
                .label(span, label)
                .fix(help, edit),
        );
    }

    fn is_beside_semicolon(&self, number: usize) -> bool {
        let before = number.checked_sub(1);
        let mut beside = before.into_iter().chain([number + 1]);
        beside.any(|number| {
            let token = self.token(number);
            token.is_some_and(|token| token.kind == SyntaxKind::TOKEN_SEMICOLON)
        })
    }

    /// Adds a `,` or `;` to the finding of those before it in the same brackets, if there is one.
    fn further_comma(&mut self, span: Span, edit: &Edit) -> bool {
        let known = self.levels.last().and_then(|level| level.commas);
        let Some(found) = known.and_then(|known| self.found.get_mut(known)) else {
            return false;
        };
        if found.labels.len() < MOST_COMMAS {
            found.labels.push(Label {
                span,
                text: "and here".to_owned(),
            });
        }
        if let Some(fix) = found.fixes.first_mut() {
            fix.edits.push(edit.clone());
        }
        true
    }
}
