//! clan-core: its functions write down what they are called with.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::modules::{Input, library};
use source::{Pos, Span};

use super::{clan_result, flake_parts, nixpkgs};
use crate::clan::Via;
use crate::flakes::{Call, Flakes};
use crate::inputs::{Kind, Node};

const NOT_ON_DISK: &str = "its source is not on disk";
const OWN_MODULE: &str = "flakeModules/clan.nix";

/// The known attributes of the flake; `node` is the input, unless there is no flake around.
pub fn known<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    node: Option<&Node<'a>>,
) -> Vec<Attr<'a>> {
    let name = node.map_or_else(|| "clan-core".to_owned(), Node::expression);
    let functions = vec![
        evaluator.attr("clan", function(evaluator, flakes, Via::Clan)),
        evaluator.attr("buildClan", function(evaluator, flakes, Via::BuildClan)),
    ];
    let part = |part: &str, known: Vec<Attr<'a>>| {
        let name = format!("{name}.{part}");
        super::out_of_reach(evaluator, &name, NOT_ON_DISK, known)
    };
    let lib = part("lib", functions);
    let module = evaluator.lazy(move |evaluator| flake_parts::clan_module(evaluator, flakes));
    let modules = vec![
        evaluator.attr("default", module),
        evaluator.attr("clan", module),
    ];
    let clan_modules = vec![evaluator.attr("default", clan_result::published(evaluator, flakes))];
    let clan_modules = part("modules.clan", clan_modules);
    vec![
        evaluator.attr("lib", lib),
        evaluator.attr("clanLib", lib),
        evaluator.attr("flakeModules", part("flakeModules", modules)),
        evaluator.attr("flakeModule", module),
        evaluator.attr(
            "modules",
            part("modules", vec![evaluator.attr("clan", clan_modules)]),
        ),
    ]
}

/// `lib.clan` or `buildClan`: writes down the call, and returns what looks like the real result.
pub fn function<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>, via: Via) -> Value<'a> {
    let name = match via {
        Via::BuildClan => "buildClan",
        _ => "clan",
    };
    let formals = [(known::SELF, true)];
    evaluator.native_with_formals(name, 1, &formals, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        let attrs = evaluator.force_attrs(arguments)?;
        let arguments = Value::Attrs(attrs);
        let special_args = special_args(evaluator, flakes, own_flake(evaluator, flakes, attrs));
        flakes.record(
            evaluator,
            Call::Clan {
                via,
                arguments,
                special_args,
                place: first_place(evaluator, attrs),
            },
        );
        let given = [Input::of(arguments)];
        let evaluation = clan_result::evaluate(evaluator, flakes, &given, special_args);
        match via {
            Via::BuildClan => evaluation.checked_config(evaluator),
            _ => Ok(library::result(evaluator, evaluation)),
        }
    })
}

/// clan-core's flake is a clan as well, with its own module for flake-parts: makes that file give the stand-in, if `root` is clan-core.
pub fn provide_own<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>, root: &Path) {
    let is_there = |name: &str| evaluator.session.kind_of(&root.join(name)).is_some();
    if !is_there(OWN_MODULE) || !(is_there("clanModules") || is_there("clanServices")) {
        return;
    }
    let function = evaluator.native("clan.nix", 1, move |evaluator, _| {
        flake_parts::clan_module(evaluator, flakes)
    });
    let file = root.join(OWN_MODULE);
    evaluator.provide_import(file.as_os_str().as_bytes(), function);
}

/// Where the first of the attributes stands.
pub fn first_place<'a>(evaluator: &Evaluator<'a>, attrs: &Attrs<'a>) -> Pos {
    let places = evaluator.items(attrs).iter();
    let places = places.filter_map(|attr| attr.place.some());
    places.min().unwrap_or(Pos::NONE)
}

/// The flake that a clan is of: the argument `self`, else the flake in `directory`, else the one that is read.
fn own_flake<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    arguments: &'a Attrs<'a>,
) -> Value<'a> {
    if let Some(own) = arguments.value(known::SELF) {
        return own;
    }
    let directory = arguments.value(known::DIRECTORY);
    evaluator.lazy(
        move |evaluator| match directory.map(|directory| evaluator.force(directory)) {
            Some(Ok(own @ Value::Attrs(_))) => Ok(own),
            _ => evaluator.force(flakes.value(evaluator, 0)),
        },
    )
}

/// What clan gives to its modules beside `lib`, `config` and `options`.
pub fn special_args<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    own_flake: Value<'a>,
) -> &'a Attrs<'a> {
    let input = |name: &'static str| {
        evaluator.lazy(move |evaluator| input_of(evaluator, flakes, own_flake, name))
    };
    let core = evaluator.lazy(move |evaluator| Ok(core(evaluator, flakes)));
    let lib = evaluator.lazy_select(core, evaluator.symbol("clanLib"), Span::NONE);
    evaluator.attrs_ref(vec![
        Attr::unplaced(known::SELF, own_flake),
        evaluator.attr("nixpkgs", input("nixpkgs")),
        evaluator.attr("nix-darwin", input("nix-darwin")),
        evaluator.attr("clan-core", core),
        evaluator.attr("clanLib", lib),
        evaluator.attr(clan_result::SCHEMA_IS_THERE, Value::bool(true)),
    ])
}

/// clan-core itself: the first input that is, else one that nothing else is known of.
pub fn core<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> Value<'a> {
    let mut nodes = flakes.nodes.iter();
    match nodes.position(|node| node.kind == Some(Kind::ClanCore)) {
        Some(index) => flakes.value(evaluator, index),
        None => {
            let known = known(evaluator, flakes, None);
            super::out_of_reach(evaluator, "clan-core", NOT_ON_DISK, known)
        }
    }
}

/// An input of the clan's flake, else of clan-core.
fn input_of<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    own_flake: Value<'a>,
    name: &str,
) -> Result<Value<'a>> {
    let symbol = evaluator.symbol(name);
    for flake in [own_flake, core(evaluator, flakes)] {
        let flake = evaluator.force(flake)?;
        let Ok(inputs) = evaluator.select(flake, known::INPUTS, Span::NONE) else {
            continue;
        };
        let input = match inputs {
            Value::Attrs(inputs) => inputs.value(symbol),
            Value::OutOfReach(unknown) => unknown.known(symbol),
            _ => None,
        };
        if let Some(input) = input {
            return evaluator.force(input);
        }
    }
    Ok(match name {
        "nixpkgs" => nixpkgs::stand_in(evaluator, flakes, name),
        _ => evaluator.out_of_reach(name, NOT_ON_DISK),
    })
}
