//! The attributes of a set while they are gathered from its text.

use rustc_hash::FxHashMap;
use source::Span;

use crate::ir::symbol::Symbol;
use crate::syntax::tree::Node;

/// Up to so many attributes are looked through one by one.
const FEW: usize = 12;

/// A set whose attributes are being gathered. Each name is there once.
pub(super) struct Gathered<'t> {
    pub span: Span,
    pub recursive: bool,
    pub attrs: Vec<Attr<'t>>,
    /// Of `inherit (source) …`, the clauses.
    pub sources: Vec<Node<'t>>,
    pub dynamic: Vec<(Node<'t>, Item<'t>)>,
    /// Where names stand in `attrs`; kept for large sets only.
    places: FxHashMap<Symbol, usize>,
}

/// An attribute before it is lowered.
pub(super) struct Attr<'t> {
    pub name: Symbol,
    pub span: Span,
    pub item: Item<'t>,
}

/// What an attribute is, before it is lowered.
pub(super) enum Item<'t> {
    Value(Node<'t>),
    Missing,
    Inherit,
    InheritFrom(u32),
    Set(Box<Gathered<'t>>),
}

impl<'t> Gathered<'t> {
    pub fn new(span: Span, recursive: bool) -> Gathered<'t> {
        Gathered {
            span,
            recursive,
            attrs: vec![],
            sources: vec![],
            dynamic: vec![],
            places: FxHashMap::default(),
        }
    }

    fn position(&self, name: Symbol) -> Option<usize> {
        if self.attrs.len() <= FEW {
            return self.attrs.iter().position(|attr| attr.name == name);
        }
        self.places.get(&name).copied()
    }

    pub fn get(&mut self, name: Symbol) -> Option<&mut Attr<'t>> {
        let at = self.position(name)?;
        self.attrs.get_mut(at)
    }

    /// Adds an attribute whose name is not there yet.
    pub fn add(&mut self, attr: Attr<'t>) {
        self.attrs.push(attr);
        let from = match self.attrs.len() {
            count if count <= FEW => return,
            _ if self.places.is_empty() => 0,
            count => count - 1,
        };
        let added = self.attrs.iter().enumerate().skip(from);
        self.places.extend(added.map(|(at, attr)| (attr.name, at)));
    }

    /// The set that `name` is, made if need be, and where its name stands first; if it is something else, where it was defined.
    pub fn set_at(&mut self, name: Symbol, span: Span) -> Result<(&mut Gathered<'t>, Span), Span> {
        let at = match self.position(name) {
            Some(at) => at,
            None => {
                let item = Item::Set(Box::new(Gathered::new(span, false)));
                self.add(Attr { name, span, item });
                self.attrs.len() - 1
            }
        };
        match self.attrs.get_mut(at) {
            Some(Attr {
                item: Item::Set(set),
                span,
                ..
            }) => Ok((set, *span)),
            Some(attr) => Err(attr.span),
            None => Err(span),
        }
    }
}
