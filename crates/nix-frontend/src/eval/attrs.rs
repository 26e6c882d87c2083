//! Attribute sets: slices sorted by symbol, some of them layered over another set.
//!
//! `a // b` with a small `b` makes a layer over `a` instead of a copy, up to eight layers. Symbols have no meaningful order; where
//! names must come in order, [`Attrs::ordered`] sorts once and remembers.
//!
//! Of a few attributes it may take work to tell whether a set has them ([`Doubtful`]): that is asked when one of them is looked up, or all
//! attributes are wanted.

use std::cell::Cell;

use bumpalo::Bump;
use source::Pos;

use crate::eval::value::Value;
use crate::ir::symbol::{Symbol, Symbols, known};

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
///
/// Most sets are three words: the attributes, and nothing more to know.
pub struct Attrs<'a> {
    /// All attributes or, of a layer, those that it puts over its base.
    own: &'a [Attr<'a>],
    more: Cell<Option<&'a More<'a>>>,
}

/// What only few sets need.
#[derive(Clone, Copy)]
struct More<'a> {
    layer: Option<Layer<'a>>,
    /// The attributes of a layered set, once somebody wanted them all.
    flat: Option<&'a [Attr<'a>]>,
    ordered: Option<&'a [Attr<'a>]>,
}

/// What a layer lies over.
#[derive(Clone, Copy)]
struct Layer<'a> {
    base: &'a Attrs<'a>,
    /// What lies between the layer and its base.
    doubtful: Option<Doubtful<'a>>,
    /// How many attributes there are in all, but for those in doubt.
    len: usize,
    /// How many layers lie upon each other.
    height: u8,
}

/// Attributes that a set may have.
#[derive(Clone, Copy)]
pub struct Doubtful<'a> {
    /// All of them, sorted by symbol.
    pub items: &'a [Attr<'a>],
    /// Whether the set has the one of that name. Always the same answer.
    pub has: &'a dyn Fn(Symbol) -> bool,
}

impl<'a> Doubtful<'a> {
    fn get(&self, name: Symbol) -> Option<&'a Attr<'a>> {
        search(self.items, name).filter(|attr| (self.has)(attr.name))
    }

    fn present(&self) -> Vec<Attr<'a>> {
        let items = self.items.iter();
        items
            .filter(|attr| (self.has)(attr.name))
            .copied()
            .collect()
    }
}

const MOST_LAYERS: u8 = 8;
const LINEAR_SEARCH: usize = 8;
/// So many attributes are worth more work in putting them in order.
const MANY: usize = 64;
/// A set so many times smaller than its base is layered over it.
const MUCH_SMALLER: usize = 8;

impl<'a> Attrs<'a> {
    /// The set of these attributes, which must be sorted by symbol, each once.
    pub fn sorted(items: &'a [Attr<'a>]) -> Attrs<'a> {
        debug_assert!(items.windows(2).all(|pair| pair[0].name < pair[1].name));
        Attrs {
            own: items,
            more: Cell::new(None),
        }
    }

    /// `base // doubtful // own`, with those in doubt that turn out to be there.
    pub fn doubtful(
        base: &'a Attrs<'a>,
        doubtful: Doubtful<'a>,
        own: &'a Attrs<'a>,
        arena: &'a Bump,
    ) -> Attrs<'a> {
        let own = own.items(arena);
        Attrs {
            own,
            more: Cell::new(Some(arena.alloc(More {
                layer: Some(Layer::over(base, Some(doubtful), own)),
                flat: None,
                ordered: None,
            }))),
        }
    }

    /// How many attributes it has.
    pub fn len(&self) -> usize {
        let Some(layer) = self.layer() else {
            return self.own.len();
        };
        let Some(doubtful) = layer.doubtful else {
            return layer.len;
        };
        let is_new = |attr: &&Attr| {
            search(self.own, attr.name).is_none()
                && layer.base.get(attr.name).is_none()
                && doubtful.get(attr.name).is_some()
        };
        layer.len + doubtful.items.iter().filter(is_new).count()
    }

    /// Whether it has no attributes.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.len() == 0
    }

    fn layer(&self) -> Option<Layer<'a>> {
        self.more.get()?.layer
    }

    /// All attributes, if they lie in one piece.
    fn in_one_piece(&self) -> Option<&'a [Attr<'a>]> {
        match self.more.get() {
            Some(more) if more.layer.is_some() => more.flat,
            _ => Some(self.own),
        }
    }

    fn remember(&self, arena: &'a Bump, change: impl FnOnce(&mut More<'a>)) {
        let mut more = self.more.get().copied().unwrap_or(More {
            layer: None,
            flat: None,
            ordered: None,
        });
        change(&mut more);
        self.more.set(Some(arena.alloc(more)));
    }

    /// The attribute of that name.
    #[inline]
    pub fn get(&self, name: Symbol) -> Option<&'a Attr<'a>> {
        match self.more.get() {
            None => search(self.own, name),
            Some(_) => self.get_layered(name),
        }
    }

    fn get_layered(&self, name: Symbol) -> Option<&'a Attr<'a>> {
        let mut set = self;
        loop {
            if let Some(items) = set.in_one_piece() {
                return search(items, name);
            }
            if let Some(found) = search(set.own, name) {
                return Some(found);
            }
            let layer = set.layer()?;
            if let Some(found) = layer.doubtful.and_then(|doubtful| doubtful.get(name)) {
                return Some(found);
            }
            set = layer.base;
        }
    }

    /// The value of the attribute of that name.
    #[inline]
    pub fn value(&self, name: Symbol) -> Option<Value<'a>> {
        self.get(name).map(|attr| attr.value)
    }

    /// The attributes, sorted by symbol.
    pub fn items(&self, arena: &'a Bump) -> &'a [Attr<'a>] {
        if let Some(items) = self.in_one_piece() {
            return items;
        }
        let base = match self.layer() {
            Some(Layer {
                base,
                doubtful: Some(doubtful),
                ..
            }) => merge(base.items(arena), &doubtful.present(), arena),
            Some(layer) => layer.base.items(arena),
            None => &[],
        };
        let items = merge(base, self.own, arena);
        self.remember(arena, |more| more.flat = Some(items));
        items
    }

    /// The attributes in the order of their names' bytes.
    pub fn ordered(&self, arena: &'a Bump, symbols: &Symbols) -> &'a [Attr<'a>] {
        if let Some(items) = self.more.get().and_then(|more| more.ordered) {
            return items;
        }
        let items = self.items(arena);
        let name = |attr: &Attr| symbols.name(attr.name);
        if items.windows(2).all(|pair| name(&pair[0]) < name(&pair[1])) {
            return items;
        }
        let ordered = if items.len() < MANY {
            let mut named: Vec<_> = items.iter().map(|attr| (name(attr), *attr)).collect();
            named.sort_unstable_by_key(|(name, _)| *name);
            &*arena.alloc_slice_fill_iter(named.into_iter().map(|(_, attr)| attr))
        } else {
            in_order(items, arena, symbols)
        };
        self.remember(arena, |more| more.ordered = Some(ordered));
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
        let own = over.items(arena);
        let height = self.layer().map_or(0, |layer| layer.height);
        if own.len() * MUCH_SMALLER < self.len() && height < MOST_LAYERS {
            let more = More {
                layer: Some(Layer::over(self, None, own)),
                flat: None,
                ordered: None,
            };
            return arena.alloc(Attrs {
                own,
                more: Cell::new(Some(arena.alloc(more))),
            });
        }
        arena.alloc(Attrs::sorted(merge(self.items(arena), own, arena)))
    }
}

impl<'a> Layer<'a> {
    fn over(base: &'a Attrs<'a>, doubtful: Option<Doubtful<'a>>, own: &[Attr<'a>]) -> Layer<'a> {
        let is_new = |attr: &&Attr| base.get(attr.name).is_none();
        Layer {
            base,
            doubtful,
            len: base.len() + own.iter().filter(is_new).count(),
            height: base.layer().map_or(0, |layer| layer.height) + 1,
        }
    }
}

/// Names are compared by the eight bytes behind what all have in common; only where these are the same, in full.
fn in_order<'a>(items: &[Attr<'a>], arena: &'a Bump, symbols: &Symbols) -> &'a [Attr<'a>] {
    let name = |attr: &Attr| -> &[u8] { symbols.name(attr.name) };
    let first = items.first().map(name).unwrap_or_default();
    let common = items.iter().fold(first.len(), |common, attr| {
        let pairs = first.iter().zip(name(attr)).take(common);
        pairs.take_while(|(left, right)| left == right).count()
    });
    let key = |attr: &Attr| {
        let mut bytes = [0; 8];
        let rest = name(attr).get(common..).unwrap_or_default();
        for (byte, from) in bytes.iter_mut().zip(rest) {
            *byte = *from;
        }
        u64::from_be_bytes(bytes)
    };
    let mut keyed: Vec<(u64, Symbol, u32)> = (0..)
        .zip(items)
        .map(|(number, attr)| (key(attr), attr.name, number))
        .collect();
    keyed.sort_unstable_by(|(left, one, _), (right, other, _)| {
        let full = || symbols.name(*one).cmp(symbols.name(*other));
        left.cmp(right).then_with(full)
    });
    let ordered = keyed.iter().map(|(_, name, number)| {
        let attr = items.get(*number as usize).copied();
        attr.unwrap_or_else(|| Attr::unplaced(*name, Value::Null))
    });
    arena.alloc_slice_fill_iter(ordered)
}

fn search<'a>(items: &'a [Attr<'a>], name: Symbol) -> Option<&'a Attr<'a>> {
    if items.len() <= LINEAR_SEARCH {
        return items.iter().find(|attr| attr.name == name);
    }
    search_many(items, name)
}

/// Each name is there once, so that the first and the last tell within which bounds another can be. Names that were made one after another leave
/// no choice.
fn search_many<'a>(items: &'a [Attr<'a>], name: Symbol) -> Option<&'a Attr<'a>> {
    let (first, last) = (items.first()?.name, items.last()?.name);
    let above = name.0.checked_sub(first.0)? as usize;
    let below = last.0.checked_sub(name.0)? as usize;
    let end = items.len().min(above + 1);
    let start = items.len().saturating_sub(below + 1);
    let items = items.get(start..end)?;
    let found = items.first().filter(|attr| attr.name == name);
    found.or_else(|| {
        let at = items.partition_point(|attr| attr.name < name);
        items.get(at).filter(|attr| attr.name == name)
    })
}

/// The attributes of both, where both have one that of `over`.
fn merge<'a>(base: &[Attr<'a>], over: &[Attr<'a>], arena: &'a Bump) -> &'a [Attr<'a>] {
    let (mut left, mut right) = (base, over);
    let mut common = 0;
    while let ([low, lower @ ..], [high, higher @ ..]) = (left, right) {
        if low.name <= high.name {
            left = lower;
        }
        if high.name <= low.name {
            right = higher;
        }
        common += usize::from(low.name == high.name);
    }
    let (mut left, mut right) = (base, over);
    let next = |_| match (left, right) {
        ([low, lower @ ..], [high, ..]) if low.name < high.name => {
            left = lower;
            *low
        }
        ([low, lower @ ..], [high, higher @ ..]) => {
            if low.name == high.name {
                left = lower;
            }
            right = higher;
            *high
        }
        ([first, rest @ ..], []) => {
            left = rest;
            *first
        }
        ([], [first, rest @ ..]) => {
            right = rest;
            *first
        }
        ([], []) => Attr::unplaced(known::NAME, Value::Null),
    };
    arena.alloc_slice_fill_with(base.len() + over.len() - common, next)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_is_in_doubt_is_asked_for_only_where_it_counts() {
        let arena = Bump::new();
        let asked = Cell::new(0);
        let attrs = |names: &[(u32, i64)]| {
            let attr =
                |(name, value): &(u32, i64)| Attr::unplaced(Symbol(*name), Value::Int(*value));
            let items = arena.alloc_slice_fill_iter(names.iter().map(attr));
            &*arena.alloc(Attrs::sorted(items))
        };
        let has = |name| {
            asked.set(asked.get() + 1);
            name == Symbol(3)
        };
        let doubtful = Doubtful {
            items: attrs(&[(2, 20), (3, 20), (5, 20)]).own,
            has: &has,
        };
        let (base, own) = (
            attrs(&[(1, 10), (2, 10), (3, 10)]),
            attrs(&[(1, 30), (4, 30)]),
        );
        let set = Attrs::doubtful(base, doubtful, own, &arena);
        let get = |name| match set.value(Symbol(name)) {
            Some(Value::Int(value)) => Some(value),
            _ => None,
        };
        assert_eq!((get(1), get(4), get(6)), (Some(30), Some(30), None));
        assert!(!set.is_empty());
        assert_eq!(asked.get(), 0);
        assert_eq!((get(2), get(3), get(5)), (Some(10), Some(20), None));
        assert_eq!(set.len(), 4);
        let items = set.items(&arena).iter().map(|attr| attr.name.0);
        assert!(items.eq([1, 2, 3, 4]));
        assert_eq!((get(3), get(5)), (Some(20), None));
    }
}
