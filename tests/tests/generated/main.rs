//! Our evaluator and an installed Nix make the same of expressions made by chance.
//!
//! Many go to Nix at once, each within `tryEval`, so that it is also compared what can be caught. What we say fails goes there alone.
//! `CASES=20000` tries more of them, `SEED=7` others. What differs is made smaller, and belongs into `differential/expressions.txt` once it is mended.
//! Sets of modules need nixpkgs' `lib`: `NIXPKGS=DIR` says where it is, and without it they are left out.

mod chance;

use chance::{Guard, compare};
use testkit::generate::expressions::Grammar;
use testkit::generate::soups::soup;
use testkit::generate::{modules, regexes};

/// What comes of a value: all of it, or that it throws. `deepSeq` would not do: in which order it takes attributes has changed.
const VALUES: Guard = "let
  deep = builtins.foldl' (rest: x: builtins.seq (all x) rest);
  all = x:
    if builtins.isList x then deep x x
    else if builtins.isAttrs x then deep x (map (name: x.${name}) (builtins.attrNames x))
    else x;
in map (x: builtins.tryEval (all x))";

/// What the module system makes of a list of modules: of each option the value, and what is known of it; and whether all of `config` holds.
const MODULES: Guard = "let
  lib = import <nixpkgs/lib>;
  attempt = x: builtins.tryEval (all (show x));
  deep = builtins.foldl' (rest: x: builtins.seq (all x) rest);
  all = x:
    if builtins.isList x then deep x x
    else if builtins.isAttrs x then deep x (map (name: x.${name}) (builtins.attrNames x))
    else x;
  show = x:
    if builtins.isFunction x then \"a function\"
    else if builtins.isList x then map show x
    else if builtins.isAttrs x then builtins.mapAttrs (name: show) x
    else x;
  options = builtins.mapAttrs (name: option:
    if name == \"_module\" then null
    else if option._type or null == \"option\" then {
      value = attempt option.value;
      type = attempt option.type.description;
      priority = attempt option.highestPrio;
      defined = attempt option.isDefined;
      definitions = attempt (map (definition: definition.value) option.definitionsWithLocations);
    }
    else options option);
  observe = modules:
    let evaluated = lib.evalModules { inherit modules; };
    in { options = attempt (options evaluated.options); config = attempt evaluated.config; };
in map observe";

#[test]
fn expressions_made_by_chance_are_what_nix_makes_of_them() {
    let grammar = Grammar::default();
    compare(VALUES, 500, |dice| grammar.expression(dice));
}

#[test]
fn texts_that_only_look_like_expressions_are_refused_as_in_nix() {
    let grammar = Grammar::default();
    compare(VALUES, 100, |dice| soup(&grammar, dice));
}

#[test]
fn regular_expressions_made_by_chance_match_as_in_nix() {
    compare(VALUES, 500, regexes::search);
}

#[test]
fn sets_of_modules_made_by_chance_merge_as_in_nixpkgs() {
    if std::env::var_os("NIXPKGS").is_some() {
        compare(MODULES, 500, modules::modules);
    }
}
