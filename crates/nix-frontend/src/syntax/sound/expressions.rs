//! Operators, calls, functions and what begins with a keyword.
//!
//! Source: Nix `parser.y`; how tightly operators bind is the order of their declarations there.

use rnix::SyntaxKind;

use super::super::tree::Made;
use super::{DEEPEST, LONGEST, Reader};

/// How tightly an operator binds, from 1 on.
type Level = u8;

const NOT: Level = 9;
const HAS_ATTR: Level = 13;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Neither,
}

fn operator(kind: SyntaxKind) -> Option<(Level, Side)> {
    Some(match kind {
        SyntaxKind::TOKEN_PIPE_LEFT => (1, Side::Right),
        SyntaxKind::TOKEN_PIPE_RIGHT => (2, Side::Left),
        SyntaxKind::TOKEN_IMPLICATION => (3, Side::Right),
        SyntaxKind::TOKEN_OR_OR => (4, Side::Left),
        SyntaxKind::TOKEN_AND_AND => (5, Side::Left),
        SyntaxKind::TOKEN_EQUAL | SyntaxKind::TOKEN_NOT_EQUAL => (6, Side::Neither),
        SyntaxKind::TOKEN_LESS
        | SyntaxKind::TOKEN_LESS_OR_EQ
        | SyntaxKind::TOKEN_MORE
        | SyntaxKind::TOKEN_MORE_OR_EQ => (7, Side::Neither),
        SyntaxKind::TOKEN_UPDATE => (8, Side::Right),
        SyntaxKind::TOKEN_ADD | SyntaxKind::TOKEN_SUB => (10, Side::Left),
        SyntaxKind::TOKEN_MUL | SyntaxKind::TOKEN_DIV => (11, Side::Left),
        SyntaxKind::TOKEN_CONCAT => (12, Side::Right),
        SyntaxKind::TOKEN_QUESTION => (HAS_ATTR, Side::Left),
        _ => return None,
    })
}

fn begins_argument(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_REC
            | SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_L_BRACK
            | SyntaxKind::TOKEN_L_PAREN
            | SyntaxKind::TOKEN_STRING_START
            | SyntaxKind::TOKEN_IDENT
    ) || kind.is_literal()
}

impl Reader<'_> {
    pub(super) fn expression(&mut self) -> Option<Made> {
        self.deeper(|reader| match reader.token.kind? {
            SyntaxKind::TOKEN_LET => reader.let_in(),
            SyntaxKind::TOKEN_WITH => {
                reader.keyword(SyntaxKind::NODE_WITH, &[SyntaxKind::TOKEN_SEMICOLON])
            }
            SyntaxKind::TOKEN_ASSERT => {
                reader.keyword(SyntaxKind::NODE_ASSERT, &[SyntaxKind::TOKEN_SEMICOLON])
            }
            SyntaxKind::TOKEN_IF => reader.keyword(
                SyntaxKind::NODE_IF_ELSE,
                &[SyntaxKind::TOKEN_THEN, SyntaxKind::TOKEN_ELSE],
            ),
            _ => reader.operation(1),
        })
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Option<Made>) -> Option<Made> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let made = read(self);
        self.depth -= 1;
        made
    }

    /// A keyword and expressions, with a token between each two.
    fn keyword(&mut self, kind: SyntaxKind, between: &[SyntaxKind]) -> Option<Made> {
        let mut node = self.open(kind);
        self.bump(&mut node)?;
        for token in between {
            self.put_expression(&mut node)?;
            self.expect(*token, &mut node)?;
        }
        self.put_expression(&mut node)?;
        Some(self.tree.close(node))
    }

    /// Operands and the operators between them that bind as tightly as `least` or tighter.
    fn operation(&mut self, least: Level) -> Option<Made> {
        let mut left = match self.token.kind? {
            SyntaxKind::TOKEN_INVERT if least <= NOT => {
                self.prefix(|reader| reader.operation(NOT))?
            }
            _ => self.negation()?,
        };
        let mut most = Level::MAX;
        for _ in 0..LONGEST {
            let Some((level, side)) = self.token.kind.and_then(operator) else {
                return Some(left);
            };
            if level < least {
                return Some(left);
            }
            // Comparisons are not chained.
            if level > most {
                return None;
            }
            left = match (level, side) {
                (HAS_ATTR, _) => self.has_attr(left)?,
                (_, Side::Right) => self.binary(left, level)?,
                (_, Side::Left | Side::Neither) => self.binary(left, level + 1)?,
            };
            most = match side {
                Side::Neither => level - 1,
                Side::Left | Side::Right => level,
            };
        }
        None
    }

    fn binary(&mut self, left: Made, least: Level) -> Option<Made> {
        let mut node = self.open_around(SyntaxKind::NODE_BIN_OP, left);
        self.bump(&mut node)?;
        let right = self.deeper(|reader| reader.operation(least))?;
        self.tree.put(&mut node, right);
        Some(self.tree.close(node))
    }

    fn prefix(&mut self, operand: impl FnOnce(&mut Self) -> Option<Made>) -> Option<Made> {
        let mut node = self.open(SyntaxKind::NODE_UNARY_OP);
        self.bump(&mut node)?;
        let operand = self.deeper(operand)?;
        self.tree.put(&mut node, operand);
        Some(self.tree.close(node))
    }

    fn negation(&mut self) -> Option<Made> {
        if self.is(SyntaxKind::TOKEN_SUB) {
            return self.prefix(Self::negation);
        }
        let mut function = self.operand()?;
        for _ in 0..LONGEST {
            if !self.token.kind.is_some_and(begins_argument) {
                return Some(function);
            }
            let mut node = self.open_around(SyntaxKind::NODE_APPLY, function);
            let argument = self.operand()?;
            self.tree.put(&mut node, argument);
            function = self.tree.close(node);
        }
        None
    }

    fn has_attr(&mut self, subject: Made) -> Option<Made> {
        let mut node = self.open_around(SyntaxKind::NODE_HAS_ATTR, subject);
        self.bump(&mut node)?;
        self.attribute_path(&mut node)?;
        Some(self.tree.close(node))
    }

    /// What may be selected from, with what is selected.
    fn operand(&mut self) -> Option<Made> {
        let subject = self.subject()?;
        match self.token.kind {
            Some(SyntaxKind::TOKEN_DOT) => {
                let mut node = self.open_around(SyntaxKind::NODE_SELECT, subject);
                self.bump(&mut node)?;
                self.attribute_path(&mut node)?;
                if self.is(SyntaxKind::TOKEN_OR) {
                    self.bump(&mut node)?;
                    let default = self.deeper(Self::operand)?;
                    self.tree.put(&mut node, default);
                }
                Some(self.tree.close(node))
            }
            // An argument named `or`.
            Some(SyntaxKind::TOKEN_OR) => None,
            _ => Some(subject),
        }
    }

    fn subject(&mut self) -> Option<Made> {
        match self.token.kind? {
            SyntaxKind::TOKEN_IDENT => self.identifier(),
            SyntaxKind::TOKEN_L_BRACE if self.is_pattern()? => {
                let mut node = self.open(SyntaxKind::NODE_LAMBDA);
                let pattern = self.open(SyntaxKind::NODE_PATTERN);
                let pattern = self.pattern(pattern, false)?;
                self.tree.put(&mut node, pattern);
                self.body(node)
            }
            SyntaxKind::TOKEN_L_BRACE => {
                let node = self.open(SyntaxKind::NODE_ATTR_SET);
                self.deeper(|reader| reader.set(node))
            }
            SyntaxKind::TOKEN_REC => {
                let mut node = self.open(SyntaxKind::NODE_ATTR_SET);
                self.bump(&mut node)?;
                self.deeper(|reader| reader.set(node))
            }
            SyntaxKind::TOKEN_L_PAREN => {
                let mut node = self.open(SyntaxKind::NODE_PAREN);
                self.bump(&mut node)?;
                self.put_expression(&mut node)?;
                self.expect(SyntaxKind::TOKEN_R_PAREN, &mut node)?;
                Some(self.tree.close(node))
            }
            SyntaxKind::TOKEN_L_BRACK => self.deeper(Self::list),
            SyntaxKind::TOKEN_STRING_START => self.string(),
            SyntaxKind::TOKEN_PATH_ABS => self.path(SyntaxKind::NODE_PATH_ABS),
            SyntaxKind::TOKEN_PATH_REL => self.path(SyntaxKind::NODE_PATH_REL),
            SyntaxKind::TOKEN_PATH_HOME => self.path(SyntaxKind::NODE_PATH_HOME),
            SyntaxKind::TOKEN_PATH_SEARCH => {
                let mut node = self.open(SyntaxKind::NODE_PATH_SEARCH);
                self.bump(&mut node)?;
                Some(self.tree.close(node))
            }
            SyntaxKind::TOKEN_INTEGER | SyntaxKind::TOKEN_FLOAT | SyntaxKind::TOKEN_URI => {
                let mut node = self.open(SyntaxKind::NODE_LITERAL);
                self.bump(&mut node)?;
                Some(self.tree.close(node))
            }
            _ => None,
        }
    }

    fn list(&mut self) -> Option<Made> {
        let mut node = self.open(SyntaxKind::NODE_LIST);
        self.bump(&mut node)?;
        while !self.is(SyntaxKind::TOKEN_R_BRACK) {
            let item = self.operand()?;
            self.tree.put(&mut node, item);
        }
        self.bump(&mut node)?;
        Some(self.tree.close(node))
    }

    /// A variable, or a function whose argument it is.
    fn identifier(&mut self) -> Option<Made> {
        const CURRENT_POSITION: &str = "__curPos";
        let token = self.token;
        match self.lexer.next_byte()? {
            b':' => {
                let mut node = self.open(SyntaxKind::NODE_LAMBDA);
                let name = self.name()?;
                let parameter = self.open_around(SyntaxKind::NODE_IDENT_PARAM, name);
                let parameter = self.tree.close(parameter);
                self.tree.put(&mut node, parameter);
                self.body(node)
            }
            b'@' => {
                let mut node = self.open(SyntaxKind::NODE_LAMBDA);
                let mut pattern = self.open(SyntaxKind::NODE_PATTERN);
                let name = self.name()?;
                let mut bind = self.open_around(SyntaxKind::NODE_PAT_BIND, name);
                self.bump(&mut bind)?;
                let bind = self.tree.close(bind);
                self.tree.put(&mut pattern, bind);
                let pattern = self.pattern(pattern, true)?;
                self.tree.put(&mut node, pattern);
                self.body(node)
            }
            _ if self.lexer.text(token.start, token.end) == CURRENT_POSITION.as_bytes() => {
                let mut node = self.open(SyntaxKind::NODE_CUR_POS);
                self.bump_as(SyntaxKind::TOKEN_CUR_POS, &mut node)?;
                Some(self.tree.close(node))
            }
            _ => self.name(),
        }
    }
}
