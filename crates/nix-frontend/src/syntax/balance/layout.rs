//! Which bracket is the faulty one, told by how the lines are indented.

use rnix::SyntaxKind;
use source::{Diagnostic, Span};

use super::levels::{Crooked, Level};
use super::{Balance, closer_text, unclosed};
use crate::ir::lower::SYNTAX;
use crate::syntax::consequences::CLOSES_NOTHING;
use crate::syntax::tokens::Token;

impl Balance<'_> {
    pub(super) fn note_layout(&mut self, level: &Level, closer: usize) {
        let (Some(open), Some(close)) = (self.token(level.opener), self.token(closer)) else {
            return;
        };
        let is_crooked = close.is_first && close.indent != open.indent && !close.is_inserted();
        if is_crooked && self.by_layout && self.crooked.is_none() && !level.is_text() {
            self.crooked = Some(Crooked {
                opener: level.opener,
                closer,
                in_binding: level.in_binding,
            });
        }
    }

    pub(super) fn take_away(&mut self, crooked: Crooked) -> Diagnostic {
        let closer = crooked.closer;
        let opener = self.token(crooked.opener).map(|opener| self.span(opener));
        match self.remove(closer) {
            Some(diagnostic) => {
                diagnostic.label(opener.unwrap_or(Span::NONE), "else it would close this")
            }
            None => Diagnostic::error(SYNTAX, "the brackets do not match"),
        }
    }

    /// Blanks out a bracket's end, with the `;` behind it if that would follow upon another.
    pub(super) fn remove(&mut self, number: usize) -> Option<Diagnostic> {
        let token = self.token(number)?;
        let span = self.span(token);
        let text = self.file.slice(span).to_owned();
        self.patch.blank(token.start, token.end);
        let before = number.checked_sub(1).and_then(|before| self.token(before));
        let is_semicolon = |token: &Token| token.kind == SyntaxKind::TOKEN_SEMICOLON;
        let follows = before.is_none_or(|before| is_semicolon(&before));
        if let Some(behind) = self
            .token(number + 1)
            .filter(|behind| follows && is_semicolon(behind))
        {
            self.patch.blank(behind.start, behind.end);
        }
        Some(
            Diagnostic::error(SYNTAX, format!("{CLOSES_NOTHING} `{text}` could close"))
                .label(span, "one too many"),
        )
    }

    /// Closes a bracket before the first line that is indented no further than the line it begins on.
    pub(super) fn close_by_layout(&mut self, crooked: Crooked) -> Diagnostic {
        let (Some(open), Some(close)) = (self.token(crooked.opener), self.token(crooked.closer))
        else {
            return Diagnostic::error(SYNTAX, "the brackets do not match");
        };
        let number = self.outdented(crooked.opener, crooked.closer);
        let place = self.end_before(number);
        self.patch.insert(place, closer_text(open.kind));
        if crooked.in_binding {
            self.patch.insert(place, ";");
        }
        unclosed(self.file.slice(self.span(open)), self.span(open))
            .label(self.span(close), "this stands too far left to close it")
    }

    /// The first token behind the bracket `opener` that stands no further right than the line with the bracket begins; else token `end`.
    pub(super) fn outdented(&self, opener: usize, end: usize) -> usize {
        let Some(open) = self.token(opener) else {
            return end;
        };
        let mut behind = opener + 1..end;
        let outdented = behind.find(|number| {
            let token = self.token(*number);
            token.is_some_and(|token| token.is_first && token.indent <= open.indent)
        });
        outdented.unwrap_or(end)
    }
}
