//! Merges functions: what several give for one argument.

use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashMap;
use source::Span;

use crate::functions::trivial::function_args;
use crate::modules::definition::{Definition, Loc, deeper};
use crate::modules::types::TypeRef;
use crate::modules::types::merge::Merge;

impl<'a> Merge<'a, '_> {
    /// The function that joins what all functions give; as in nixpkgs these are taken for definitions, with `value` in them.
    pub(super) fn function_of_all(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Value<'a> {
        let site = self.site();
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [argument] = nix_frontend::builtins::take(arguments)?;
            let results: Vec<Definition<'a>> = winners
                .iter()
                .map(|each| {
                    let result = evaluator.lazy_call(each.value, &[argument], Span::NONE);
                    each.with_value(evaluator.lazy(move |evaluator| {
                        let definition = evaluator.force_attrs(result)?;
                        evaluator.select(Value::Attrs(definition), known::VALUE, Span::NONE)
                    }))
                })
                .collect();
            let results = evaluator.arena.alloc_slice_copy(&results);
            site.merge(evaluator).default(loc, results)
        };
        self.evaluator.native("merged function", 1, run)
    }

    pub(super) fn function(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Value<'a> {
        let site = self.site();
        let loc = self.in_function(loc);
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [_, argument] = nix_frontend::builtins::take(arguments)?;
            let results = results(evaluator, winners, argument);
            site.merge(evaluator).required(loc, element, results)
        };
        let args = self
            .evaluator
            .lazy(move |evaluator| common_args(evaluator, winners));
        self.evaluator.attrs_from([
            ("__functor", self.evaluator.native("__functor", 2, run)),
            ("__functionArgs", args),
        ])
    }

    pub(super) fn function_of_anything(
        self,
        loc: Loc<'a>,
        winners: &'a [Definition<'a>],
    ) -> Value<'a> {
        let site = self.site();
        let loc = self.in_function(loc);
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [argument] = nix_frontend::builtins::take(arguments)?;
            let results = results(evaluator, winners, argument);
            site.merge(evaluator).anything(loc, results)
        };
        self.evaluator.native("merged function", 1, run)
    }

    pub(super) fn in_function(self, loc: Loc<'a>) -> Loc<'a> {
        let name = self.evaluator.symbol("<function body>");
        deeper(self.evaluator, loc, name)
    }
}

/// What functions give for an argument.
fn results<'a>(
    evaluator: &Evaluator<'a>,
    winners: &[Definition<'a>],
    argument: Value<'a>,
) -> &'a [Definition<'a>] {
    let results = winners.iter().map(|each| {
        let result = evaluator.lazy_call(each.value, &[argument], Span::NONE);
        each.with_value(result)
    });
    let results: Vec<Definition<'a>> = results.collect();
    evaluator.arena.alloc_slice_copy(&results)
}

/// The arguments that functions ask for; one has a default if it has one in each.
fn common_args<'a>(evaluator: &Evaluator<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
    let mut common: FxHashMap<Symbol, bool> = FxHashMap::default();
    for definition in winners {
        let args = function_args(evaluator, &[definition.value])?;
        for attr in evaluator.items(evaluator.force_attrs(args)?) {
            let has_default = evaluator.force_bool(attr.value)?;
            *common.entry(attr.name).or_insert(true) &= has_default;
        }
    }
    let args = common.into_iter();
    let args = args.map(|(name, has_default)| Attr::unplaced(name, Value::bool(has_default)));
    Ok(evaluator.attrs(args.collect()))
}
