//! Attribute sets and `let`.
//!
//! The rules of Nix for a name that is defined again: `a.b = …; a.c = …;` and `a = { … }; a.c = …;` and `a = { … }; a = { … };` unite,
//! and so do the sets in them. Whether the united set is `rec` is settled by where it was written first. Everything else is an error; the first
//! definition stays. `inherit x;` looks outside of a `rec`; `inherit (source) x;` and computed names see it.

mod gathered;

use rnix::SyntaxKind;
use source::{Diagnostic, Span};

use self::gathered::{Attr, Gathered, Item};
use super::{DUPLICATE_ATTRIBUTE, Lowering, SYNTAX, missing, with_stack};
use crate::escape::attribute_name_into;
use crate::ir::expr::{
    AttrName, AttrNameKind, AttrsExpr, Binding, BindingValue, DynamicBinding, Expr, ExprKind, Let,
    Select,
};
use crate::ir::symbol::{Symbol, known};
use crate::syntax::tree::Node;

impl Lowering<'_, '_> {
    pub(super) fn attr_set(&mut self, node: Node<'_>) -> ExprKind {
        let gathered = self.gather(node, false);
        ExprKind::Attrs(Box::new(self.finish(gathered)))
    }

    pub(super) fn let_in(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        let gathered = self.gather(node, true);
        let body = node
            .children()
            .filter(|child| !is_entry(child.kind()))
            .last();
        let (bindings, sources) = self.bindings(gathered.attrs, &gathered.sources, true);
        let body = self.child(body, span);
        self.scopes.leave();
        ExprKind::Let(Box::new(Let {
            bindings,
            sources,
            body,
        }))
    }

    /// `let { …; body = …; }`
    pub(super) fn legacy_let(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        let mut gathered = self.gather(node, false);
        gathered.recursive = true;
        let kind = ExprKind::Attrs(Box::new(self.finish(gathered)));
        let body = AttrName {
            span,
            kind: AttrNameKind::Static(known::BODY),
        };
        ExprKind::Select(Box::new(Select {
            subject: Expr { span, kind },
            path: Box::new([body]),
            default: None,
        }))
    }

    fn gather<'t>(&mut self, node: Node<'t>, is_let: bool) -> Gathered<'t> {
        let recursive = node
            .first_token()
            .is_some_and(|token| token.kind == SyntaxKind::TOKEN_REC);
        let mut gathered = Gathered::new(self.span(node), recursive);
        for entry in node.children() {
            match entry.kind() {
                SyntaxKind::NODE_INHERIT => self.gather_inherit(&mut gathered, entry),
                SyntaxKind::NODE_ATTRPATH_VALUE => {
                    self.gather_value(&mut gathered, entry, is_let);
                }
                _ => {}
            }
        }
        gathered
    }

    fn gather_inherit<'t>(&mut self, gathered: &mut Gathered<'t>, entry: Node<'t>) {
        let mut source = None;
        for child in entry.children() {
            if child.kind() == SyntaxKind::NODE_INHERIT_FROM {
                source = Some(gathered.sources.len() as u32);
                gathered.sources.push(child);
                continue;
            }
            let span = self.span(child);
            if span.is_empty() {
                continue;
            }
            self.refuse_indented(child);
            let Some(name) = self.static_name(child) else {
                let message = "dynamic attributes not allowed in inherit";
                self.broken(SYNTAX, span, message, "must be a constant name");
                continue;
            };
            match gathered.get(name) {
                Some(first) => {
                    let first = first.span;
                    self.duplicate(&[name], span, first);
                }
                None => {
                    let item = source.map_or(Item::Inherit, Item::InheritFrom);
                    gathered.add(Attr { name, span, item });
                }
            }
        }
    }

    fn gather_value<'t>(&mut self, gathered: &mut Gathered<'t>, entry: Node<'t>, is_let: bool) {
        let mut children = entry.children();
        let path = children.next();
        let Some(path) = path.filter(|path| path.kind() == SyntaxKind::NODE_ATTRPATH) else {
            return;
        };
        let item = match children.next().map(Node::without_parentheses) {
            Some(value) if value.kind() == SyntaxKind::NODE_ATTR_SET => {
                Item::Set(Box::new(self.gather(value, false)))
            }
            Some(value) => Item::Value(value),
            None => Item::Missing,
        };
        let is_missing = |name: Node<'_>| name.start == name.end();
        if path.children().any(is_missing) {
            return;
        }
        if let Some(name) = path.child(0).filter(|_| is_let)
            && self.static_name(name).is_none()
        {
            let message = "dynamic attributes not allowed in let";
            self.broken(SYNTAX, self.span(name), message, "must be a constant name");
            return;
        }
        self.add_path(gathered, path, 0, item);
    }

    /// Adds `item` under the names of `path`, from number `from` on.
    fn add_path<'t>(
        &mut self,
        mut set: &mut Gathered<'t>,
        path: Node<'t>,
        from: usize,
        item: Item<'t>,
    ) {
        let start = self.file.pos(path.start);
        let mut names = path.children().enumerate().skip(from).peekable();
        while let Some((number, node)) = names.next() {
            let span = self.span(node);
            self.refuse_indented(node);
            if number > 0 {
                self.path_starts.push((span.start, start));
            }
            let is_last = names.peek().is_none();
            match (self.static_name(node), is_last) {
                (Some(name), true) => {
                    let attr = Attr { name, span, item };
                    if set.get(name).is_some() {
                        let mut names = self.names_before(path, number);
                        self.unite(set, attr, &mut names);
                    } else {
                        set.add(attr);
                    }
                    return;
                }
                (Some(name), false) => match set.set_at(name, span) {
                    Ok((inner, first)) => {
                        if first != span {
                            self.repeated.push((first.start, span));
                        }
                        set = inner;
                    }
                    Err(first) => {
                        let names = self.names_before(path, number + 1);
                        self.duplicate(&names, span, first);
                        return;
                    }
                },
                (None, true) => {
                    set.dynamic.push((node, item));
                    return;
                }
                (None, false) => {
                    let mut inner = Gathered::new(span, false);
                    self.add_path(&mut inner, path, number + 1, item);
                    set.dynamic.push((node, Item::Set(Box::new(inner))));
                    return;
                }
            }
        }
    }

    fn names_before(&mut self, path: Node<'_>, number: usize) -> Vec<Symbol> {
        let before = path.children().take(number);
        before
            .map(|name| self.static_name(name).unwrap_or(known::EMPTY))
            .collect()
    }

    /// Adds an attribute to a set that may have one of the same name. `names` lead to the set.
    fn unite<'t>(&mut self, set: &mut Gathered<'t>, attr: Attr<'t>, names: &mut Vec<Symbol>) {
        let Some(known) = set.get(attr.name) else {
            set.add(attr);
            return;
        };
        names.push(attr.name);
        match (&mut known.item, attr.item) {
            (Item::Set(into), Item::Set(more)) => {
                self.repeated.push((known.span.start, attr.span));
                let shift = into.sources.len() as u32;
                into.sources.extend(more.sources);
                into.dynamic.extend(more.dynamic);
                for mut attr in more.attrs {
                    if let Item::InheritFrom(number) = &mut attr.item {
                        *number += shift;
                    }
                    self.unite(into, attr, names);
                }
            }
            _ => {
                let first = known.span;
                self.duplicate(names, attr.span, first);
            }
        }
        names.pop();
    }

    fn duplicate(&mut self, names: &[Symbol], second: Span, first: Span) {
        let mut path = vec![];
        for (number, name) in names.iter().enumerate() {
            if number > 0 {
                path.push(b'.');
            }
            attribute_name_into(&mut path, self.context.symbols.name(*name));
        }
        let path = String::from_utf8_lossy(&path);
        let (second, first) = (self.whole_path(second), self.whole_path(first));
        let place = self.file.line_column(first.start);
        let message = format!("attribute '{path}' already defined");
        self.diagnostics.push(
            Diagnostic::error(DUPLICATE_ATTRIBUTE, message)
                .label(second, "the second time")
                .label(first, "the first time")
                .help(format!(
                    "line {} has it too: keep one of the two",
                    place.line
                )),
        );
    }

    /// From the start of the attribute path that the name at `span` belongs to.
    fn whole_path(&self, span: Span) -> Span {
        let mut starts = self.path_starts.iter();
        let start = starts.find(|(name, _)| *name == span.start);
        Span::new(start.map_or(span.start, |(_, start)| *start), span.end)
    }

    fn finish(&mut self, gathered: Gathered<'_>) -> AttrsExpr {
        let recursive = gathered.recursive;
        let (attrs, sources) = self.bindings(gathered.attrs, &gathered.sources, recursive);
        let dynamic = gathered.dynamic.into_iter();
        let dynamic = dynamic.map(|(name, item)| DynamicBinding {
            name: self.dynamic_name(name),
            value: self.item(item, None),
        });
        let dynamic = dynamic.collect();
        if recursive {
            self.scopes.leave();
        }
        AttrsExpr {
            recursive,
            attrs,
            sources,
            dynamic,
        }
    }

    /// Lowers attributes; those that see each other in a scope of their own, which is not left.
    fn bindings(
        &mut self,
        mut attrs: Vec<Attr<'_>>,
        sources: &[Node<'_>],
        recursive: bool,
    ) -> (Box<[Binding]>, Box<[Expr]>) {
        attrs.sort_unstable_by_key(|attr| attr.name);
        let inherited = attrs
            .iter()
            .filter(|attr| matches!(attr.item, Item::Inherit));
        let inherited: Vec<Expr> = inherited
            .map(|attr| Expr {
                span: attr.span,
                kind: self.variable_named(attr.name, attr.span),
            })
            .collect();
        if recursive {
            self.scopes.enter(attrs.iter().map(|attr| attr.name));
        }
        let sources = sources.iter().map(|source| self.nth(*source, 0)).collect();
        let mut inherited = inherited.into_iter();
        let bindings = attrs.into_iter().map(|attr| Binding {
            name: attr.name,
            name_span: attr.span,
            value: match (attr.item, &mut inherited) {
                (Item::InheritFrom(number), _) => BindingValue::InheritFrom(number),
                (Item::Inherit, inherited) => match inherited.next() {
                    Some(expr) => BindingValue::Inherit(expr),
                    None => BindingValue::Expr(self.item(Item::Missing, None)),
                },
                (item, _) => BindingValue::Expr(self.item(item, Some(attr.name))),
            },
        });
        (bindings.collect(), sources)
    }

    fn item(&mut self, item: Item<'_>, name: Option<Symbol>) -> Expr {
        match item {
            Item::Set(set) => Expr {
                span: set.span,
                kind: with_stack(|| ExprKind::Attrs(Box::new(self.finish(*set)))),
            },
            Item::Value(node) => self.named(node, name),
            Item::Missing | Item::Inherit | Item::InheritFrom(_) => Expr {
                span: Span::NONE,
                kind: missing("a value"),
            },
        }
    }
}

fn is_entry(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::NODE_INHERIT | SyntaxKind::NODE_ATTRPATH_VALUE
    )
}
