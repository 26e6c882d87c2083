//! flake-parts: `mkFlake` evaluates modules, with options for what flakes of clans define.
//!
//! What is defined per system is not evaluated: it is there by system, out of reach. Unknown options are taken as they are, and modules
//! of inputs that are out of reach are left out. The option `flake.clan`, and `clan` which is another name for it, collect the modules of the
//! clan; what they define is handed on with file and place.

use std::cell::{Cell, OnceCell};

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::modules::definition::definitions_from_nix;
use nix_lib::modules::level::Child;
use nix_lib::modules::types::{Kind, TypeRef};
use nix_lib::modules::{Definition, Evaluation, Input, Setup};
use source::Span;

use super::{clan_core, clan_result, flake_parts_lib};
use crate::flakes::{Call, Flakes, Parts};
use crate::make::{lazy_attrs_of, loose, option, set, submodule, undeclared};

const PER_SYSTEM: &str = "what is defined per system is not evaluated";
const OUTPUTS_BY_SYSTEM: &[&str] = &[
    "packages",
    "legacyPackages",
    "devShells",
    "checks",
    "apps",
    "formatter",
];
const EXTRA_MODULES: &[&str] = &[
    "bundlers",
    "easyOverlay",
    "flakeModules",
    "modules",
    "partitions",
    "touchup",
];
/// What stands for the file of the core's options and their defaults.
const OWN_FILE: &[u8] = b"flake-parts";
/// The option by which the core knows that clan-core's module is there.
const CLAN_IS_THERE: &str = "«clan»";

/// The known attributes of the flake.
pub fn known<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> Vec<Attr<'a>> {
    let none = evaluator.attrs(vec![]);
    let modules = EXTRA_MODULES
        .iter()
        .map(|name| evaluator.attr(name, none))
        .collect();
    let name = "inputs.flake-parts.flakeModules";
    let modules = super::out_of_reach(evaluator, name, "its source is not on disk", modules);
    vec![
        evaluator.attr("lib", flake_parts_lib::lib(evaluator, flakes)),
        evaluator.attr("flakeModules", modules),
    ]
}

/// `evalFlakeModule arguments module`, written down.
pub fn evaluate<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    arguments: &'a Attrs<'a>,
    module: Value<'a>,
) -> Result<&'a Parts<'a>> {
    let get = |name| arguments.value(name);
    let (inputs, own_flake) = match (get(known::INPUTS), get(known::SELF)) {
        (Some(inputs), Some(own_flake)) => (inputs, own_flake),
        (Some(inputs), None) => {
            let own_flake = evaluator.lazy_select(inputs, known::SELF, Span::NONE);
            (inputs, own_flake)
        }
        (None, Some(own_flake)) => {
            let inputs = evaluator.lazy_select(own_flake, known::INPUTS, Span::NONE);
            (inputs, own_flake)
        }
        (None, None) => return Err(evaluator.expected("`inputs`", Value::Attrs(arguments))),
    };
    let place = clan_core::first_place(evaluator, arguments);
    let location = match evaluator.session.sources.locate(place) {
        Some((path, _)) => evaluator.string(path.to_string_lossy().as_bytes()),
        None => evaluator.borrowed_string(b"<mkFlake argument>"),
    };
    let special = evaluator.attrs_ref(vec![
        Attr::unplaced(known::SELF, own_flake),
        Attr::unplaced(known::INPUTS, inputs),
        evaluator.attr("flake-parts-lib", flake_parts_lib::lib(evaluator, flakes)),
        evaluator.attr("moduleLocation", location),
    ]);
    let special = match get(evaluator.symbol("specialArgs")) {
        Some(more) => special.update(evaluator.force_attrs(more)?, evaluator.arena),
        None => special,
    };
    let clan_args = clan_core::special_args(evaluator, flakes, own_flake);
    let definitions: &'a Cell<Option<Found<'a>>> = evaluator.arena.alloc(Cell::new(None));
    let holder: &'a Holder<'a> = evaluator.arena.alloc(Holder {
        evaluation: OnceCell::new(),
        found: definitions,
        clan_args,
    });
    let input = Input {
        file: Some(evaluator.force_string(location)?.bytes),
        place,
        ..Input::of(module)
    };
    let modules = [Input::of(core(evaluator, flakes, holder)), input];
    let setup = Setup {
        modules: evaluator.arena.alloc_slice_copy(&modules),
        special_args: Some(special),
        prefix: &[],
        class: Some(b"flake"),
    };
    let evaluation = Evaluation::new(evaluator, flakes.modules, setup);
    holder.evaluation.get_or_init(|| evaluation);
    let parts: &'a Parts<'a> = evaluator.arena.alloc(Parts {
        evaluation,
        clan_args,
        found: definitions,
    });
    flakes.record(evaluator, Call::Parts(parts));
    Ok(parts)
}

/// What `flake.clan` and `clan` define.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The modules of the clan.
    pub modules: &'a [Input<'a>],
    /// Whether clan-core's module declares them.
    pub is_declared: bool,
}

struct Holder<'a> {
    evaluation: OnceCell<&'a Evaluation<'a>>,
    found: &'a Cell<Option<Found<'a>>>,
    clan_args: &'a Attrs<'a>,
}

/// The module with the options that are always there.
fn core<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    holder: &'a Holder<'a>,
) -> Value<'a> {
    let formals = [(known::CONFIG, false)];
    evaluator.native_with_formals("flake-parts", 1, &formals, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        let arguments = evaluator.force_attrs(arguments)?;
        let config = arguments.value(known::CONFIG).unwrap_or(Value::Null);
        let loose = loose(evaluator, flakes.modules)?;
        let undeclared = undeclared(evaluator, flakes.modules)?;
        let free = lazy_attrs_of(evaluator, flakes.modules, undeclared);
        let file = evaluator.borrowed_string(OWN_FILE);
        Ok(set(
            evaluator,
            [
                ("_file", file),
                ("key", file),
                ("freeformType", flakes.modules.type_value(evaluator, free)),
                (
                    "options",
                    options(evaluator, flakes, holder, config, loose)?,
                ),
                ("config", definitions(evaluator, config)),
            ],
        ))
    })
}

fn options<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    holder: &'a Holder<'a>,
    config: Value<'a>,
    loose: TypeRef<'a>,
) -> Result<Value<'a>> {
    let modules = flakes.modules;
    let kind = |kind| modules.new_type(evaluator, kind);
    let declare = |of, default| option(evaluator, modules, of, default);
    let none = evaluator.attrs(vec![]);
    let deferred = kind(Kind::DeferredModule(&[]));
    let strings = kind(Kind::ListOf(kind(Kind::Str), false));
    let flake = evaluator.lazy_select(config, known::FLAKE, Span::NONE);
    let clan = evaluator.lazy_select(flake, known::CLAN, Span::NONE);
    let alias = evaluator.native("apply", 1, move |evaluator, _| evaluator.force(clan));
    let alias = set(
        evaluator,
        [
            ("_type", evaluator.borrowed_string(b"option")),
            ("type", modules.type_value(evaluator, loose)),
            ("default", none),
            ("apply", alias),
        ],
    );
    let flake = set(
        evaluator,
        [
            ("freeformType", {
                let free = lazy_attrs_of(evaluator, modules, loose);
                modules.type_value(evaluator, free)
            }),
            (
                "options",
                flake_options(evaluator, flakes, holder, config, loose)?,
            ),
        ],
    );
    let flake = submodule(evaluator, modules, &[flake], None);
    let mut options = vec![
        ("flake", declare(flake, Some(none))),
        ("systems", declare(strings, Some(evaluator.list(&[])))),
        ("perSystem", declare(deferred, Some(none))),
        ("debug", declare(loose, Some(Value::bool(false)))),
        (
            CLAN_IS_THERE,
            declare(kind(Kind::BoolByOr), Some(Value::bool(false))),
        ),
    ];
    // A real clan-core declares its own.
    if !flakes.takes_clan_core() {
        options.push(("clan", alias));
    }
    Ok(evaluator.attrs_from(options))
}

fn flake_options<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    holder: &'a Holder<'a>,
    config: Value<'a>,
    loose: TypeRef<'a>,
) -> Result<Value<'a>> {
    let modules = flakes.modules;
    let none = evaluator.attrs(vec![]);
    let deferred = modules.new_type(evaluator, Kind::DeferredModule(&[]));
    let each_deferred = lazy_attrs_of(evaluator, modules, deferred);
    let by_class = lazy_attrs_of(evaluator, modules, each_deferred);
    let each_loose = lazy_attrs_of(evaluator, modules, loose);
    let declare = |of| option(evaluator, modules, of, Some(none));
    let mut options = vec![
        ("nixosModules", declare(each_deferred)),
        ("darwinModules", declare(each_deferred)),
        ("modules", declare(by_class)),
        ("nixosConfigurations", declare(each_loose)),
        ("darwinConfigurations", declare(each_loose)),
        ("overlays", declare(each_loose)),
    ];
    if !flakes.takes_clan_core() {
        let clan = clan_type(evaluator, flakes, holder, config)?;
        options.push(("clan", declare(clan)));
    }
    options.extend(
        OUTPUTS_BY_SYSTEM
            .iter()
            .map(|name| (*name, declare(each_loose))),
    );
    Ok(evaluator.attrs_from(options))
}

/// What the core defines: outputs by system, and what modules may ask for.
fn definitions<'a>(evaluator: &Evaluator<'a>, config: Value<'a>) -> Value<'a> {
    let outputs = OUTPUTS_BY_SYSTEM.iter().map(|name| {
        let systems = evaluator.lazy(move |evaluator| {
            let systems = evaluator.select(
                evaluator.force(config)?,
                evaluator.symbol("systems"),
                Span::NONE,
            )?;
            let systems = evaluator.force_list(systems)?.iter();
            let systems: Result<Vec<_>> = systems
                .map(|system| {
                    let system = evaluator.force_string(*system)?;
                    let name = format!("perSystem.{}.{name}", system.text());
                    let value = evaluator.out_of_reach(&name, PER_SYSTEM);
                    Ok(evaluator.attr(system.bytes, value))
                })
                .collect();
            Ok(evaluator.attrs(systems?))
        });
        (*name, systems)
    });
    let flake = evaluator.attrs_from(outputs);
    let module = set(evaluator, [("args", arguments(evaluator))]);
    set(evaluator, [("flake", flake), ("_module", module)])
}

fn arguments<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let of_system = |evaluator: &Evaluator<'a>, system: Value<'a>| -> Result<Value<'a>> {
        let name = format!("perSystem.{}", evaluator.force_string(system)?.text());
        let known = vec![evaluator.attr("system", system)];
        Ok(super::out_of_reach(evaluator, &name, PER_SYSTEM, known))
    };
    let with_system = evaluator.native("withSystem", 2, move |evaluator, arguments| {
        let [system, function] = take(arguments)?;
        evaluator.call1(function, of_system(evaluator, system)?)
    });
    let get_system = evaluator.native("getSystem", 1, move |evaluator, arguments| {
        let [system] = take(arguments)?;
        of_system(evaluator, system)
    });
    let module = evaluator.native("moduleWithSystem", 1, |evaluator, arguments| {
        let [_] = take(arguments)?;
        Ok(evaluator.out_of_reach("moduleWithSystem (…)", PER_SYSTEM))
    });
    set(
        evaluator,
        [
            ("withSystem", with_system),
            ("getSystem", get_system),
            ("moduleWithSystem", module),
        ],
    )
}

/// The type of `flake.clan`: takes down its definitions and those of `clan`, and evaluates them.
fn clan_type<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    holder: &'a Holder<'a>,
    config: Value<'a>,
) -> Result<TypeRef<'a>> {
    let check = evaluator.native("check", 1, |_, _| Ok(Value::bool(true)));
    let merge = evaluator.native("merge", 2, move |evaluator, arguments| {
        let [_, definitions] = take(arguments)?;
        // `flake` is a submodule, which turns the order round: the alias, an import and so first outside, is last here.
        let mut all = definitions_from_nix(evaluator, definitions)?;
        all.retain(|definition| definition.file != OWN_FILE);
        all.extend(alias_definitions(evaluator, holder)?);
        let modules: Vec<Input<'a>> = all.iter().map(as_module).collect();
        let modules = &*evaluator.arena.alloc_slice_copy(&modules);
        let is_declared = evaluator.select(
            evaluator.force(config)?,
            evaluator.symbol(CLAN_IS_THERE),
            Span::NONE,
        )?;
        let is_declared = evaluator.force_bool(is_declared)?;
        holder.found.set(Some(Found {
            modules,
            is_declared,
        }));
        match (is_declared, all.as_slice()) {
            (false, [only]) => evaluator.force(only.value),
            _ => {
                let clan_args = holder.clan_args;
                clan_result::evaluate(evaluator, flakes, modules, clan_args)
                    .checked_config(evaluator)
            }
        }
    });
    let of = set(
        evaluator,
        [
            ("_type", evaluator.borrowed_string(b"option-type")),
            ("name", evaluator.borrowed_string(b"clan")),
            ("check", check),
            ("merge", merge),
        ],
    );
    flakes.modules.type_of(evaluator, of)
}

/// The definitions of the option `clan`, the default aside.
fn alias_definitions<'a>(
    evaluator: &Evaluator<'a>,
    holder: &'a Holder<'a>,
) -> Result<Vec<Definition<'a>>> {
    let Some(evaluation) = holder.evaluation.get() else {
        return Ok(vec![]);
    };
    let root = evaluation.root(evaluator)?;
    let child = root.child(evaluator, evaluation.modules(), known::CLAN)?;
    let Some(Child::Option(option)) = child else {
        return Ok(vec![]);
    };
    let finals = option.finals(evaluator)?;
    Ok(match finals.priority {
        nix_lib::modules::definition::OPTION_DEFAULT => vec![],
        _ => finals.winners.to_vec(),
    })
}

fn as_module<'a>(definition: &Definition<'a>) -> Input<'a> {
    Input {
        file: Some(definition.file),
        place: definition.place,
        is_definition: Some(false),
        ..Input::of(definition.value)
    }
}

/// clan-core's own module for flake-parts.
pub fn clan_module<'a>(evaluator: &Evaluator<'a>, _: &'a Flakes<'a>) -> Result<Value<'a>> {
    let formals = [(known::CONFIG, false)];
    Ok(
        evaluator.native_with_formals("clan", 1, &formals, |evaluator, arguments| {
            let [arguments] = take(arguments)?;
            let arguments = evaluator.force_attrs(arguments)?;
            let config = arguments.value(known::CONFIG).unwrap_or(Value::Null);
            let flake = evaluator.lazy_select(config, known::FLAKE, Span::NONE);
            let clan = evaluator.lazy_select(flake, known::CLAN, Span::NONE);
            let outputs = [
                "nixosConfigurations",
                "nixosModules",
                "darwinConfigurations",
                "darwinModules",
                "clanInternals",
            ];
            let outputs = outputs.map(|name| {
                let value = evaluator.lazy_select(clan, evaluator.symbol(name), Span::NONE);
                (name, value)
            });
            let file = evaluator.borrowed_string(b"clan-core/flakeModules/clan.nix");
            let config = set(
                evaluator,
                [
                    ("flake", evaluator.attrs_from(outputs)),
                    (CLAN_IS_THERE, Value::bool(true)),
                ],
            );
            Ok(set(
                evaluator,
                [("_file", file), ("key", file), ("config", config)],
            ))
        }),
    )
}
