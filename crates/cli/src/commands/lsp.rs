//! `lsp`: a language server for editors.

use clap::Args;
use lsp::{End, Settings, serve_stdio};
use project::session::Options;

use crate::args::Global;
use crate::clan::dialect;
use crate::commands::{Exit, Failure};
use crate::surroundings::{input_sources, options};

const EXAMPLES: &str = "\
Examples:
  clan-inventory lsp                                what an editor is to start
  clan-inventory lsp --override-input disko=../disko

It talks the Language Server Protocol on standard input and output. docs/editor.md tells how editors are set up.";

/// Where the pages of diagnostic codes can be read.
const PAGE: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/main/crates/report/src/codes/CODE.md"
);

/// An analysis in an editor may take so much memory, unless `--max-memory` says otherwise.
const MEMORY: usize = 1 << 30;

/// What `lsp` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct LspArgs {
    /// Talk over standard input and output, which it does in any case
    #[arg(long)]
    stdio: bool,
}

/// Serves until the editor ends it.
pub fn run(global: &Global, _args: &LspArgs) -> Result<Exit, Failure> {
    let mut limits = options(global).limits;
    if global.max_memory.is_none() {
        limits.memory = MEMORY;
    }
    let settings = Settings {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        dialect: dialect(&global.dialect)?,
        services: global.services.clone(),
        input_sources: input_sources(global)?,
        options: Options {
            limits,
            pipes: true,
            leaves_memory: false,
            ..options(global)
        },
        codes: report::codes::list().collect(),
        code_page: PAGE.to_owned(),
        ..Settings::default()
    };
    match serve_stdio(settings) {
        Ok(End::Clean) => Ok(Exit::Done),
        Ok(End::Abrupt) => Ok(Exit::Errors),
        Err(message) => Err(Failure::Unusable(message)),
    }
}
