//! The functions of `lib` beside the module system.
//!
//! Those that inventories use are Rust, a table a topic. What is used rarely is still Nix text of our own, which sees the others.

pub mod attrsets;
pub mod lists;
pub mod strings;
pub mod trivial;

use nix_frontend::builtins::Spec;
use nix_frontend::eval::{Attr, Evaluator, Value};

const TEXT: &str = include_str!("functions.nix");

const TOPICS: &[(&str, &[Spec])] = &[
    ("attrsets", attrsets::TABLE),
    ("lists", lists::TABLE),
    ("strings", strings::TABLE),
    ("trivial", trivial::TABLE),
];

/// Every function, by its name in `lib`.
pub fn all<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    let mut topics = vec![];
    let mut functions = vec![];
    for (topic, table) in TOPICS {
        let table = table.iter();
        let table: Vec<Attr<'a>> = table
            .map(|spec| evaluator.attr(spec.name, evaluator.builtin(spec)))
            .collect();
        functions.extend_from_slice(&table);
        topics.push((*topic, evaluator.attrs_ref(table)));
    }
    let mut attrs = written_in_nix(evaluator, &functions);
    for (topic, table) in topics {
        let written = attrs
            .iter()
            .find(|attr| attr.name == evaluator.symbol(topic));
        let all = match written.map(|attr| attr.value) {
            None => Value::Attrs(table),
            Some(written) => evaluator.lazy(move |evaluator| {
                let written = evaluator.force_attrs(written)?;
                Ok(Value::Attrs(written.update(table, evaluator.arena)))
            }),
        };
        attrs.push(evaluator.attr(topic, all));
    }
    attrs.extend(functions);
    attrs
}

/// The functions in Nix, which see `functions` and the builtins as their `lib`; and the builtins.
fn written_in_nix<'a>(evaluator: &Evaluator<'a>, functions: &[Attr<'a>]) -> Vec<Attr<'a>> {
    let path = std::path::Path::new("/«lib»/functions.nix");
    let Ok(file) = evaluator.session.add(path, TEXT.into()) else {
        return vec![];
    };
    let written = evaluator
        .evaluate_text(file, None, &[])
        .and_then(|written| {
            let builtins = evaluator.builtins()?;
            let functions = evaluator.attrs_ref(functions.to_vec());
            let lib = Value::Attrs(builtins.update(functions, evaluator.arena));
            let written = evaluator.call1(written, lib)?;
            evaluator.force_attrs(written)
        });
    written.map_or_else(|_| vec![], |written| evaluator.items(written).to_vec())
}
