//! Strings and paths with what is interpolated in them.

use rnix::SyntaxKind;

use super::super::tree::{Made, Open};
use super::Reader;
use super::lexer::Stop;

impl Reader<'_> {
    pub(super) fn string(&mut self) -> Option<Made> {
        let quotes = self.token;
        let is_indented = quotes.end - quotes.start == 2;
        let mut node = self.open(SyntaxKind::NODE_STRING);
        self.put_token(
            SyntaxKind::TOKEN_STRING_START,
            (quotes.start, quotes.end),
            &mut node,
        );
        loop {
            let (start, end, stop) = self.lexer.content(is_indented)?;
            if start < end {
                self.put_token(SyntaxKind::TOKEN_STRING_CONTENT, (start, end), &mut node);
            }
            match stop {
                Stop::Interpolation => self.interpolation(&mut node)?,
                Stop::Quotes => break,
            }
        }
        let end = self.lexer.leave_string(is_indented);
        self.put_token(SyntaxKind::TOKEN_STRING_END, end, &mut node);
        self.advance()?;
        Some(self.tree.close(node))
    }

    pub(super) fn path(&mut self, kind: SyntaxKind) -> Option<Made> {
        let token = self.token.kind?;
        let mut node = self.open(kind);
        self.put_token(token, (self.token.start, self.token.end), &mut node);
        loop {
            if self.lexer.is_interpolation() {
                self.interpolation(&mut node)?;
            } else if let Some(piece) = self.lexer.path_piece()? {
                self.put_token(token, piece, &mut node);
            } else {
                break;
            }
        }
        self.advance()?;
        Some(self.tree.close(node))
    }

    /// From the `${` that comes right here up to its brace, not beyond.
    fn interpolation(&mut self, node: &mut Open) -> Option<()> {
        let begin = self.lexer.enter_interpolation();
        let mut part = Open::new(SyntaxKind::NODE_INTERPOL, begin.0);
        self.put_token(SyntaxKind::TOKEN_INTERPOL_START, begin, &mut part);
        self.advance()?;
        self.put_expression(&mut part)?;
        self.is(SyntaxKind::TOKEN_R_BRACE).then_some(())?;
        let end = (self.token.start, self.token.end);
        self.put_token(SyntaxKind::TOKEN_INTERPOL_END, end, &mut part);
        let part = self.tree.close(part);
        self.tree.put(node, part);
        Some(())
    }
}
