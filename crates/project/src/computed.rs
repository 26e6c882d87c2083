//! A clan whose clan-core is given by a directory: its own code computes the clan, in a run of its own.
//!
//! The first run has found the clan with the stand-ins, which know the reasons of everything. In this run the inputs that the command line gives a
//! directory are what lies there, and clan-core's results are read from the flake's outputs.

use std::path::Path;

use flake::{RealFlake, Sources};
use model::computed::{Computed, Failure, read_computed};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Diagnostic;

use crate::analysis::left_out;

/// clan-core's own code does not get through.
const NOT_COMPUTED: &str = "not-computed";

/// What clan-core's own code computes of the flake in `root`, and the modules that were left out; none if its clan-core is not given by a directory.
pub(crate) fn computed_in(
    evaluator: &Evaluator<'_>,
    root: &Path,
    sources: &Sources,
) -> Option<(Computed, Vec<Diagnostic>)> {
    let library = nix_lib::library(evaluator);
    let real = flake::real_flake(evaluator, library, root, sources)?;
    let lib = own_lib(evaluator, real).unwrap_or(library.lib);
    let computed = match real.outputs(evaluator) {
        Ok(outputs) => read_computed(evaluator, lib, outputs),
        Err(error) => Computed::failed(*error),
    };
    Some((computed, left_out(evaluator, library).collect()))
}

/// The `lib` that clan-core has.
fn own_lib<'a>(evaluator: &Evaluator<'a>, real: RealFlake<'a>) -> Result<Value<'a>> {
    let path = ["inputs", "nixpkgs", "lib"];
    let core = evaluator.force(real.clan_core)?;
    path.iter().try_fold(core, |value, name| {
        evaluator.select(value, evaluator.symbol(name), source::Span::NONE)
    })
}

/// What could not be computed, as findings: that clan-core fails is a warning, unless it may be for want of what is out of reach.
pub(crate) fn failures(
    computed: &Computed,
    lacks_modules: bool,
) -> impl Iterator<Item = Diagnostic> {
    computed.failures.iter().map(move |failure| {
        let Failure { what, error } = failure;
        let mut finding = error.diagnostic();
        finding.message = format!("clan-core does not compute {what}: {}", finding.message);
        finding.code = NOT_COMPUTED;
        finding.severity = match lacks_modules || error.is_out_of_reach() {
            true => source::Severity::Note,
            false => source::Severity::Warning,
        };
        finding
    })
}
