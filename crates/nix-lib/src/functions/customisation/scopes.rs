//! `lib.customisation`: sets of packages that get each other as arguments.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Span;

use crate::functions::fixed_points::{extension, knot};
use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{function, get, later, with};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("makeScope", 2, |evaluator, arguments| {
        let [new_scope, packages] = take(arguments)?;
        scope(evaluator, new_scope, packages)
    }),
    Spec::new("makeScopeWithSplicing", 6, |evaluator, arguments| {
        let [splice, new_scope, others, keep, extra, packages] = take(arguments)?;
        let spliced = Spliced {
            splice,
            new_scope,
            others,
            keep: Some(keep),
            extra: Some(extra),
        };
        spliced.scope(evaluator, packages)
    }),
    Spec {
        formals: SPLICING,
        ..Spec::new("makeScopeWithSplicing'", 1, with_splicing)
    },
];

/// The set that `packages` makes of itself. Its `newScope` and `callPackage` know its members too.
pub(crate) fn scope<'a>(
    evaluator: &Evaluator<'a>,
    new_scope: Value<'a>,
    packages: Value<'a>,
) -> Result<Value<'a>> {
    knot(evaluator, move |evaluator, own| {
        let call_package = evaluator.lazy(move |evaluator| {
            let new_scope = get(evaluator, own, "newScope")?;
            evaluator.call1(new_scope, evaluator.attrs(vec![]))
        });
        let call_package = evaluator.attrs_from([("callPackage", call_package)]);
        let members = evaluator.force_attrs(evaluator.call1(packages, own)?)?;
        let all = evaluator
            .force_attrs(call_package)?
            .update(members, evaluator.arena);
        let override_scope = function(evaluator, "overrideScope", move |evaluator, overlay| {
            scope(
                evaluator,
                new_scope,
                extension(evaluator, overlay, packages),
            )
        });
        let more = [
            ("newScope", below(evaluator, new_scope, own)),
            ("overrideScope", override_scope),
            ("packages", packages),
        ];
        Ok(Value::Attrs(with(evaluator, all, more)))
    })
}

/// `newScope` with the members of a set beside what it is given.
fn below<'a>(evaluator: &Evaluator<'a>, new_scope: Value<'a>, members: Value<'a>) -> Value<'a> {
    function(evaluator, "newScope", move |evaluator, more| {
        let all = evaluator.lazy(move |evaluator| {
            let members = evaluator.force_attrs(members)?;
            let more = evaluator.force_attrs(more)?;
            Ok(Value::Attrs(members.update(more, evaluator.arena)))
        });
        evaluator.call1(new_scope, all)
    })
}

const SPLICING: Formals = &[("newScope", false), ("splicePackages", false)];

const SPLICED: Formals = &[
    ("extra", true),
    ("f", false),
    ("keep", true),
    ("otherSplices", false),
];

fn with_splicing<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let name = "makeScopeWithSplicing'";
    let given = Given::new(evaluator, name, SPLICING, given)?;
    let splice = given.required("splicePackages");
    let new_scope = given.required("newScope");
    let formals = SPLICED.iter();
    let formals = formals.map(|(name, has_default)| (evaluator.symbol(name), *has_default));
    let formals: Vec<_> = formals.collect();
    let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
        let [given] = take(arguments)?;
        let given = Given::new(evaluator, name, SPLICED, given)?;
        let spliced = Spliced {
            splice,
            new_scope,
            others: given.required("otherSplices"),
            keep: given.get("keep"),
            extra: given.get("extra"),
        };
        spliced.scope(evaluator, given.required("f"))
    };
    Ok(evaluator.native_with_formals(name, 1, &formals, run))
}

/// What a scope needs whose members are spliced: each stands for its variants for all pairs of platforms.
#[derive(Clone, Copy)]
struct Spliced<'a> {
    splice: Value<'a>,
    new_scope: Value<'a>,
    others: Value<'a>,
    keep: Option<Value<'a>>,
    extra: Option<Value<'a>>,
}

impl<'a> Spliced<'a> {
    fn scope(self, evaluator: &Evaluator<'a>, packages: Value<'a>) -> Result<Value<'a>> {
        knot(evaluator, move |evaluator, own| {
            let members = evaluator.force_attrs(evaluator.call1(packages, own)?)?;
            let spliced = evaluator.lazy(move |evaluator| self.members(evaluator, own));
            let override_scope = function(evaluator, "overrideScope", move |evaluator, overlay| {
                self.scope(evaluator, extension(evaluator, overlay, packages))
            });
            let more = [
                ("newScope", below(evaluator, self.new_scope, spliced)),
                (
                    "callPackage",
                    evaluator.lazy_call(self.new_scope, &[spliced], Span::NONE),
                ),
                ("overrideScope", override_scope),
                ("packages", packages),
            ];
            Ok(Value::Attrs(with(evaluator, members, more)))
        })
    }

    /// The spliced members, with those that are not spliced over them, and what is added below.
    fn members(self, evaluator: &Evaluator<'a>, own: Value<'a>) -> Result<Value<'a>> {
        let other = |name: &str| later(evaluator, self.others, name);
        let variants = evaluator.attrs_from([
            ("pkgsBuildBuild", other("selfBuildBuild")),
            ("pkgsBuildHost", other("selfBuildHost")),
            ("pkgsBuildTarget", other("selfBuildTarget")),
            ("pkgsHostHost", other("selfHostHost")),
            ("pkgsHostTarget", own),
            ("pkgsTargetTarget", other("selfTargetTarget")),
        ]);
        let splice = self.splice;
        let spliced = evaluator.lazy_call(splice, &[variants], Span::NONE);
        let mut all = evaluator.attrs_ref(vec![]);
        if let Some(extra) = self.extra {
            all = evaluator.force_attrs(evaluator.call1(extra, spliced)?)?;
        }
        all = all.update(evaluator.force_attrs(spliced)?, evaluator.arena);
        if let Some(keep) = self.keep {
            let kept = evaluator.force_attrs(evaluator.call1(keep, own)?)?;
            all = all.update(kept, evaluator.arena);
        }
        Ok(Value::Attrs(all))
    }
}
