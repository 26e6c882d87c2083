//! Attribute sets and `let`.
//!
//! `a.b = 1; a.c = 2;` and `a = { … }; a.d = 3;` unite: a set that was made by a path, or written as a literal, takes further
//! attributes, each name once. Whether it is `rec` is settled by where it was first written.

use rnix::{SyntaxKind, SyntaxNode};
use rustc_hash::FxHashMap;
use source::{Diagnostic, Span};

use super::{DUPLICATE_ATTRIBUTE, Lowering, SYNTAX, without_parentheses};
use crate::ir::expr::{
    AttrNameKind, AttrsExpr, Binding, BindingValue, DynamicBinding, Expr, ExprKind, Let, Select,
};
use crate::ir::scope::Scope;
use crate::ir::symbol::{Symbol, known};

/// A set whose attributes are being gathered.
struct Gathered {
    span: Span,
    recursive: bool,
    attrs: Vec<(Symbol, Span, Item)>,
    places: FxHashMap<Symbol, usize>,
    sources: Vec<SyntaxNode>,
    dynamic: Vec<(SyntaxNode, Item)>,
}

/// What an attribute is, before it is lowered.
enum Item {
    Value(SyntaxNode),
    Inherit(Span),
    InheritFrom(u32),
    Set(Box<Gathered>),
}

impl Gathered {
    fn new(span: Span, recursive: bool) -> Gathered {
        Gathered {
            span,
            recursive,
            attrs: vec![],
            places: FxHashMap::default(),
            sources: vec![],
            dynamic: vec![],
        }
    }

    fn get(&mut self, name: Symbol) -> Option<&mut (Symbol, Span, Item)> {
        let at = *self.places.get(&name)?;
        self.attrs.get_mut(at)
    }

    fn add(&mut self, name: Symbol, span: Span, item: Item) {
        self.places.insert(name, self.attrs.len());
        self.attrs.push((name, span, item));
    }
}

impl Lowering<'_, '_> {
    pub(super) fn attr_set(&mut self, node: &SyntaxNode) -> ExprKind {
        let gathered = self.gather(node, false);
        ExprKind::Attrs(Box::new(self.finish_attrs(gathered)))
    }

    pub(super) fn let_in(&mut self, node: &SyntaxNode, span: Span) -> ExprKind {
        let gathered = self.gather(node, true);
        let body = node
            .children()
            .filter(|child| !is_entry(child.kind()))
            .last();
        let (bindings, sources, body) =
            self.in_scope(gathered, |lowering| lowering.child(body.as_ref(), span));
        ExprKind::Let(Box::new(Let {
            bindings,
            sources,
            body,
        }))
    }

    /// `let { …; body = …; }`
    pub(super) fn legacy_let(&mut self, node: &SyntaxNode, span: Span) -> ExprKind {
        let mut gathered = self.gather(node, true);
        gathered.recursive = true;
        let subject = Expr {
            span,
            kind: ExprKind::Attrs(Box::new(self.finish_attrs(gathered))),
        };
        ExprKind::Select(Box::new(Select {
            subject,
            path: Box::new([crate::ir::expr::AttrName {
                span,
                kind: AttrNameKind::Static(known::BODY),
            }]),
            default: None,
        }))
    }

    fn gather(&mut self, node: &SyntaxNode, is_let: bool) -> Gathered {
        let recursive = node
            .first_token()
            .is_some_and(|token| token.kind() == SyntaxKind::TOKEN_REC);
        let mut gathered = Gathered::new(self.span(node), recursive);
        for entry in node.children() {
            match entry.kind() {
                SyntaxKind::NODE_INHERIT => self.gather_inherit(&mut gathered, &entry),
                SyntaxKind::NODE_ATTRPATH_VALUE => {
                    self.gather_value(&mut gathered, &entry, is_let);
                }
                _ => {}
            }
        }
        gathered
    }

    fn gather_inherit(&mut self, gathered: &mut Gathered, entry: &SyntaxNode) {
        let mut source = None;
        for child in entry.children() {
            if child.kind() == SyntaxKind::NODE_INHERIT_FROM {
                if let Some(from) = child.first_child() {
                    source = Some(gathered.sources.len() as u32);
                    gathered.sources.push(from);
                }
                continue;
            }
            let name = self.attribute_name(&child);
            let AttrNameKind::Static(symbol) = name.kind else {
                let message = "dynamic attributes are not allowed in `inherit`";
                self.broken(SYNTAX, name.span, message, "must be a constant name");
                continue;
            };
            if let Some((_, first, _)) = gathered.get(symbol) {
                let first = *first;
                self.duplicate(symbol, name.span, first);
                continue;
            }
            let item = match source {
                Some(number) => Item::InheritFrom(number),
                None => Item::Inherit(name.span),
            };
            gathered.add(symbol, name.span, item);
        }
    }

    fn gather_value(&mut self, gathered: &mut Gathered, entry: &SyntaxNode, is_let: bool) {
        let mut children = entry.children();
        let path = children
            .next()
            .filter(|path| path.kind() == SyntaxKind::NODE_ATTRPATH);
        let value = children.next();
        let Some(path) = path else { return };
        let item = match value {
            Some(value) => {
                let bare = without_parentheses(value.clone());
                if bare.kind() == SyntaxKind::NODE_ATTR_SET {
                    Item::Set(Box::new(self.gather(&bare, false)))
                } else {
                    Item::Value(value)
                }
            }
            None => Item::Value(path.clone()),
        };
        let names: Vec<SyntaxNode> = path.children().collect();
        let start = self.span(&path).start;
        self.add_path(gathered, &names, item, is_let, start);
    }

    fn add_path(
        &mut self,
        gathered: &mut Gathered,
        names: &[SyntaxNode],
        item: Item,
        is_let: bool,
        start: source::Pos,
    ) {
        let Some((first, rest)) = names.split_first() else {
            return;
        };
        let name = self.attribute_name(first);
        if name.span.start != start {
            self.path_starts.push((name.span.start, start));
        }
        let AttrNameKind::Static(symbol) = name.kind else {
            if is_let {
                let message = "dynamic attributes are not allowed in `let`";
                self.broken(SYNTAX, name.span, message, "must be a constant name");
                return;
            }
            let item = if rest.is_empty() {
                item
            } else {
                let mut inner = Gathered::new(name.span, false);
                self.add_path(&mut inner, rest, item, false, start);
                Item::Set(Box::new(inner))
            };
            gathered.dynamic.push((first.clone(), item));
            return;
        };
        if rest.is_empty() {
            self.add_last(gathered, symbol, name.span, item);
            return;
        }
        match gathered.get(symbol) {
            None => {
                let mut inner = Gathered::new(name.span, false);
                self.add_path(&mut inner, rest, item, false, start);
                gathered.add(symbol, name.span, Item::Set(Box::new(inner)));
            }
            Some((_, _, Item::Set(inner))) => self.add_path(inner, rest, item, false, start),
            Some((_, first, _)) => {
                let first = *first;
                self.duplicate(symbol, name.span, first);
            }
        }
    }

    fn add_last(&mut self, gathered: &mut Gathered, name: Symbol, span: Span, item: Item) {
        match (gathered.get(name), item) {
            (None, item) => gathered.add(name, span, item),
            (Some((_, _, Item::Set(into))), Item::Set(more)) => {
                let shift = into.sources.len() as u32;
                into.sources.extend(more.sources);
                into.dynamic.extend(more.dynamic);
                for (name, span, item) in more.attrs {
                    if let Some((_, first, _)) = into.get(name) {
                        let first = *first;
                        self.duplicate(name, span, first);
                        continue;
                    }
                    let item = match item {
                        Item::InheritFrom(number) => Item::InheritFrom(number + shift),
                        item => item,
                    };
                    into.add(name, span, item);
                }
            }
            (Some((_, first, _)), _) => {
                let first = *first;
                self.duplicate(name, span, first);
            }
        }
    }

    fn duplicate(&mut self, name: Symbol, second: Span, first: Span) {
        let name = self.context.symbols.text(name);
        self.diagnostics.push(
            Diagnostic::error(
                DUPLICATE_ATTRIBUTE,
                format!("attribute '{name}' already defined"),
            )
            .label(second, "the second time")
            .label(first, "the first time"),
        );
    }

    fn finish_attrs(&mut self, gathered: Gathered) -> AttrsExpr {
        if gathered.recursive {
            let dynamic = std::cell::RefCell::new(vec![]);
            let mut gathered = gathered;
            let written = std::mem::take(&mut gathered.dynamic);
            let (attrs, sources, ()) = self.in_scope(gathered, |lowering| {
                *dynamic.borrow_mut() = lowering.dynamic(written);
            });
            return AttrsExpr {
                recursive: true,
                attrs,
                sources,
                dynamic: dynamic.into_inner().into(),
            };
        }
        let mut attrs = gathered.attrs;
        attrs.sort_by_key(|(name, _, _)| *name);
        let sources = gathered.sources.iter().map(|source| self.expr(source));
        let sources = sources.collect();
        let attrs = attrs.into_iter().map(|(name, span, item)| Binding {
            name,
            name_span: span,
            value: match item {
                Item::Inherit(span) => BindingValue::Inherit(Expr {
                    span,
                    kind: self.variable_named(name, span),
                }),
                Item::InheritFrom(number) => BindingValue::InheritFrom(number),
                item => BindingValue::Expr(self.item(name, item)),
            },
        });
        let attrs = attrs.collect();
        let dynamic = self.dynamic(gathered.dynamic).into();
        AttrsExpr {
            recursive: false,
            attrs,
            sources,
            dynamic,
        }
    }

    fn dynamic(&mut self, written: Vec<(SyntaxNode, Item)>) -> Vec<DynamicBinding> {
        written
            .into_iter()
            .map(|(name, item)| {
                let name = self.attribute_name(&name);
                let name = match name.kind {
                    AttrNameKind::Dynamic(name) => name,
                    AttrNameKind::Static(_) => Expr {
                        span: name.span,
                        kind: ExprKind::Broken("a constant name".into()),
                    },
                };
                DynamicBinding {
                    name,
                    value: self.item(known::EMPTY, item),
                }
            })
            .collect()
    }

    fn item(&mut self, name: Symbol, item: Item) -> Expr {
        match item {
            Item::Set(inner) => Expr {
                span: inner.span,
                kind: ExprKind::Attrs(Box::new(self.finish_attrs(*inner))),
            },
            Item::Value(node) => self.named(&node, Some(name).filter(|name| *name != known::EMPTY)),
            Item::Inherit(span) => Expr {
                span,
                kind: self.variable_named(name, span),
            },
            Item::InheritFrom(_) => Expr {
                span: Span::NONE,
                kind: ExprKind::Broken("an inherited attribute".into()),
            },
        }
    }

    /// Lowers bindings that see each other, and then what `inside` lowers in their scope.
    fn in_scope<T>(
        &mut self,
        gathered: Gathered,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> (Box<[Binding]>, Box<[Expr]>, T) {
        let mut attrs = gathered.attrs;
        attrs.sort_by_key(|(name, _, _)| *name);
        let outer: Vec<Option<Expr>> = attrs
            .iter()
            .map(|(name, _, item)| match item {
                Item::Inherit(span) => Some(Expr {
                    span: *span,
                    kind: self.variable_named(*name, *span),
                }),
                _ => None,
            })
            .collect();
        let names = attrs.iter().map(|(name, _, _)| *name).collect();
        self.scopes.push(Scope::Names(names));
        let sources = gathered.sources.iter().map(|source| self.expr(source));
        let sources = sources.collect();
        let bindings = attrs
            .into_iter()
            .zip(outer)
            .map(|((name, span, item), outer)| Binding {
                name,
                name_span: span,
                value: match (item, outer) {
                    (_, Some(outer)) => BindingValue::Inherit(outer),
                    (Item::InheritFrom(number), None) => BindingValue::InheritFrom(number),
                    (item, None) => BindingValue::Expr(self.item(name, item)),
                },
            });
        let bindings = bindings.collect();
        let value = inside(self);
        self.scopes.pop();
        (bindings, sources, value)
    }
}

fn is_entry(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::NODE_INHERIT | SyntaxKind::NODE_ATTRPATH_VALUE | SyntaxKind::NODE_ERROR
    )
}
