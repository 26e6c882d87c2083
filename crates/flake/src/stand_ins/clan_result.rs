//! What a clan looks like to the flake around it.
//!
//! The clan's modules are evaluated against options that take everything, so that outputs which read `config.inventory.machines` or the names in
//! `nixosConfigurations` go on working. What the clan means is not decided here: the modules themselves are handed on.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::import::{file_error, to_path};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use nix_lib::modules::properties::mk_merge;
use nix_lib::modules::types::Kind;
use nix_lib::modules::{Evaluation, Input, Setup};
use source::{FileKind, Span};

use crate::flakes::{Call, Flakes};
use crate::make::{lazy_attrs_of, loose, option, set, submodule};

const NOT_BUILT: &str = "machines are not built";

/// The evaluation of a clan's modules.
pub fn evaluate<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    modules: &[Input<'a>],
    special_args: &'a Attrs<'a>,
) -> &'a Evaluation<'a> {
    let own = Input::of(module(evaluator, flakes));
    let modules = [&[own], modules].concat();
    let setup = Setup {
        modules: evaluator.arena.alloc_slice_copy(&modules),
        special_args: Some(special_args),
        prefix: &[],
        class: Some(b"clan"),
    };
    Evaluation::new(evaluator, flakes.modules, setup)
}

/// What clan's modules get beside the rest where the schema is there already, so that clan-core's own module has nothing to add.
pub const SCHEMA_IS_THERE: &str = "«schema»";

/// `modules.clan.default` of clan-core, with which flakes evaluate a clan themselves: writes that evaluation down.
pub fn published<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> Value<'a> {
    let special_args = evaluator.symbol("specialArgs");
    let formals = [
        (known::CONFIG, false),
        (known::SELF, true),
        (special_args, false),
    ];
    let own = module(evaluator, flakes);
    evaluator.native_with_formals("clan", 1, &formals, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        let given = evaluator.force_attrs(arguments)?;
        if let Some(special) = given.value(special_args) {
            let special = evaluator.force_attrs(special)?;
            if special.get(evaluator.symbol(SCHEMA_IS_THERE)).is_some() {
                return Ok(evaluator.attrs(vec![]));
            }
        }
        if let Some(config) = given.value(known::CONFIG) {
            flakes.record(evaluator, Call::Modules(config));
        }
        evaluator.call1(own, arguments)
    })
}

/// The module that declares what a clan has.
pub fn module<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> Value<'a> {
    let formals = [(known::CONFIG, false), (known::SELF, true)];
    evaluator.native_with_formals("clan", 1, &formals, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        let arguments = evaluator.force_attrs(arguments)?;
        let config = arguments.value(known::CONFIG).unwrap_or(Value::Null);
        let own_flake = arguments.value(known::SELF).unwrap_or(Value::Null);
        let file = evaluator.borrowed_string(b"clan-core");
        let free = lazy_attrs_of(evaluator, flakes.modules, loose(evaluator, flakes.modules)?);
        let free = flakes.modules.type_value(evaluator, free);
        Ok(set(
            evaluator,
            [
                ("_file", file),
                ("key", file),
                ("freeformType", free),
                ("options", options(evaluator, flakes, config, own_flake)?),
                ("config", outputs(evaluator, config)),
            ],
        ))
    })
}

fn options<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    config: Value<'a>,
    own_flake: Value<'a>,
) -> Result<Value<'a>> {
    let modules = flakes.modules;
    let kind = |kind| modules.new_type(evaluator, kind);
    let loose = loose(evaluator, modules)?;
    let each_loose = lazy_attrs_of(evaluator, modules, loose);
    let anything = lazy_attrs_of(evaluator, modules, kind(Kind::Anything));
    let free = |of| {
        let of = modules.type_value(evaluator, of);
        let module = set(evaluator, [("freeformType", of)]);
        submodule(evaluator, modules, &[module], None)
    };
    let none = evaluator.attrs(vec![]);
    let empty = |of| option(evaluator, modules, of, Some(none));
    let directory = evaluator.lazy_select(config, known::SELF, Span::NONE);
    let directory = evaluator.lazy_select(directory, known::OUT_PATH, Span::NONE);
    let directory = option(evaluator, modules, kind(Kind::Unspecified), Some(directory));
    let own_flake = option(evaluator, modules, kind(Kind::Raw), Some(own_flake));
    let deferred = lazy_attrs_of(evaluator, modules, kind(Kind::DeferredModule(&[])));
    Ok(set(
        evaluator,
        [
            ("directory", directory),
            ("self", own_flake),
            ("meta", empty(free(anything))),
            ("inventory", empty(free(anything))),
            ("machines", empty(deferred)),
            ("modules", empty(each_loose)),
            ("specialArgs", empty(each_loose)),
            ("templates", empty(each_loose)),
            ("nixosConfigurations", empty(each_loose)),
            ("darwinConfigurations", empty(each_loose)),
            ("nixosModules", empty(each_loose)),
            ("darwinModules", empty(each_loose)),
            ("clanInternals", option(evaluator, modules, loose, None)),
        ],
    ))
}

fn outputs<'a>(evaluator: &Evaluator<'a>, config: Value<'a>) -> Value<'a> {
    let of_class = |class: &'static [u8], output: &'static str, prefix: &'static str| {
        evaluator.lazy(move |evaluator| {
            let names = machine_names(evaluator, config)?.into_iter();
            let names = names.filter(|name| machine_class(evaluator, config, *name) == class);
            let values = names.map(|name| {
                let name = format!("{prefix}{}", evaluator.name_text(name));
                let value = evaluator.out_of_reach(&format!("{output}.{name}"), NOT_BUILT);
                evaluator.attr(name, value)
            });
            Ok(evaluator.attrs(values.collect()))
        })
    };
    let select = |name| evaluator.lazy_select(config, name, Span::NONE);
    let inventory = select(known::INVENTORY);
    let class = set(evaluator, [("inventory", inventory)]);
    let internals = vec![
        evaluator.attr("inventory", inventory),
        evaluator.attr("inventoryClass", class),
        evaluator.attr("meta", select(known::META)),
    ];
    let internals = super::out_of_reach(evaluator, "clanInternals", NOT_BUILT, internals);
    let json = evaluator.lazy(move |evaluator| inventory_json(evaluator, config));
    let folders = evaluator.lazy(move |evaluator| machine_folders(evaluator, config));
    let folders = set(evaluator, [("machines", folders)]);
    let meta = set(evaluator, [("meta", select(known::META))]);
    let inventory = mk_merge(evaluator, evaluator.list(&[json, folders, meta]));
    set(
        evaluator,
        [
            ("inventory", inventory),
            (
                "nixosConfigurations",
                of_class(b"nixos", "nixosConfigurations", ""),
            ),
            (
                "darwinConfigurations",
                of_class(b"darwin", "darwinConfigurations", ""),
            ),
            (
                "nixosModules",
                of_class(b"nixos", "nixosModules", "clan-machine-"),
            ),
            (
                "darwinModules",
                of_class(b"darwin", "darwinModules", "clan-machine-"),
            ),
            ("clanInternals", internals),
        ],
    )
}

/// The names of all machines: of the inventory and of the option `machines`.
fn machine_names<'a>(evaluator: &Evaluator<'a>, config: Value<'a>) -> Result<Vec<Symbol>> {
    let config = evaluator.force(config)?;
    let inventory = evaluator.select(config, known::INVENTORY, Span::NONE)?;
    let mut names: Vec<Symbol> = vec![];
    for holder in [inventory, config] {
        let Value::Attrs(holder) = holder else {
            continue;
        };
        if let Some(machines) = holder.value(known::MACHINES) {
            let machines = evaluator.force_attrs(machines)?;
            names.extend(evaluator.items(machines).iter().map(|attr| attr.name));
        }
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

fn machine_class<'a>(evaluator: &Evaluator<'a>, config: Value<'a>, name: Symbol) -> &'a [u8] {
    let path = [
        known::INVENTORY,
        known::MACHINES,
        name,
        evaluator.symbol("machineClass"),
    ];
    let class = path
        .iter()
        .try_fold(config, |value, name| match evaluator.force(value) {
            Ok(Value::Attrs(attrs)) => attrs.value(*name),
            _ => None,
        });
    match class.map(|class| evaluator.force(class)) {
        Some(Ok(Value::String(class))) => class.bytes,
        _ => b"nixos",
    }
}

fn directory<'a>(evaluator: &Evaluator<'a>, config: Value<'a>) -> Result<&'a Path> {
    let config = evaluator.force(config)?;
    let directory = evaluator.select(config, known::DIRECTORY, Span::NONE)?;
    Ok(to_path(evaluator.coerce_to_path(directory)?.bytes))
}

fn inventory_json<'a>(evaluator: &Evaluator<'a>, config: Value<'a>) -> Result<Value<'a>> {
    let file = directory(evaluator, config)?.join("inventory.json");
    if evaluator.session.kind_of(&file) != Some(FileKind::Regular) {
        return Ok(evaluator.attrs(vec![]));
    }
    read_json(evaluator, &file)
}

/// The JSON file at `path` as a value.
pub fn read_json<'a>(evaluator: &Evaluator<'a>, path: &Path) -> Result<Value<'a>> {
    let read = evaluator.builtins_value("readFile")?;
    let parse = evaluator.builtins_value("fromJSON")?;
    let text = evaluator.call1(read, evaluator.path(path.as_os_str().as_bytes()))?;
    evaluator.call1(parse, text)
}

/// An empty set for each directory below `machines`.
fn machine_folders<'a>(evaluator: &Evaluator<'a>, config: Value<'a>) -> Result<Value<'a>> {
    let folder = directory(evaluator, config)?.join("machines");
    if evaluator.session.kind_of(&folder) != Some(FileKind::Directory) {
        return Ok(evaluator.attrs(vec![]));
    }
    let entries = evaluator.session.files.list(&folder);
    let entries = entries.map_err(|error| file_error(&error))?.into_iter();
    let machines = entries
        .filter(|(_, kind)| *kind == FileKind::Directory)
        .map(|(name, _)| Attr::unplaced(evaluator.symbol(name), evaluator.attrs(vec![])));
    Ok(evaluator.attrs(machines.collect()))
}
