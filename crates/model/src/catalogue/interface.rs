//! Options from the catalogue's words: a name with `<name>` and `*` in it, a type in words, a default as text.

use std::cell::RefCell;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Value};
use nix_lib::Library;
use nix_lib::modules::types::{Kind, Submodule, Type, TypeRef};
use serde_json::Value as Json;
use source::Pos;

use crate::assemble::own_text;

/// An option, or a name below which there are some.
#[derive(Default)]
struct Node<'j> {
    option: Option<&'j Json>,
    children: Vec<(&'j str, Node<'j>)>,
}

impl<'j> Node<'j> {
    fn child(&mut self, name: &'j str) -> &mut Node<'j> {
        let at = self.children.iter().position(|(known, _)| *known == name);
        let at = at.unwrap_or_else(|| {
            self.children.push((name, Node::default()));
            self.children.len() - 1
        });
        &mut self.children[at].1
    }

    /// The options of the elements, where this is an option of submodules.
    fn elements(&self) -> Option<&Node<'j>> {
        let found = self.children.iter().find(|(name, _)| is_placeholder(name));
        found.map(|(_, node)| node)
    }
}

fn is_placeholder(name: &str) -> bool {
    name == "*" || name.starts_with('<')
}

/// A module that declares `options` below `prefix`: it imports one for each name, which counts once whoever imports it.
pub fn module<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    prefix: &[&str],
    options: &[&Json],
) -> Value<'a> {
    let mut groups: Vec<(&str, Vec<&Json>)> = vec![];
    for option in options {
        let name = option.get("name").and_then(Json::as_str);
        // Some modules declare options of the machine outside their own name; those are listed in parentheses.
        let own = name.filter(|name| !name.starts_with('('));
        let Some(first) = own.and_then(|name| name.split('.').next()) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == first) {
            Some((_, group)) => group.push(option),
            None => groups.push((first, vec![option])),
        }
    }
    let builder = Builder::new(evaluator, library);
    let empty = declarations(&builder, prefix, "", &[]);
    let modules: Vec<Value<'a>> = groups
        .iter()
        .map(|(name, group)| declarations(&builder, prefix, name, group))
        .chain([empty])
        .collect();
    evaluator.attrs_from([("imports", evaluator.list(&modules))])
}

/// The module that declares these options, all below one name.
fn declarations<'a>(
    builder: &Builder<'a, '_>,
    prefix: &[&str],
    name: &str,
    options: &[&Json],
) -> Value<'a> {
    let evaluator = builder.evaluator;
    let mut root = Node::default();
    for option in options {
        let Some(name) = option.get("name").and_then(Json::as_str) else {
            continue;
        };
        let mut node = &mut root;
        for part in name.split('.') {
            node = node.child(part);
        }
        node.option = Some(option);
    }
    let declared = builder.level(&root, None);
    let declared = prefix.iter().rev().fold(declared, |inner, name| {
        evaluator.attrs_from([(*name, inner)])
    });
    let file = evaluator.string(format!("clan-core/{}", prefix.join("/")));
    let key = evaluator.string(format!("clan-core/{}/{name}", prefix.join("/")));
    evaluator.attrs_from([("_file", file), ("key", key), ("options", declared)])
}

struct Builder<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    library: Library<'a>,
    /// The types so far, by their words.
    types: RefCell<Vec<(String, TypeRef<'a>)>>,
}

impl<'a, 'e> Builder<'a, 'e> {
    fn new(evaluator: &'e Evaluator<'a>, library: Library<'a>) -> Builder<'a, 'e> {
        Builder {
            evaluator,
            library,
            types: RefCell::default(),
        }
    }

    fn level(&self, node: &Node<'_>, name: Option<Value<'a>>) -> Value<'a> {
        let attrs = node.children.iter().map(|(child, node)| Attr {
            name: self.evaluator.symbol(child),
            place: Pos::NONE,
            value: self.node(child, node, name),
        });
        self.evaluator.attrs(attrs.collect())
    }

    fn node(&self, path: &str, node: &Node<'_>, name: Option<Value<'a>>) -> Value<'a> {
        let Some(option) = node.option else {
            return self.level(node, name);
        };
        let text = |key: &str| option.get(key).and_then(Json::as_str);
        let of = self.shared_type(text("type").unwrap_or_default(), node);
        let evaluator = self.evaluator;
        let mut attrs = vec![
            evaluator.attr("_type", evaluator.borrowed_string(b"option")),
            evaluator.attr("type", self.library.modules.type_value(evaluator, of)),
        ];
        if let Some(default) = text("default") {
            attrs.push(evaluator.attr("default", self.default(path, default, name)));
        }
        evaluator.attrs(attrs)
    }

    fn default(&self, option: &str, text: &str, name: Option<Value<'a>>) -> Value<'a> {
        let is_name = matches!(text, "\"‹name›\"" | "\"<name>\"");
        if let (true, Some(name)) = (is_name, name) {
            return name;
        }
        if let Some(value) = self.literal(text) {
            return value;
        }
        let depends = ["config.", "pkgs.", "instanceName", "‹", "<", "${"];
        let plain = !depends.iter().any(|word| text.contains(word));
        let value = plain
            .then(|| {
                own_text(
                    self.evaluator,
                    &format!("/«clan-core»/default {text}"),
                    text,
                )
                .ok()
            })
            .flatten();
        value.unwrap_or_else(|| {
            self.evaluator.out_of_reach(
                &format!("default of `{option}`"),
                "clan-core computes this default from the machine",
            )
        })
    }

    /// What most defaults are, which takes no parser.
    fn literal(&self, text: &str) -> Option<Value<'a>> {
        Some(match text {
            "null" => Value::Null,
            "true" => Value::bool(true),
            "false" => Value::bool(false),
            "[ ]" => self.evaluator.list(&[]),
            "{ }" => self.evaluator.attrs(vec![]),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Value::Int(digits.parse().ok()?)
            }
            _ => return None,
        })
    }

    fn kind(&self, kind: Kind<'a>) -> TypeRef<'a> {
        self.library.modules.new_type(self.evaluator, kind)
    }

    /// The submodule of an option's elements.
    fn submodule(&self, node: &Node<'_>) -> TypeRef<'a> {
        let evaluator = self.evaluator;
        let inner = node.elements().unwrap_or(node);
        let with_name = self.level(inner, Some(Value::Null));
        let names_default = uses_name(inner);
        let module = if names_default {
            let owned = owned_options(inner);
            let library = self.library;
            let formals = [(evaluator.symbol("name"), false)];
            evaluator.native_with_formals("options", 1, &formals, move |evaluator, arguments| {
                let [given] = take(arguments)?;
                let symbol = evaluator.symbol("name");
                let name = evaluator.lazy_select(given, symbol, source::Span::NONE);
                let builder = Builder::new(evaluator, library);
                let mut root = Node::default();
                for option in &owned {
                    let path = option.get("name").and_then(Json::as_str);
                    let mut node = &mut root;
                    for part in path.unwrap_or_default().split('.') {
                        node = node.child(part);
                    }
                    node.option = Some(option);
                }
                let declared = builder.level(&root, Some(name));
                Ok(evaluator.attrs_from([("options", declared)]))
            })
        } else {
            evaluator.attrs_from([("options", with_name)])
        };
        let modules = evaluator.arena.alloc_slice_copy(&[module]);
        let submodule = Submodule::new(evaluator, self.library.modules, modules);
        self.kind(Kind::Submodule(evaluator.arena.alloc(submodule)))
    }

    /// The same type for the same words, unless there is more to it than words.
    fn shared_type(&self, words: &str, node: &Node<'_>) -> TypeRef<'a> {
        let known = self.types.borrow();
        if let Some((_, of)) = known.iter().find(|(known, _)| known == words) {
            return of;
        }
        drop(known);
        let of = self.type_of(words, node);
        if !words.contains("submodule") {
            self.types.borrow_mut().push((words.to_owned(), of));
        }
        of
    }

    /// The type that these words describe; what they say of submodules is in the options below.
    fn type_of(&self, words: &str, node: &Node<'_>) -> TypeRef<'a> {
        let words = words.trim();
        if let Some(inner) = words
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            && balanced(inner)
        {
            return self.type_of(inner, node);
        }
        if let Some(inner) = words.strip_prefix("null or ") {
            return self.kind(Kind::NullOr(self.type_of(inner, node)));
        }
        if let Some((left, right)) = split_or(words) {
            let (left, right) = (self.type_of(left, node), self.type_of(right, node));
            return self.kind(Kind::Either(left, right));
        }
        for (start, lazy) in [
            ("attribute set of ", false),
            ("lazy attribute set of ", true),
        ] {
            if let Some(inner) = words.strip_prefix(start) {
                return self.kind(Kind::AttrsOf {
                    element: self.type_of(inner, node),
                    lazy,
                    placeholder: self.evaluator.symbol("name"),
                });
            }
        }
        if let Some(inner) = words.strip_prefix("list of ") {
            return self.kind(Kind::ListOf(self.type_of(inner, node), false));
        }
        if let Some(values) = words.strip_prefix("one of ") {
            let values: Vec<Value<'a>> = values
                .split(", ")
                .map(|value| self.evaluator.string(value.trim_matches('"')))
                .collect();
            return self.kind(Kind::Enum(self.evaluator.list(&values)));
        }
        if let Some(pattern) = words.strip_prefix("string matching the pattern ") {
            let pattern = self.evaluator.arena.alloc_slice_copy(pattern.as_bytes());
            return self.kind(Kind::StrMatching(pattern));
        }
        match words {
            "submodule" => self.submodule(node),
            "string" => self.kind(Kind::Str),
            "boolean" => self.kind(Kind::Bool),
            "signed integer" => self.kind(Kind::Int(i64::MIN, i64::MAX)),
            "16 bit unsigned integer; between 0 and 65535 (both inclusive)" => {
                self.evaluator.arena.alloc(Type {
                    name: Some("unsignedInt16"),
                    description: Some(
                        "16 bit unsigned integer; between 0 and 65535 (both inclusive)",
                    ),
                    ..Type::of(Kind::Int(0, 65_535))
                })
            }
            "raw value" => self.kind(Kind::Raw),
            "attribute set" => self.kind(Kind::Attrs),
            "package" => self.kind(Kind::Package),
            "strings concatenated with \"\\n\"" => self.kind(Kind::SeparatedString(b"\n")),
            "(optionally newline-terminated) single-line string" => self.kind(Kind::SingleLineStr),
            "absolute path" => self.kind(Kind::Path {
                in_store: None,
                absolute: Some(true),
            }),
            _ => self.kind(Kind::Unspecified),
        }
    }
}

fn uses_name(node: &Node<'_>) -> bool {
    node.children.iter().any(|(_, child)| {
        let default = child.option.and_then(|option| option.get("default"));
        let default = default.and_then(Json::as_str).unwrap_or_default();
        matches!(default, "\"‹name›\"" | "\"<name>\"") || uses_name(child)
    })
}

/// The options below a node, with names that start there.
fn owned_options(node: &Node<'_>) -> Vec<Json> {
    fn walk(node: &Node<'_>, path: &str, into: &mut Vec<Json>) {
        for (name, child) in &node.children {
            let path = if path.is_empty() {
                (*name).to_owned()
            } else {
                format!("{path}.{name}")
            };
            if let Some(mut option) = child.option.cloned() {
                if let Some(object) = option.as_object_mut() {
                    object.insert("name".to_owned(), Json::String(path.clone()));
                }
                into.push(option);
            }
            walk(child, &path, into);
        }
    }
    let mut options = vec![];
    walk(node, "", &mut options);
    options
}

fn balanced(text: &str) -> bool {
    let mut depth = 0i32;
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Splits at the first ` or ` outside parentheses and behind an `enum`'s values.
fn split_or(words: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    for (at, character) in words.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 => {
                let rest = words.get(at..)?;
                if let Some(right) = rest.strip_prefix(" or ") {
                    return Some((words.get(..at)?, right));
                }
            }
            _ => {}
        }
    }
    None
}
