//! Attributes, bindings and the patterns of functions.

use rnix::SyntaxKind;

use super::super::tree::{Made, Open};
use super::Reader;

impl Reader<'_> {
    /// A set from its brace on.
    pub(super) fn set(&mut self, mut node: Open) -> Option<Made> {
        self.expect(SyntaxKind::TOKEN_L_BRACE, &mut node)?;
        self.bindings(SyntaxKind::TOKEN_R_BRACE, &mut node)?;
        Some(self.tree.close(node))
    }

    pub(super) fn let_in(&mut self) -> Option<Made> {
        let mut node = self.open(SyntaxKind::NODE_LET_IN);
        self.bump(&mut node)?;
        // `let { … }` is rnix's.
        if self.is(SyntaxKind::TOKEN_L_BRACE) {
            return None;
        }
        self.bindings(SyntaxKind::TOKEN_IN, &mut node)?;
        self.put_expression(&mut node)?;
        Some(self.tree.close(node))
    }

    fn bindings(&mut self, end: SyntaxKind, node: &mut Open) -> Option<()> {
        while !self.is(end) {
            let entry = match self.token.kind? {
                SyntaxKind::TOKEN_INHERIT => self.inherit()?,
                _ => {
                    let mut entry = self.open(SyntaxKind::NODE_ATTRPATH_VALUE);
                    self.attribute_path(&mut entry)?;
                    self.expect(SyntaxKind::TOKEN_ASSIGN, &mut entry)?;
                    self.put_expression(&mut entry)?;
                    self.expect(SyntaxKind::TOKEN_SEMICOLON, &mut entry)?;
                    self.tree.close(entry)
                }
            };
            self.tree.put(node, entry);
        }
        self.bump(node)
    }

    fn inherit(&mut self) -> Option<Made> {
        let mut entry = self.open(SyntaxKind::NODE_INHERIT);
        self.bump(&mut entry)?;
        if self.is(SyntaxKind::TOKEN_L_PAREN) {
            let mut source = self.open(SyntaxKind::NODE_INHERIT_FROM);
            self.bump(&mut source)?;
            self.put_expression(&mut source)?;
            self.expect(SyntaxKind::TOKEN_R_PAREN, &mut source)?;
            let source = self.tree.close(source);
            self.tree.put(&mut entry, source);
        }
        while !self.is(SyntaxKind::TOKEN_SEMICOLON) {
            let name = self.attribute()?;
            self.tree.put(&mut entry, name);
        }
        self.bump(&mut entry)?;
        Some(self.tree.close(entry))
    }

    pub(super) fn attribute_path(&mut self, node: &mut Open) -> Option<()> {
        let mut path = self.open(SyntaxKind::NODE_ATTRPATH);
        loop {
            let name = self.attribute()?;
            self.tree.put(&mut path, name);
            if !self.is(SyntaxKind::TOKEN_DOT) {
                break;
            }
            self.bump(&mut path)?;
        }
        let path = self.tree.close(path);
        self.tree.put(node, path);
        Some(())
    }

    fn attribute(&mut self) -> Option<Made> {
        match self.token.kind? {
            SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_OR => self.name(),
            SyntaxKind::TOKEN_STRING_START => self.string(),
            SyntaxKind::TOKEN_INTERPOL_START => {
                let mut node = self.open(SyntaxKind::NODE_DYNAMIC);
                self.bump(&mut node)?;
                self.put_expression(&mut node)?;
                self.is(SyntaxKind::TOKEN_R_BRACE).then_some(())?;
                self.bump_as(SyntaxKind::TOKEN_INTERPOL_END, &mut node)?;
                Some(self.tree.close(node))
            }
            _ => None,
        }
    }

    /// The word that comes next.
    pub(super) fn name(&mut self) -> Option<Made> {
        let mut node = self.open(SyntaxKind::NODE_IDENT);
        self.bump_as(SyntaxKind::TOKEN_IDENT, &mut node)?;
        Some(self.tree.close(node))
    }

    /// Whether the brace that comes next begins a function's pattern.
    pub(super) fn is_pattern(&self) -> Option<bool> {
        use SyntaxKind::{
            TOKEN_AT, TOKEN_COLON, TOKEN_COMMA, TOKEN_ELLIPSIS, TOKEN_IDENT, TOKEN_QUESTION,
            TOKEN_R_BRACE,
        };
        Some(matches!(
            self.lexer.next_two()?,
            (
                Some(TOKEN_IDENT),
                Some(TOKEN_COMMA | TOKEN_QUESTION | TOKEN_R_BRACE)
            ) | (Some(TOKEN_ELLIPSIS), Some(TOKEN_R_BRACE))
                | (Some(TOKEN_R_BRACE), Some(TOKEN_COLON | TOKEN_AT))
        ))
    }

    /// A pattern from its brace on; `is_bound` if its name stands before it.
    pub(super) fn pattern(&mut self, mut node: Open, is_bound: bool) -> Option<Made> {
        self.expect(SyntaxKind::TOKEN_L_BRACE, &mut node)?;
        loop {
            match self.token.kind? {
                SyntaxKind::TOKEN_R_BRACE => break,
                SyntaxKind::TOKEN_ELLIPSIS => {
                    self.bump(&mut node)?;
                    break;
                }
                SyntaxKind::TOKEN_IDENT => {
                    let mut entry = self.open(SyntaxKind::NODE_PAT_ENTRY);
                    let name = self.name()?;
                    self.tree.put(&mut entry, name);
                    if self.is(SyntaxKind::TOKEN_QUESTION) {
                        self.bump(&mut entry)?;
                        self.put_expression(&mut entry)?;
                    }
                    let entry = self.tree.close(entry);
                    self.tree.put(&mut node, entry);
                    if !self.is(SyntaxKind::TOKEN_COMMA) {
                        break;
                    }
                    self.bump(&mut node)?;
                }
                _ => return None,
            }
        }
        self.expect(SyntaxKind::TOKEN_R_BRACE, &mut node)?;
        if self.is(SyntaxKind::TOKEN_AT) && !is_bound {
            let mut bind = self.open(SyntaxKind::NODE_PAT_BIND);
            self.bump(&mut bind)?;
            self.is(SyntaxKind::TOKEN_IDENT).then_some(())?;
            let name = self.name()?;
            self.tree.put(&mut bind, name);
            let bind = self.tree.close(bind);
            self.tree.put(&mut node, bind);
        }
        Some(self.tree.close(node))
    }

    /// The colon and the body of a function.
    pub(super) fn body(&mut self, mut node: Open) -> Option<Made> {
        self.expect(SyntaxKind::TOKEN_COLON, &mut node)?;
        self.put_expression(&mut node)?;
        Some(self.tree.close(node))
    }
}
