//! What was probably meant by a variable that nothing binds.

use bstr::ByteSlice;
use rnix::{SyntaxKind, SyntaxNode};
use rowan::{TextRange, TextSize};
use source::{Diagnostic, Edit, Span, suggest};

use super::Lowering;
use crate::ir::scope::Place;

/// What modules are given and do not bind themselves.
const ARGUMENTS: [&str; 3] = ["config", "lib", "options"];

/// Values that have names of their own.
const LITERALS: [&str; 3] = ["false", "null", "true"];

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
            if let Some((help, edit)) = self.argument(name) {
                return diagnostic
                    .help(help)
                    .unsafe_fix(format!("take `{name}`"), edit);
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
        if let Some((escape, start)) = node.as_ref().and_then(shell_variable) {
            let written = format!("{escape}${{{name}}}");
            let place = Span::at(self.file_span(TextRange::empty(start)).start);
            return diagnostic
                .help(format!(
                    "a variable of the shell is written `{written}` here"
                ))
                .unsafe_fix(format!("write `{written}`"), Edit::replace(place, escape));
        }
        let item = node.as_ref().and_then(|node| self.item_text(node));
        let symbols = self.context.symbols;
        let is_builtin = (self.context.globals)(symbols.intern(format!("__{name}"))).is_some();
        if is_builtin && item.is_none() {
            return meant(diagnostic, &format!("builtins.{name}"), span);
        }
        if let Some(nearest) = self.nearest(name, false) {
            return meant(diagnostic, &nearest, span);
        }
        if let Some(literal) = literal(name) {
            return meant(diagnostic, literal, span);
        }
        if let Some(item) = item {
            return self.meant_as_text(diagnostic, &item);
        }
        let is_called = node.is_some_and(|node| is_function(&node));
        let holders = match (name, is_called) {
            ("lib", _) => ["nixpkgs", "pkgs"],
            (_, true) => ["lib", "pkgs"],
            (_, false) => ["pkgs", "lib"],
        };
        if let Some(holder) = holders.iter().find(|name| self.is_bound(name)) {
            return meant(diagnostic, &format!("{holder}.{name}"), span);
        }
        match self.nearest(name, true) {
            Some(nearest) => meant(diagnostic, &nearest, span),
            None => diagnostic,
        }
    }

    /// How a text that is a module takes the argument `name`.
    fn argument(&self, name: &str) -> Option<(String, Edit)> {
        let is_flake = self.file.path.ends_with("flake.nix");
        let has_own = name == "lib" && self.is_bound("nixpkgs");
        if !ARGUMENTS.contains(&name) || is_flake || has_own {
            return None;
        }
        let root = self.syntax().first_child()?;
        match root.kind() {
            SyntaxKind::NODE_LAMBDA => {
                let pattern = root.first_child()?;
                let tokens = pattern.children_with_tokens();
                let mut tokens = tokens.filter_map(|child| child.into_token());
                let mut token = |kind| tokens.find(|token| token.kind() == kind);
                let brace = token(SyntaxKind::TOKEN_L_BRACE)?;
                token(SyntaxKind::TOKEN_ELLIPSIS)?;
                let first = brace.next_token()?;
                let place = match first.kind() {
                    SyntaxKind::TOKEN_WHITESPACE => first.text_range().end(),
                    _ => brace.text_range().end(),
                };
                let place = self.file_span(TextRange::empty(place));
                let help = format!("a module takes it as an argument: `{{ {name}, … }}:`");
                Some((help, Edit::replace(place, format!("{name}, "))))
            }
            SyntaxKind::NODE_ATTR_SET | SyntaxKind::NODE_LET_IN => {
                let head = format!("{{ {name}, ... }}:");
                let help = format!("a module takes it as an argument: begin with `{head}`");
                let start = Span::at(self.file_span(root.text_range()).start);
                Some((help, Edit::replace(start, format!("{head}\n"))))
            }
            _ => None,
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        let name = self.context.symbols.intern(name);
        matches!(self.scopes.find(name), Place::Local { .. })
    }

    /// The item of a list that begins with the variable `node` and may be meant as text. `types.str` may be of a `lib` or `pkgs` at hand.
    fn item_text(&self, node: &SyntaxNode) -> Option<SyntaxNode> {
        let parent = node.parent()?;
        let next = node.last_token()?.next_token();
        if next.is_some_and(|next| next.text().starts_with('/')) {
            return None;
        }
        if parent.kind() == SyntaxKind::NODE_LIST {
            return Some(node.clone());
        }
        let is_item = parent.kind() == SyntaxKind::NODE_SELECT
            && parent.parent()?.kind() == SyntaxKind::NODE_LIST;
        let has_holder = || ["lib", "pkgs"].iter().any(|name| self.is_bound(name));
        (is_item && is_dotted(&parent) && !has_holder()).then_some(parent)
    }

    /// A word among the items of a list: a text without its quotes, or a package where there are any.
    fn meant_as_text(&self, diagnostic: Diagnostic, item: &SyntaxNode) -> Diagnostic {
        let span = self.file_span(item.text_range());
        let quoted = format!("\"{item}\"");
        let is_package = self.is_bound("pkgs") && item.kind() == SyntaxKind::NODE_IDENT;
        let package = is_package.then(|| format!("pkgs.{item}"));
        let help = match &package {
            Some(package) => format!("a text has quotes: `{quoted}`; a package is `{package}`"),
            None => format!("a text has quotes: `{quoted}`"),
        };
        let written = [Some(quoted), package].into_iter().flatten();
        written.fold(diagnostic.help(help), |diagnostic, text| {
            diagnostic.unsafe_fix(format!("write `{text}`"), Edit::replace(span, text))
        })
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

/// `"${HOME}"`: what keeps Nix from reading the variable, and where that goes.
fn shell_variable(node: &SyntaxNode) -> Option<(&'static str, TextSize)> {
    let is_loud = |letter: char| letter.is_ascii_uppercase() || matches!(letter, '_' | '0'..='9');
    let interpolation = node.parent()?;
    let string = interpolation.parent()?;
    let is_in_string = interpolation.kind() == SyntaxKind::NODE_INTERPOL
        && string.kind() == SyntaxKind::NODE_STRING;
    let is_shell = is_in_string && node.text().to_string().chars().all(is_loud);
    let escape = match string.first_token()?.text() {
        "''" => "''",
        _ => "\\",
    };
    is_shell.then(|| (escape, interpolation.text_range().start()))
}

/// The literal that `name` is a slip of.
fn literal(name: &str) -> Option<&'static str> {
    let is_slip = suggest::is_slip(name, LITERALS);
    is_slip.then(|| suggest::nearest(name, LITERALS))?
}

/// `web.example.org`, of plain names only.
fn is_dotted(select: &SyntaxNode) -> bool {
    let text = select.text().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "._-'".contains(letter);
    text.chars().all(is_plain)
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
