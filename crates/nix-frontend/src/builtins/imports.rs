//! `import`, the search path, and what Nix would fetch to import it.

use crate::builtins::{Spec, take};
use crate::eval::coerce::Coercion;
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::{OutOfReach, Value};
use crate::ir::symbol::{Symbol, known};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("findFile", 2, find_file),
    Spec::global("import", 1, import),
    Spec::global("scopedImport", 2, scoped_import),
];

fn import<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [file] = take(arguments)?;
    if let Some(unknown) = out_of_reach(evaluator, file)? {
        return Ok(evaluator.imported(unknown));
    }
    let path = evaluator.coerce_to_path(file)?;
    evaluator.import(path.bytes)
}

fn scoped_import<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [scope, file] = take(arguments)?;
    let scope = evaluator.items(evaluator.force_attrs(scope)?);
    let scope: Vec<(Symbol, Value<'a>)> =
        scope.iter().map(|attr| (attr.name, attr.value)).collect();
    if let Some(unknown) = out_of_reach(evaluator, file)? {
        return Ok(evaluator.imported(unknown));
    }
    let path = evaluator.coerce_to_path(file)?;
    evaluator.import_scoped(path.bytes, &scope)
}

/// What is out of reach in `file`: itself, or its `outPath`.
fn out_of_reach<'a>(
    evaluator: &Evaluator<'a>,
    file: Value<'a>,
) -> Result<Option<&'a OutOfReach<'a>>> {
    let mut file = evaluator.force(file)?;
    loop {
        evaluator.check_stack()?;
        let path = match file {
            Value::Attrs(attrs) if attrs.get(known::TO_STRING).is_none() => {
                attrs.value(known::OUT_PATH)
            }
            Value::OutOfReach(unknown) => unknown.known(known::OUT_PATH),
            _ => None,
        };
        match path {
            Some(path) => file = evaluator.force(path)?,
            None => break,
        }
    }
    Ok(match file {
        Value::OutOfReach(unknown) => Some(unknown),
        _ => None,
    })
}

fn find_file<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [entries, name] = take(arguments)?;
    let mut search_path = vec![];
    for entry in evaluator.force_list(entries)? {
        let entry = evaluator.force_attrs(*entry)?;
        let prefix = match entry.value(known::PREFIX) {
            Some(prefix) => evaluator.force_plain_string(prefix)?,
            None => b"".as_slice(),
        };
        let Some(path) = entry.value(known::PATH) else {
            return Err(EvalError::new(
                ErrorKind::MissingAttribute,
                "attribute 'path' missing",
            ));
        };
        let path = evaluator.coerce_to_string(path, Coercion::PATH_PART);
        search_path.push((prefix, path.at(evaluator.call_span.get())?.bytes));
    }
    let name = evaluator.force_plain_string(name)?;
    evaluator.find_in(&search_path, name)
}
