//! Attribute sets: slices sorted by symbol, some of them layered over another set.
//!
//! `a // b` with a small `b` makes a layer over `a` instead of a copy, up to eight layers. Symbols have no meaningful order; where
//! names must come in order, [`Attrs::ordered`] sorts once and remembers.

use std::cell::Cell;

use bumpalo::Bump;
use source::Pos;

use crate::eval::value::Value;
use crate::ir::symbol::{Symbol, Symbols};

/// One attribute.
#[derive(Clone, Copy)]
pub struct Attr<'a> {
    /// Its name.
    pub name: Symbol,
    /// Where its name stands; none if no file says it.
    pub place: Pos,
    /// Its value, mostly a thunk.
    pub value: Value<'a>,
}

impl<'a> Attr<'a> {
    /// An attribute that no file defines.
    pub fn unplaced(name: Symbol, value: Value<'a>) -> Attr<'a> {
        Attr {
            name,
            place: Pos::NONE,
            value,
        }
    }
}

/// An attribute set.
pub struct Attrs<'a> {
    own: &'a [Attr<'a>],
    base: Option<&'a Attrs<'a>>,
    len: usize,
    layers: u8,
    flat: Cell<Option<&'a [Attr<'a>]>>,
    ordered: Cell<Option<&'a [Attr<'a>]>>,
}

const MOST_LAYERS: u8 = 8;
const LINEAR_SEARCH: usize = 8;

impl<'a> Attrs<'a> {
    /// The set of these attributes, which must be sorted by symbol, each once.
    pub fn sorted(items: &'a [Attr<'a>]) -> Attrs<'a> {
        debug_assert!(items.windows(2).all(|pair| pair[0].name < pair[1].name));
        Attrs {
            own: items,
            base: None,
            len: items.len(),
            layers: 0,
            flat: Cell::new(Some(items)),
            ordered: Cell::new(None),
        }
    }

    /// How many attributes it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no attributes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The attribute of that name.
    #[inline]
    pub fn get(&self, name: Symbol) -> Option<&'a Attr<'a>> {
        let mut layer = self;
        loop {
            if let Some(items) = layer.flat.get() {
                return search(items, name);
            }
            if let Some(found) = search(layer.own, name) {
                return Some(found);
            }
            layer = layer.base?;
        }
    }

    /// The value of the attribute of that name.
    #[inline]
    pub fn value(&self, name: Symbol) -> Option<Value<'a>> {
        self.get(name).map(|attr| attr.value)
    }

    /// The attributes, sorted by symbol.
    pub fn items(&self, arena: &'a Bump) -> &'a [Attr<'a>] {
        if let Some(items) = self.flat.get() {
            return items;
        }
        let base = self.base.map_or(&[][..], |base| base.items(arena));
        let items = arena.alloc_slice_copy(&merge(base, self.own));
        self.flat.set(Some(items));
        items
    }

    /// The attributes in the order of their names' bytes.
    pub fn ordered(&self, arena: &'a Bump, symbols: &Symbols) -> &'a [Attr<'a>] {
        if let Some(items) = self.ordered.get() {
            return items;
        }
        let items = self.items(arena);
        let name = |attr: &Attr| symbols.name(attr.name);
        let ordered = if items.windows(2).all(|pair| name(&pair[0]) < name(&pair[1])) {
            items
        } else {
            let mut copy = items.to_vec();
            copy.sort_unstable_by(|left, right| name(left).cmp(name(right)));
            arena.alloc_slice_copy(&copy)
        };
        self.ordered.set(Some(ordered));
        ordered
    }

    /// `self // over`.
    pub fn update(&'a self, over: &'a Attrs<'a>, arena: &'a Bump) -> &'a Attrs<'a> {
        if over.is_empty() {
            return self;
        }
        if self.is_empty() {
            return over;
        }
        let added = over.items(arena);
        if added.len() * 8 < self.len && self.layers < MOST_LAYERS {
            let new = added
                .iter()
                .filter(|attr| self.get(attr.name).is_none())
                .count();
            return arena.alloc(Attrs {
                own: added,
                base: Some(self),
                len: self.len + new,
                layers: self.layers + 1,
                flat: Cell::new(None),
                ordered: Cell::new(None),
            });
        }
        let items = arena.alloc_slice_copy(&merge(self.items(arena), added));
        arena.alloc(Attrs::sorted(items))
    }
}

fn search<'a>(items: &'a [Attr<'a>], name: Symbol) -> Option<&'a Attr<'a>> {
    if items.len() <= LINEAR_SEARCH {
        return items.iter().find(|attr| attr.name == name);
    }
    let at = items.partition_point(|attr| attr.name < name);
    items.get(at).filter(|attr| attr.name == name)
}

fn merge<'a>(base: &[Attr<'a>], over: &[Attr<'a>]) -> Vec<Attr<'a>> {
    let mut merged = Vec::with_capacity(base.len() + over.len());
    let (mut left, mut right) = (base.iter().peekable(), over.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(low), Some(high)) if low.name < high.name => merged.extend(left.next()),
            (Some(low), Some(high)) => {
                if low.name == high.name {
                    left.next();
                }
                merged.extend(right.next());
            }
            (Some(_), None) => merged.extend(left.by_ref()),
            (None, Some(_)) => merged.extend(right.by_ref()),
            (None, None) => return merged,
        }
    }
}
