//! What was probably meant by a variable that nothing binds.

use bstr::ByteSlice;
use rnix::{SyntaxKind, SyntaxNode};
use rowan::{TextRange, TextSize};
use source::{Diagnostic, Edit, Span, suggest};

use super::Lowering;
use crate::ir::scope::Place;

/// The ends of file names that look like attributes.
const FILE_ENDS: [&str; 5] = ["nix", "json", "toml", "yaml", "txt"];

impl Lowering<'_, '_> {
    /// Adds what was probably meant by `name` at `span`.
    pub(super) fn with_hint(&self, diagnostic: Diagnostic, name: &str, span: Span) -> Diagnostic {
        if name == "or" {
            return diagnostic
                .help("`or` follows an attribute path and nothing else: `(set.name or default)`");
        }
        let node = self.node_at(span);
        if let Some(node) = &node {
            if let Some(path) = file_name(node) {
                let whole = self.file_span(path.text_range());
                let path = format!("./{path}");
                return diagnostic
                    .help(format!("a path has a slash: `{path}`"))
                    .unsafe_fix(format!("write `{path}`"), Edit::replace(whole, path));
            }
            if let Some((set, attr)) = neighbour(node, name) {
                let start = self.file_span(set.text_range()).start;
                return diagnostic
                    .label(self.file_span(attr), "an attribute, no variable")
                    .help("attributes see each other in `rec { … }` only")
                    .unsafe_fix(
                        "write `rec` before the set",
                        Edit::insert_before(Span::at(start), "rec "),
                    );
            }
        }
        let symbols = self.context.symbols;
        if (self.context.globals)(symbols.intern(format!("__{name}"))).is_some() {
            return meant(diagnostic, &format!("builtins.{name}"), span);
        }
        if let Some(nearest) = self.nearest(name, false) {
            return meant(diagnostic, &nearest, span);
        }
        let is_called = node.is_some_and(|node| is_function(&node));
        let holders = if is_called {
            ["lib", "pkgs"]
        } else {
            ["pkgs", "lib"]
        };
        let is_bound =
            |name: &&str| matches!(self.scopes.find(symbols.intern(name)), Place::Local { .. });
        if let Some(holder) = holders.iter().find(|name| is_bound(name)) {
            return meant(diagnostic, &format!("{holder}.{name}"), span);
        }
        match self.nearest(name, true) {
            Some(nearest) => meant(diagnostic, &nearest, span),
            None => diagnostic,
        }
    }

    /// The name in scope, or in the outermost scope, that is nearest to `text`.
    fn nearest(&self, text: &str, outermost: bool) -> Option<String> {
        let symbols = self.context.symbols;
        let is_global = |name: &crate::ir::Symbol| (self.context.globals)(*name).is_some();
        let mut known: Vec<&str> = if outermost {
            let globals = symbols.iter().filter(is_global);
            let globals = globals.filter_map(|name| symbols.name(name).to_str().ok());
            globals.filter(|name| !name.starts_with("__")).collect()
        } else {
            let names = self.scopes.names();
            names
                .filter_map(|name| symbols.name(name).to_str().ok())
                .collect()
        };
        known.sort_unstable();
        suggest::nearest(text, known).map(str::to_owned)
    }

    fn node_at(&self, span: Span) -> Option<SyntaxNode> {
        let range = self.file.range(span);
        let start = TextSize::try_from(range.start).ok()?;
        let end = TextSize::try_from(range.end).ok()?;
        let range = TextRange::new(start, end);
        if !self.syntax().text_range().contains_range(range) {
            return None;
        }
        let element = self.syntax().covering_element(range);
        let mut nodes = element.ancestors();
        nodes.find(|node| node.kind() == SyntaxKind::NODE_IDENT)
    }

    fn file_span(&self, range: TextRange) -> Span {
        self.file.span(range.start().into(), range.end().into())
    }
}

fn meant(diagnostic: Diagnostic, name: &str, span: Span) -> Diagnostic {
    diagnostic
        .help(format!("did you mean `{name}`?"))
        .unsafe_fix(format!("write `{name}`"), Edit::replace(span, name))
}

/// `configuration.nix`, of which `node` is the first word.
fn file_name(node: &SyntaxNode) -> Option<SyntaxNode> {
    let select = node.parent()?;
    let is_select = select.kind() == SyntaxKind::NODE_SELECT;
    let text = is_select.then(|| select.text().to_string())?;
    let (_, end) = text.rsplit_once('.')?;
    let is_plain = !text.contains(|letter: char| letter.is_whitespace() || letter == '$');
    (is_plain && FILE_ENDS.contains(&end)).then_some(select)
}

/// The innermost set around `node` that is not `rec` and has an attribute `name`, and where that stands.
fn neighbour(node: &SyntaxNode, name: &str) -> Option<(SyntaxNode, TextRange)> {
    let sets = node.ancestors().filter(|node| {
        node.kind() == SyntaxKind::NODE_ATTR_SET
            && !node
                .children_with_tokens()
                .any(|child| child.kind() == SyntaxKind::TOKEN_REC)
    });
    sets.into_iter().find_map(|set| {
        let mut entries = set.children();
        let attr = entries.find_map(|entry| {
            let path = entry.first_child()?;
            let first = path.first_child()?;
            let is_attr = entry.kind() == SyntaxKind::NODE_ATTRPATH_VALUE
                && first.text() == name
                && !entry.text_range().contains_range(node.text_range());
            is_attr.then(|| first.text_range())
        })?;
        Some((set, attr))
    })
}

/// Whether it is called with an argument.
fn is_function(node: &SyntaxNode) -> bool {
    node.parent().is_some_and(|parent| {
        parent.kind() == SyntaxKind::NODE_APPLY && parent.first_child().as_ref() == Some(node)
    })
}
