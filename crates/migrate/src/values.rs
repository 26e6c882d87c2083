//! The values that change: lists of machines and tags become sets, module names become paths.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use rnix::SyntaxNode;
use rnix::ast::{Expr, InterpolPart, List, Str};
use rowan::ast::AstNode;

use crate::layout::range;

/// A replacement of bytes.
pub type Change = (std::ops::Range<usize>, String);

/// An attribute's name as Nix writes it.
pub fn name(text: &str) -> String {
    let mut characters = text.chars();
    let starts = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let goes_on = characters.all(|each| each.is_ascii_alphanumeric() || "_'-".contains(each));
    let keywords = [
        "assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with",
    ];
    if starts && goes_on && !keywords.contains(&text) {
        return text.to_owned();
    }
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace("${", "\\${");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

/// The text of a string without anything interpolated.
fn plain(expression: &Expr) -> Option<String> {
    let Expr::Str(text) = expression else {
        return None;
    };
    text_of(text)
}

/// The same of a string.
pub fn text_of(text: &Str) -> Option<String> {
    let mut whole = String::new();
    for part in text.normalized_parts() {
        match part {
            InterpolPart::Literal(literal) => whole.push_str(&literal),
            InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(whole)
}

/// The only machine of a list, if the list is `[ "it" ]` without a comment.
pub fn only_name(value: &Expr) -> Option<String> {
    let Expr::List(list) = value else { return None };
    let mut items = list.items();
    let only = plain(&items.next()?)?;
    let has_comment = list
        .syntax()
        .children_with_tokens()
        .any(|element| element.kind() == rnix::SyntaxKind::TOKEN_COMMENT);
    (items.next().is_none() && !has_comment).then_some(only)
}

/// Turns the lists in a value into sets with the same names. What is no list of plain strings is handed to a function that makes one.
pub fn to_sets(value: &Expr, changes: &mut Vec<Change>) {
    match value {
        Expr::Paren(inner) => {
            if let Some(inner) = inner.expr() {
                to_sets(&inner, changes);
            }
        }
        Expr::Apply(apply) if is_marker(apply.lambda().as_ref()) => {
            if let Some(argument) = apply.argument() {
                to_sets_below(&argument, changes);
            }
        }
        Expr::List(list) if list.items().all(|item| plain(&item).is_some()) => {
            list_to_set(list, changes);
        }
        other => wrap(other, changes),
    }
}

/// `mkMerge` has a list of values as its argument, all other markers a value.
fn to_sets_below(argument: &Expr, changes: &mut Vec<Change>) {
    let function = argument.syntax().prev_sibling();
    let is_merge =
        function.is_some_and(|function| function.text().to_string().ends_with("mkMerge"));
    match argument {
        Expr::List(list) if is_merge => list.items().for_each(|item| to_sets(&item, changes)),
        other => to_sets(other, changes),
    }
}

/// Whether a function is a marker of the module system, with all arguments but the value.
fn is_marker(function: Option<&Expr>) -> bool {
    let name = |expression: &Expr| {
        let text = expression.syntax().text().to_string();
        text.rsplit('.').next().unwrap_or_default().to_owned()
    };
    match function {
        Some(Expr::Apply(apply)) => {
            let first = apply.lambda();
            first.is_some_and(|first| {
                matches!(name(&first).as_str(), "mkIf" | "mkOverride" | "mkOrder")
            })
        }
        Some(other) => {
            let markers = [
                "mkForce",
                "mkDefault",
                "mkBefore",
                "mkAfter",
                "mkMerge",
                "mkVMOverride",
            ];
            markers.contains(&name(other).as_str())
        }
        None => false,
    }
}

fn list_to_set(list: &List, changes: &mut Vec<Change>) {
    let mut known = BTreeSet::new();
    for bracket in [list.l_brack_token(), list.r_brack_token()] {
        let Some(bracket) = bracket else { continue };
        let at = usize::from(bracket.text_range().start());
        let brace = if bracket.text() == "[" { "{" } else { "}" };
        changes.push((at..at + 1, brace.to_owned()));
    }
    for item in list.items() {
        let Some(text) = plain(&item) else { continue };
        let item = range(item.syntax());
        match known.insert(text.clone()) {
            true => changes.push((item, format!("{} = {{ }};", name(&text)))),
            false => changes.push((item, String::new())),
        }
    }
}

fn wrap(value: &Expr, changes: &mut Vec<Change>) {
    let bytes = range(value.syntax());
    let is_simple = matches!(value, Expr::Ident(_) | Expr::Select(_) | Expr::List(_));
    let (open, close) = if is_simple { ("", "") } else { ("(", ")") };
    let (before, after) = match is_in_scope("lib", value.syntax()) {
        true => ("lib.genAttrs ", " (_: { })"),
        false => (
            "builtins.listToAttrs (map (name: { inherit name; value = { }; }) ",
            ")",
        ),
    };
    changes.push((bytes.start..bytes.start, format!("{before}{open}")));
    changes.push((bytes.end..bytes.end, format!("{close}{after}")));
}

/// Whether a name is bound around a node by a function's parameters or a `let`.
fn is_in_scope(name: &str, node: &SyntaxNode) -> bool {
    node.ancestors().any(|around| match Expr::cast(around) {
        Some(Expr::Lambda(lambda)) => {
            let parameter = lambda.param();
            let pattern = parameter.map(|parameter| parameter.syntax().clone());
            pattern.is_some_and(|pattern| binds(&pattern, name))
        }
        Some(Expr::LetIn(bindings)) => {
            bindings
                .syntax()
                .children()
                .any(|child| match child.kind() {
                    rnix::SyntaxKind::NODE_INHERIT => binds(&child, name),
                    rnix::SyntaxKind::NODE_ATTRPATH_VALUE => {
                        child.first_child().is_some_and(|path| path.text() == name)
                    }
                    _ => false,
                })
        }
        _ => false,
    })
}

fn binds(node: &SyntaxNode, name: &str) -> bool {
    let mut identifiers = node
        .descendants()
        .filter(|each| each.kind() == rnix::SyntaxKind::NODE_IDENT);
    identifiers.any(|each| each.text() == name)
}

/// Turns the module names in a list, which are relative to the clan directory, into paths relative to the file. A list that is computed and has
/// `strings` among its elements is handed to a function that does it.
pub fn to_paths(
    value: &Expr,
    file: &Path,
    directory: &Path,
    strings: bool,
    changes: &mut Vec<Change>,
) {
    let from = file.parent().unwrap_or(Path::new("/"));
    match value {
        Expr::List(list) => {
            for item in list.items() {
                let text = plain(&item).filter(|text| !text.starts_with('/'));
                let Some(text) = text else { continue };
                let path = path_literal(from, &directory.join(&text));
                changes.push((range(item.syntax()), path));
            }
        }
        Expr::With(with) => {
            if let Some(body) = with.body() {
                to_paths(&body, file, directory, strings, changes);
            }
        }
        other if strings => {
            let bytes = range(other.syntax());
            let base = path_literal(from, directory);
            let function = format!(
                "map (module: if builtins.isString module then {base}/. + \"/${{module}}\" else module) ("
            );
            changes.push((bytes.start..bytes.start, function));
            changes.push((bytes.end..bytes.end, ")".to_owned()));
        }
        _ => {}
    }
}

fn path_literal(from: &Path, target: &Path) -> String {
    let from: Vec<Component<'_>> = from.components().collect();
    let target: Vec<Component<'_>> = target
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let shared = from
        .iter()
        .zip(&target)
        .take_while(|(left, right)| left == right)
        .count();
    let mut path = match from.len() - shared {
        0 => ".".to_owned(),
        up => vec![".."; up].join("/"),
    };
    for part in target.get(shared..).unwrap_or_default() {
        path.push('/');
        path.push_str(&part.as_os_str().to_string_lossy());
    }
    let is_plain = path
        .chars()
        .all(|each| each.is_ascii_alphanumeric() || "./_-+".contains(each));
    match path.split_once('/') {
        _ if is_plain => path,
        Some((start, rest)) => format!("({start}/. + \"/{rest}\")"),
        None => path,
    }
}
