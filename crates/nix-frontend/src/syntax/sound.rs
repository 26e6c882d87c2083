//! Reads texts in which nothing is to be mended, in one pass, several times as fast as rnix.
//!
//! It gives up at the first thing that is not plain: a fault, whatever rnix reads otherwise than Nix does, great depth. Such a text is rnix's. What
//! it does read is the very tree that rnix would give ([`Tree::of`]), which is tested on every text at hand.

mod expressions;
mod lexer;
mod sets;
mod texts;

use rnix::SyntaxKind;

use self::lexer::{Lexer, Token};
use super::tree::{Builder, Made, Open, Tree};

/// The deepest nesting; each level takes some hundred bytes of stack.
const DEEPEST: usize = 200;
/// The longest chain of operators or arguments, which is as deep a tree.
const LONGEST: usize = 500;

/// Reads a text below 4 GiB whose lines end with LF or CR LF. `None`: it is not plain, be that a fault or not.
pub fn read(text: &str) -> Option<Tree> {
    const LEAST: usize = 512 << 10;
    const MORE: usize = 4 << 20;
    stacker::maybe_grow(LEAST, MORE, || {
        let mut lexer = Lexer::new(text);
        let mut reader = Reader {
            token: lexer.next()?,
            lexer,
            tree: Builder::for_text(text.len()),
            depth: 0,
        };
        let mut root = Open::new(SyntaxKind::NODE_ROOT, 0);
        let inner = reader.expression()?;
        reader.tree.put(&mut root, inner);
        if reader.token.kind.is_some() {
            return None;
        }
        let root = reader.tree.close_at(root, text.len() as u32);
        Some(reader.tree.finish(root))
    })
}

/// Has read up to `token`, which is the next one.
struct Reader<'t> {
    lexer: Lexer<'t>,
    token: Token,
    tree: Builder,
    depth: usize,
}

impl Reader<'_> {
    fn is(&self, kind: SyntaxKind) -> bool {
        self.token.kind == Some(kind)
    }

    /// A node that begins with the next token.
    fn open(&self, kind: SyntaxKind) -> Open {
        Open::new(kind, self.token.start)
    }

    /// A node that begins with what is read already.
    fn open_around(&mut self, kind: SyntaxKind, first: Made) -> Open {
        let mut node = Open::new(kind, self.tree.start(first));
        self.tree.put(&mut node, first);
        node
    }

    fn advance(&mut self) -> Option<()> {
        self.token = self.lexer.next()?;
        Some(())
    }

    /// Takes the next token into `node`.
    fn bump(&mut self, node: &mut Open) -> Option<()> {
        let kind = self.token.kind?;
        self.bump_as(kind, node)
    }

    fn bump_as(&mut self, kind: SyntaxKind, node: &mut Open) -> Option<()> {
        self.put_token(kind, (self.token.start, self.token.end), node);
        self.advance()
    }

    fn put_token(&mut self, kind: SyntaxKind, place: (u32, u32), node: &mut Open) {
        let token = self.tree.token(kind, place.0, place.1);
        self.tree.put(node, token);
    }

    fn expect(&mut self, kind: SyntaxKind, node: &mut Open) -> Option<()> {
        self.is(kind).then(|| self.bump(node))?
    }

    /// Puts an expression into `node`.
    fn put_expression(&mut self, node: &mut Open) -> Option<()> {
        let expression = self.expression()?;
        self.tree.put(node, expression);
        Some(())
    }
}
