//! Stand-ins: what clans need of an input that is not on the disk, in Rust.
//!
//! A stand-in is a value out of reach of which some attributes are known. What is asked beyond these stays out of reach.

pub mod clan_core;
pub mod clan_result;
pub mod fetched;
pub mod flake_compat;
pub mod flake_parts;
pub mod flake_parts_lib;
pub mod flake_utils;
pub mod haumea;
pub mod import_tree;
pub mod nixpkgs;
pub mod systems;
pub mod treefmt_nix;

use nix_frontend::eval::{Attr, Evaluator, Value};
use nix_frontend::import::virtual_search;

use crate::flakes::Flakes;
use crate::inputs::{Kind, Node, source_info};

const NOT_ON_DISK: &str = "its source is not on disk";

/// The value of the input `node`, for which `kind` stands in.
pub fn value<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    node: &'a Node<'a>,
    kind: Kind,
) -> Value<'a> {
    let name = node.expression();
    let out_path = match node.source {
        Some(source) => source_info::out_path(evaluator, node, source),
        None => evaluator.string(virtual_search(&node.file_name())),
    };
    let path = match out_path {
        Value::String(path) => path.bytes.to_vec(),
        _ => virtual_search(&node.file_name()).into_bytes(),
    };
    let mut known = match kind {
        Kind::ClanCore => clan_core::known(evaluator, flakes, Some(node)),
        Kind::Nixpkgs | Kind::NixpkgsLib if flakes.takes(node) => {
            nixpkgs::known_with_lib(evaluator, &name, &path)
        }
        Kind::Nixpkgs => nixpkgs::known(evaluator, flakes, &name, &path),
        Kind::NixpkgsLib => nixpkgs::lib_flake(evaluator, flakes, &path),
        Kind::FlakeParts => flake_parts::known(evaluator, flakes),
        Kind::FlakeCompat => flake_compat::known(evaluator, flakes, &path),
        Kind::FlakeUtils => flake_utils::known(evaluator),
        Kind::Haumea => haumea::known(evaluator, flakes),
        Kind::ImportTree => import_tree::known(evaluator),
        Kind::TreefmtNix => treefmt_nix::known(evaluator),
        Kind::Systems => systems::known(evaluator, node.url.unwrap_or_default(), &path),
    };
    let info = match source_info::locked(evaluator, node) {
        Some(locked) => Value::Attrs(locked),
        None => evaluator.attrs_from([("outPath", out_path)]),
    };
    known.extend([
        evaluator.attr("_type", evaluator.borrowed_string(b"flake")),
        evaluator.attr("outPath", out_path),
        evaluator.attr("sourceInfo", info),
        evaluator.attr("inputs", inputs(evaluator, flakes, node, kind)),
    ]);
    let value = match kind {
        Kind::Systems => systems::whole(evaluator, &name, known),
        _ => out_of_reach(evaluator, &name, NOT_ON_DISK, known),
    };
    fetched::remember(evaluator, &path, value);
    value
}

/// The inputs of a stand-in; without a lock file they are out of reach, except that clan-core has nixpkgs.
fn inputs<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    node: &'a Node<'a>,
    kind: Kind,
) -> Value<'a> {
    if !node.inputs.is_empty() || node.source.is_some() {
        return Value::Attrs(flakes.inputs(evaluator, node));
    }
    let name = format!("{}.inputs", node.expression());
    let known = match kind {
        Kind::ClanCore => {
            let inner = format!("{name}.nixpkgs");
            let nixpkgs =
                evaluator.lazy(move |evaluator| Ok(nixpkgs::stand_in(evaluator, flakes, &inner)));
            vec![evaluator.attr("nixpkgs", nixpkgs)]
        }
        _ => vec![],
    };
    out_of_reach(evaluator, &name, "it is not locked", known)
}

/// A value out of reach of which some attributes are known.
fn out_of_reach<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    because: &str,
    known: Vec<Attr<'a>>,
) -> Value<'a> {
    let known = evaluator.attrs_ref(known);
    evaluator.out_of_reach_but(name, because, Some(known))
}

/// Makes `<nixpkgs>`, `<nixpkgs/lib>` and what is fetched known.
pub fn provide<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) {
    fetched::provide(evaluator, flakes);
    let path = virtual_search("nixpkgs");
    nixpkgs::provide(evaluator, flakes, "<nixpkgs>", path.as_bytes());
}
