//! The flake with the inputs that the command line gives a directory as they lie there, where clan-core is one of them.
//!
//! The stand-ins for these inputs step aside, so that clan-core's own code computes the clan. Everything else is as usual: other inputs have their
//! stand-ins, and what is not on the disk is out of reach.

use std::path::Path;

use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use source::{Diagnostics, FileKind, Span};

use crate::flakes::Flakes;
use crate::inputs::tree::{self, Given};
use crate::inputs::{Kind, Node, Sources};

/// A flake whose clan-core is real.
#[derive(Clone, Copy)]
pub struct RealFlake<'a> {
    /// The flake with its outputs.
    pub flake: Value<'a>,
    /// clan-core.
    pub clan_core: Value<'a>,
}

/// The flake in `root`, if it is one and the command line gives its clan-core a directory.
pub fn real_flake<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    root: &Path,
    sources: &Sources,
) -> Option<RealFlake<'a>> {
    if evaluator.session.kind_of(&root.join("flake.nix")) != Some(FileKind::Regular) {
        return None;
    }
    let given = Given {
        sources,
        clan_cores: &[],
    };
    // What is wrong with the lock file is said already.
    let nodes = tree::read(evaluator, root, given, &mut Diagnostics::new());
    let is_core = |node: &Node<'a>| node.kind == Some(Kind::ClanCore);
    let flakes = Flakes::of_sources(evaluator, library, nodes, sources);
    let core = nodes
        .iter()
        .position(|node| is_core(node) && flakes.takes(node))?;
    Some(RealFlake {
        flake: flakes.value(evaluator, 0),
        clan_core: flakes.value(evaluator, core),
    })
}

impl<'a> RealFlake<'a> {
    /// The outputs. Errors: they cannot be evaluated.
    pub fn outputs(&self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        let flake = evaluator.force(self.flake)?;
        evaluator.select(flake, known::OUTPUTS, Span::NONE)
    }
}
