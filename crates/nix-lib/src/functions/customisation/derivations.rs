//! `lib.customisation`: derivations with other attributes.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};

use crate::functions::fixed_points::knot;
use crate::functions::tools::{assertion, builtin, find, function, get, later, with};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("extendDerivation", 3, |evaluator, arguments| {
        let [condition, passthru, derivation] = take(arguments)?;
        extended(evaluator, condition, passthru, derivation)
    }),
    Spec::new("hydraJob", 1, |evaluator, arguments| {
        let [derivation] = take(arguments)?;
        hydra_job(evaluator, derivation)
    }),
    Spec::new("overrideDerivation", 2, |evaluator, arguments| {
        let [derivation, change] = take(arguments)?;
        overridden(evaluator, derivation, change)
    }),
];

/// `derivation.name or { }`
fn or_nothing<'a>(
    evaluator: &Evaluator<'a>,
    derivation: Value<'a>,
    name: &str,
) -> Result<Value<'a>> {
    let found = find(evaluator, derivation, name)?;
    Ok(found.unwrap_or_else(|| evaluator.attrs(vec![])))
}

/// The derivation made anew, with the attributes that `change` makes of it.
pub(super) fn overridden<'a>(
    evaluator: &Evaluator<'a>,
    package: Value<'a>,
    change: Value<'a>,
) -> Result<Value<'a>> {
    let condition = evaluator.lazy(move |evaluator| {
        get(evaluator, package, "drvPath")?;
        Ok(Value::bool(true))
    });
    let passthru = or_nothing(evaluator, package, "passthru")?;
    let own = evaluator.attrs_from([
        (
            "meta",
            evaluator
                .lazy(move |evaluator| evaluator.force(or_nothing(evaluator, package, "meta")?)),
        ),
        ("passthru", passthru),
    ]);
    let passthru = evaluator.force_attrs(passthru)?;
    let mut all = evaluator
        .force_attrs(own)?
        .update(passthru, evaluator.arena);
    if let Some(spliced) = find(evaluator, package, "__spliced")? {
        let spliced = evaluator.lazy(move |evaluator| {
            let spliced = evaluator.items(evaluator.force_attrs(spliced)?).iter();
            let changed = spliced.map(|attr| {
                let package = attr.value;
                let value = evaluator.lazy(move |evaluator| overridden(evaluator, package, change));
                Attr { value, ..*attr }
            });
            Ok(evaluator.attrs(changed.collect()))
        });
        all = with(evaluator, all, [("__spliced", spliced)]);
    }
    let former = evaluator.force_attrs(get(evaluator, package, "drvAttrs")?)?;
    let changed = evaluator.force_attrs(evaluator.call1(change, package)?)?;
    let attrs = Value::Attrs(former.update(changed, evaluator.arena));
    let derivation = builtin(evaluator, "derivation", &[attrs])?;
    extended(evaluator, condition, Value::Attrs(all), derivation)
}

/// A value that needs the condition to hold.
fn guarded<'a>(
    evaluator: &Evaluator<'a>,
    condition: Value<'a>,
    value: impl Fn(&Evaluator<'a>) -> Result<Value<'a>> + 'a,
) -> Value<'a> {
    evaluator.lazy(move |evaluator| match evaluator.force_bool(condition)? {
        true => value(evaluator),
        false => Err(assertion("the derivation is not to be used")),
    })
}

/// The names of a derivation's outputs.
fn outputs<'a>(evaluator: &Evaluator<'a>, derivation: Value<'a>) -> Result<Value<'a>> {
    match find(evaluator, derivation, "outputs")? {
        Some(outputs) => evaluator.force(outputs),
        None => Ok(evaluator.list(&[evaluator.borrowed_string(b"out")])),
    }
}

/// A derivation and each of its outputs with further attributes; the paths are there only if the condition holds.
fn extended<'a>(
    evaluator: &Evaluator<'a>,
    condition: Value<'a>,
    passthru: Value<'a>,
    derivation: Value<'a>,
) -> Result<Value<'a>> {
    knot(evaluator, move |evaluator, common| {
        let own = evaluator.force_attrs(derivation)?;
        let more = evaluator.force_attrs(passthru)?;
        let mut named = vec![];
        let mut all = vec![];
        for name in evaluator.force_list(outputs(evaluator, derivation)?)? {
            let name = evaluator.force_string(*name)?.bytes;
            let extended = Extended {
                condition,
                derivation,
                common,
                more,
            };
            let output = evaluator.lazy(move |evaluator| extended.output(evaluator, name));
            named.push((name, output));
            all.push(output);
        }
        let all = evaluator.attrs_from([("all", evaluator.list(&all))]);
        let named = evaluator.force_attrs(evaluator.attrs_from(named))?;
        let outputs = evaluator.force_attrs(all)?.update(named, evaluator.arena);
        let extended = own
            .update(outputs, evaluator.arena)
            .update(more, evaluator.arena);
        let paths = ["drvPath", "outPath"].map(|name| {
            let path = move |evaluator: &Evaluator<'a>| get(evaluator, derivation, name);
            (name, guarded(evaluator, condition, path))
        });
        Ok(Value::Attrs(with(evaluator, extended, paths)))
    })
}

/// What the outputs of an extended derivation have in common.
#[derive(Clone, Copy)]
struct Extended<'a> {
    condition: Value<'a>,
    derivation: Value<'a>,
    common: Value<'a>,
    more: &'a Attrs<'a>,
}

impl<'a> Extended<'a> {
    fn output(self, evaluator: &Evaluator<'a>, name: &'a [u8]) -> Result<Value<'a>> {
        let output = later(evaluator, self.derivation, name);
        let path = |attr: &'static str| {
            guarded(evaluator, self.condition, move |evaluator| {
                get(evaluator, output, attr)
            })
        };
        let mut more = vec![
            ("type", later(evaluator, output, "type")),
            ("outputName", later(evaluator, output, "outputName")),
            ("outputSpecified", Value::bool(true)),
            ("drvPath", path("drvPath")),
            ("outPath", path("outPath")),
        ];
        if let Some(override_attrs) = self.more.value(evaluator.symbol("overrideAttrs")) {
            let override_output = function(evaluator, "overrideAttrs", move |evaluator, change| {
                let changed = evaluator.call1(override_attrs, change)?;
                get(evaluator, changed, name)
            });
            more.push(("overrideAttrs", override_output));
        }
        let common = evaluator.force_attrs(self.common)?;
        Ok(Value::Attrs(with(evaluator, common, more)))
    }
}

/// What the build farm needs of a derivation, and all of that evaluated.
fn hydra_job<'a>(evaluator: &Evaluator<'a>, derivation: Value<'a>) -> Result<Value<'a>> {
    if let Value::Null = evaluator.force(derivation)? {
        return Ok(Value::Null);
    }
    let outputs = outputs(evaluator, derivation)?;
    let names = evaluator.force_list(outputs)?;
    let common = knot(evaluator, move |evaluator, common| {
        let part = |name: &str| later(evaluator, derivation, name);
        let mut attrs = vec![
            (&b"name"[..], part("name")),
            (b"system", part("system")),
            (b"meta", part("meta")),
            (b"outputs", outputs),
        ];
        let is_aggregate = match find(evaluator, derivation, "_hydraAggregate")? {
            Some(aggregate) => evaluator.force_bool(aggregate)?,
            None => false,
        };
        if is_aggregate {
            attrs.push((b"_hydraAggregate", Value::bool(true)));
            let constituents = evaluator.lazy(move |evaluator| constituents(evaluator, derivation));
            attrs.push((b"constituents", constituents));
        }
        for name in names {
            let name = evaluator.force_string(*name)?.bytes;
            let output = evaluator.lazy(move |evaluator| {
                let output = later(evaluator, derivation, name);
                let more = [
                    ("outPath", later(evaluator, output, "outPath")),
                    ("drvPath", later(evaluator, output, "drvPath")),
                    ("type", evaluator.borrowed_string(b"derivation")),
                    ("outputName", evaluator.borrowed_string(name)),
                ];
                let common = evaluator.force_attrs(common)?;
                Ok(Value::Attrs(with(evaluator, common, more)))
            });
            attrs.push((name, output));
        }
        Ok(evaluator.attrs_from(attrs))
    })?;
    let first = builtin(evaluator, "head", &[outputs])?;
    let job = get(evaluator, common, evaluator.force_string(first)?.bytes)?;
    evaluator.force_deep(job)
}

fn constituents<'a>(evaluator: &Evaluator<'a>, derivation: Value<'a>) -> Result<Value<'a>> {
    let constituents = get(evaluator, derivation, "constituents")?;
    let constituents = crate::functions::lists::flatten(evaluator, &[constituents])?;
    let constituents = evaluator.force_list(constituents)?.iter();
    let jobs = constituents.map(|one| {
        let one = *one;
        evaluator.lazy(move |evaluator| hydra_job(evaluator, one))
    });
    Ok(evaluator.list(&jobs.collect::<Vec<_>>()))
}
