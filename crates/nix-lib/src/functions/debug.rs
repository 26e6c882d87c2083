//! `lib.debug`: seeing values while they are evaluated, and tests of expressions.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use source::Span;

use crate::functions::formals::{Formals, Given};
use crate::functions::generators::pretty::{Style, pretty};
use crate::functions::tools::{builtin, get, holds, interpolated, throw};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("runTests", 1, run_tests),
    Spec::new("testAllTrue", 1, test_all_true),
    Spec {
        formals: FAILURES,
        ..Spec::new("throwTestFailures", 1, throw_test_failures)
    },
    Spec::new("traceFnSeqN", 4, trace_call),
    Spec::new("traceIf", 3, trace_if),
    Spec::new("traceSeq", 2, |evaluator, arguments| {
        let [shown, value] = take(arguments)?;
        evaluator.force_deep(shown)?;
        trace(evaluator, shown, value)
    }),
    Spec::new("traceSeqN", 3, |evaluator, arguments| {
        let [depth, shown, value] = take(arguments)?;
        trace_to_depth(evaluator, depth, shown, value)
    }),
    Spec::new("traceVal", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        trace(evaluator, value, value)
    }),
    Spec::new("traceValFn", 2, |evaluator, arguments| {
        let [function, value] = take(arguments)?;
        trace(evaluator, evaluator.call1(function, value)?, value)
    }),
    Spec::new("traceValSeq", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        evaluator.force_deep(value)?;
        trace(evaluator, value, value)
    }),
    Spec::new("traceValSeqFn", 2, trace_deep_through),
    Spec::new("traceValSeqN", 2, |evaluator, arguments| {
        let [depth, value] = take(arguments)?;
        trace_to_depth(evaluator, depth, value, value)
    }),
    Spec::new("traceValSeqNFn", 3, |evaluator, arguments| {
        let [function, depth, value] = take(arguments)?;
        let shown = evaluator.lazy_call(function, &[value], Span::NONE);
        trace_to_depth(evaluator, depth, shown, value)
    }),
];

/// The builtins of this topic.
pub const BUILTINS: &[&str] = &["addErrorContext", "trace", "unsafeGetAttrPos"];

fn trace<'a>(evaluator: &Evaluator<'a>, shown: Value<'a>, value: Value<'a>) -> Result<Value<'a>> {
    builtin(evaluator, "trace", &[shown, value])
}

fn trace_if<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, shown, value] = take(arguments)?;
    match evaluator.force_bool(condition)? {
        true => trace(evaluator, shown, value),
        false => evaluator.force(value),
    }
}

/// The function gets the value only once all of it is evaluated, and only if it looks at it.
fn trace_deep_through<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, value] = take(arguments)?;
    let value = evaluator.lazy(move |evaluator| {
        evaluator.force_deep(value)?;
        evaluator.force(value)
    });
    trace(evaluator, evaluator.call1(function, value)?, value)
}

fn trace_to_depth<'a>(
    evaluator: &Evaluator<'a>,
    depth: Value<'a>,
    shown: Value<'a>,
    value: Value<'a>,
) -> Result<Value<'a>> {
    let depth = evaluator.force_int(depth)?;
    let shown = cut(evaluator, depth, shown)?;
    trace(
        evaluator,
        shown_with_pretty_values(evaluator, shown)?,
        value,
    )
}

fn shown_with_pretty_values<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    let style = Style {
        allow_pretty_values: true,
        multiline: true,
    };
    pretty(evaluator, style, value)
}

/// The value with lists and sets at that depth as mere marks.
fn cut<'a>(evaluator: &Evaluator<'a>, depth: i64, value: Value<'a>) -> Result<Value<'a>> {
    let value = evaluator.force(value)?;
    if depth == 0 {
        return Ok(match value {
            Value::List(_) => mark(evaluator, "[…]", value),
            Value::Attrs(_) => mark(evaluator, "{…}", value),
            other => other,
        });
    }
    let deeper = |inner: Value<'a>| {
        evaluator.lazy(move |evaluator| cut(evaluator, depth.wrapping_sub(1), inner))
    };
    Ok(match value {
        Value::List(list) => {
            let items: Vec<Value<'a>> = list.items.iter().map(|item| deeper(*item)).collect();
            evaluator.list(&items)
        }
        Value::Attrs(attrs) => {
            let attrs = evaluator.items(attrs).iter();
            let attrs = attrs.map(|attr| Attr {
                value: deeper(attr.value),
                ..*attr
            });
            evaluator.attrs(attrs.collect())
        }
        other => other,
    })
}

fn mark<'a>(evaluator: &Evaluator<'a>, mark: &'static str, value: Value<'a>) -> Value<'a> {
    let mark = evaluator.borrowed_string(mark.as_bytes());
    let written = evaluator.native("__pretty", 1, move |_, _| Ok(mark));
    evaluator.attrs_from([("__pretty", written), ("val", value)])
}

fn trace_call<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [depth, name, function, value] = take(arguments)?;
    let result = evaluator.lazy_call(function, &[value], Span::NONE);
    let shown = evaluator.attrs_from([("fn", name), ("from", value), ("to", result)]);
    let depth = Value::Int(evaluator.force_int(depth)?.wrapping_add(1));
    trace_to_depth(evaluator, depth, shown, result)
}

/// The tests that fail. A test is an attribute whose name begins with `test`, or that the list `tests` names; if there is that
/// list, no others count.
fn run_tests<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [tests] = take(arguments)?;
    let tests = evaluator.force_attrs(tests)?;
    let chosen = match tests.value(evaluator.symbol("tests")) {
        Some(chosen) => chosen,
        None => evaluator.list(&[]),
    };
    let mut failed = vec![];
    for test in evaluator.ordered(tests) {
        let name = evaluator.symbol_string(test.name);
        let is_test = evaluator.name(test.name).starts_with(b"test");
        let chosen = evaluator.force_list(chosen)?;
        let is_chosen = holds(evaluator, chosen, name)?;
        if !(is_test && chosen.is_empty() || is_chosen) {
            continue;
        }
        let result = get(evaluator, test.value, "expr")?;
        let expected = get(evaluator, test.value, "expected")?;
        if !evaluator.equal(result, expected)? {
            let failure = [("name", name), ("expected", expected), ("result", result)];
            failed.push(evaluator.attrs_from(failure));
        }
    }
    Ok(evaluator.list(&failed))
}

fn test_all_true<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [expr] = take(arguments)?;
    let expected = evaluator.lazy(move |evaluator| {
        let items = evaluator.force_list(expr)?;
        Ok(evaluator.list(&vec![Value::bool(true); items.len()]))
    });
    Ok(evaluator.attrs_from([("expr", expr), ("expected", expected)]))
}

const FAILURES: Formals = &[("description", true), ("failures", false)];

/// Fails if there are failures, and shows each.
fn throw_test_failures<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::open(evaluator, "throwTestFailures", FAILURES, given)?;
    let failures = given.required("failures");
    if evaluator.equal(failures, evaluator.list(&[]))? {
        return Ok(Value::Null);
    }
    let failed = evaluator.force_list(failures)?;
    for failure in failed {
        let text = evaluator.string(failure_text(evaluator, *failure)?);
        trace(evaluator, text, Value::Null)?;
    }
    let description = match given.get("description") {
        Some(description) => interpolated(evaluator, description)?.text(),
        None => "tests".to_owned(),
    };
    let mut names = vec![];
    for failure in failed {
        names.push(interpolated(evaluator, get(evaluator, *failure, "name")?)?.text());
    }
    let json = evaluator.force_string(builtin(evaluator, "toJSON", &[failures])?)?;
    Err(throw(format!(
        "{} {description} failed:\n- {}\n\n{}",
        failed.len(),
        names.join("\n- "),
        json.text()
    )))
}

fn failure_text<'a>(evaluator: &Evaluator<'a>, failure: Value<'a>) -> Result<String> {
    let shown = |name: &str| {
        let value = get(evaluator, failure, name)?;
        let shown = evaluator.force_string(shown_with_pretty_values(evaluator, value)?)?;
        Ok::<_, Box<nix_frontend::eval::EvalError>>(shown.text())
    };
    Ok(format!(
        "FAIL {}:\nExpected:\n{}\n\nResult:\n{}\n",
        shown("name")?,
        shown("expected")?,
        shown("result")?
    ))
}
