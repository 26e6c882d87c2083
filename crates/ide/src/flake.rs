//! The inputs that `flake.nix` declares. Nix wants them written out, so the syntax tells.

use std::path::Path;
use std::sync::Arc;

use nix_frontend::syntax::parse;
use rnix::SyntaxNode;
use rnix::ast::{Attr, AttrSet, AttrpathValue, Expr, HasEntry, Root};
use rowan::ast::AstNode;
use source::{SourceFile, SourceMap, Span};

use crate::index::Entry;
use crate::name::{Meaning, Name};

/// The places at which inputs are declared.
pub(crate) fn declared_inputs(root: &Path, sources: &SourceMap) -> Vec<Entry> {
    let declared = inputs(root, sources);
    let entries = declared.iter().map(|(file, path, _)| {
        let (name, node) = path.first()?;
        Some(entry(file, name, node))
    });
    entries.flatten().collect()
}

/// The addresses that inputs are given, and where they stand.
pub(crate) fn input_urls(root: &Path, sources: &SourceMap) -> Vec<(Span, String)> {
    let mut urls = vec![];
    for (file, path, value) in inputs(root, sources) {
        let inner = match value {
            Some(Expr::AttrSet(set)) => bindings(&set).collect(),
            value => vec![(path.get(1..).unwrap_or_default().to_vec(), value)],
        };
        for (path, value) in inner {
            let is_url = matches!(path.as_slice(), [(name, _)] if name == "url");
            let Some(Expr::Str(text)) = value.filter(|_| is_url) else {
                continue;
            };
            let range = text.syntax().text_range();
            let text = text.to_string();
            let text = text.trim_matches('"').to_owned();
            urls.push((file.span(range.start().into(), range.end().into()), text));
        }
    }
    urls
}

type Input = (Arc<SourceFile>, Names, Option<Expr>);

/// What is said of inputs: a path that begins with the input's name, and the value.
fn inputs(root: &Path, sources: &SourceMap) -> Vec<Input> {
    let Some(file) = sources.by_path(&root.join("flake.nix")) else {
        return vec![];
    };
    let tree = parse(&file).tree;
    let Some(Expr::AttrSet(outermost)) = Root::cast(tree).and_then(|root| root.expr()) else {
        return vec![];
    };
    let mut found = vec![];
    for (path, value) in bindings(&outermost) {
        let [(first, _), rest @ ..] = path.as_slice() else {
            continue;
        };
        match value {
            _ if first != "inputs" => {}
            Some(Expr::AttrSet(inputs)) if rest.is_empty() => {
                found.extend(bindings(&inputs).map(|(path, value)| (file.clone(), path, value)));
            }
            value if !rest.is_empty() => found.push((file.clone(), rest.to_vec(), value)),
            _ => {}
        }
    }
    found
}

fn entry(file: &SourceFile, name: &str, node: &SyntaxNode) -> Entry {
    let range = node.text_range();
    Entry {
        span: file.span(range.start().into(), range.end().into()),
        path: vec!["inputs".to_owned(), name.to_owned()],
        meaning: Meaning {
            name: Name::Input(name.to_owned()),
            role: None,
            machine: None,
            declares: true,
        },
        is_written: true,
        is_repeated: false,
    }
}

type Names = Vec<(String, SyntaxNode)>;

/// The bindings of a set whose names are all plain.
fn bindings(set: &AttrSet) -> impl Iterator<Item = (Names, Option<Expr>)> {
    set.attrpath_values().filter_map(|binding: AttrpathValue| {
        let path = binding.attrpath()?.attrs().map(|attr| match &attr {
            Attr::Ident(ident) => Some((ident.to_string(), ident.syntax().clone())),
            Attr::Str(text) => {
                let plain = text.to_string();
                let plain = plain.strip_prefix('"')?.strip_suffix('"')?.to_owned();
                Some((plain, text.syntax().clone()))
            }
            Attr::Dynamic(_) => None,
        });
        Some((path.collect::<Option<Names>>()?, binding.value()))
    })
}
