//! `getFlake` of a flake that lies on the disk.
//!
//! It is the flake as `self` and as an input have it, with inputs of its own. Its `outPath` is the directory where it lies, not a copy in the
//! store. Calls that make clans in it are written down with those of the flake that the user points at.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use nix_frontend::import::to_path;
use nix_lib::Library;
use source::{Diagnostics, Severity};

use crate::flakes::{Calls, Flakes};
use crate::inputs::Sources;
use crate::inputs::tree::{self, Given};

/// Makes `getFlake` know the flakes on the disk.
///
/// `library` is asked for what all module evaluations share, `sources` tell where inputs lie.
pub fn provide<'a>(
    evaluator: &Evaluator<'a>,
    library: impl Fn(&Evaluator<'a>) -> Library<'a> + 'a,
    sources: Sources,
    calls: Calls<'a>,
) {
    let Sources {
        overrides,
        stores,
        ahead,
    } = sources;
    // What a function holds is not freed with the run. The lock file is its caller's, who has it as long.
    let ahead = Arc::downgrade(&ahead);
    let made: RefCell<HashMap<Vec<u8>, Value<'a>>> = RefCell::default();
    let function = evaluator.native("getFlake", 2, move |evaluator, arguments| {
        let &[path, known] = arguments else {
            return Err(EvalError::type_error("2 arguments are needed"));
        };
        let path = evaluator.force_plain_string(path)?;
        if let Some(flake) = made.borrow().get(path) {
            return Ok(*flake);
        }
        let sources = Sources {
            overrides: overrides.clone(),
            stores: stores.clone(),
            ahead: ahead.upgrade().unwrap_or_default(),
        };
        let given = Given {
            sources: &sources,
            clan_cores: &[],
        };
        let mut diagnostics = Diagnostics::new();
        let nodes = tree::read(evaluator, to_path(path), given, &mut diagnostics);
        check(diagnostics)?;
        let known = evaluator.force_attrs(known)?;
        let flakes = Flakes::of_directory(evaluator, library(evaluator), nodes, known, calls);
        let flake = flakes.value(evaluator, 0);
        made.borrow_mut().insert(path.to_vec(), flake);
        evaluator.force(flake)
    });
    evaluator.provide_flakes(function);
}

/// Errors: the first of the findings that is one.
fn check(diagnostics: Diagnostics) -> Result<()> {
    let mut findings = diagnostics.into_iter();
    let error = findings.find(|finding| finding.severity == Severity::Error);
    match error {
        Some(error) => {
            let span = error.primary().unwrap_or_default();
            Err(EvalError::type_error(error.message).at(span))
        }
        None => Ok(()),
    }
}
