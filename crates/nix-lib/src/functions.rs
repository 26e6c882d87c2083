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
    let mut attrs = written_in_nix(evaluator);
    for (topic, table) in TOPICS {
        let functions = table
            .iter()
            .map(|spec| evaluator.attr(spec.name, evaluator.builtin(spec)));
        let functions: Vec<Attr<'a>> = functions.collect();
        let written = attrs
            .iter()
            .find(|attr| attr.name == evaluator.symbol(topic));
        let topic = match written {
            Some(written) => {
                let (written, own) = (written.value, evaluator.attrs_ref(functions.clone()));
                let both = evaluator.lazy(move |evaluator| {
                    let written = evaluator.force_attrs(written)?;
                    Ok(Value::Attrs(written.update(own, evaluator.arena)))
                });
                evaluator.attr(topic, both)
            }
            None => evaluator.attr(topic, evaluator.attrs(functions.clone())),
        };
        attrs.extend(functions);
        attrs.push(topic);
    }
    attrs
}

fn written_in_nix<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    let path = std::path::Path::new("/«lib»/functions.nix");
    let Ok(file) = evaluator.session.add(path, TEXT.into()) else {
        return vec![];
    };
    let value = evaluator.evaluate_text(file, None, &[]);
    match value.and_then(|value| evaluator.force_attrs(value)) {
        Ok(attrs) => evaluator.items(attrs).to_vec(),
        Err(_) => vec![],
    }
}
