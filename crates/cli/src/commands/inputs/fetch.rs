//! `inputs fetch`: downloads, one line for each input.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ::fetch::{Cache, Fetched, Reference, Settings, Wanted};
use clap::Args;
use project::analysis::{InputState, Origin};
use project::inputs::NamedInput;
use report::table::{Look, table};
use source::suggest;

use super::progress::Progress;
use super::{origin_name, read};
use crate::args::Global;
use crate::commands::{Exit, Failure};
use crate::surroundings::{caches, fetched_inputs, variable};
use crate::terminal::{Terminal, complain};

const EXAMPLES: &str = "\
Examples:
  clan-inventory inputs fetch                     all inputs that stand-ins do not answer for
  clan-inventory inputs fetch tools clan-core/disko
  clan-inventory inputs fetch --all ~/clan        every locked input
  clan-inventory inputs fetch --dry-run           only tell what would be downloaded from where

Each input is checked against its `narHash` before it can be used. A download that breaks off goes on with the next call.
Git inputs come by `git`, with your own rights. Certificates are Mozilla's, or those in NIX_SSL_CERT_FILE or SSL_CERT_FILE.
With CLAN_INVENTORY_MIRROR=URL, https://HOST/PATH is taken from URL/HOST/PATH. HTTPS_PROXY and its kin are heeded.";

/// What `inputs fetch` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct FetchArgs {
    /// Inputs by name (`a/b` for an input of an input), then the flake
    #[arg(value_name = "NAME|DIR")]
    words: Vec<PathBuf>,
    /// Fetch inputs that have stand-ins, and theirs, as well
    #[arg(long)]
    all: bool,
    /// Only tell what would be fetched
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// How many inputs are fetched at the same time
    #[arg(short, long, value_name = "N", default_value_t = 4)]
    jobs: usize,
}

/// Fetches; `path` is the flake unless the arguments say otherwise.
pub fn run(
    terminal: &Terminal,
    global: &Global,
    args: &FetchArgs,
    path: &Path,
) -> Result<Exit, Failure> {
    let (names, path) = match args.words.split_last() {
        Some((last, names)) if is_flake(last) => (names, last.as_path()),
        _ => (args.words.as_slice(), path),
    };
    let inputs = read(terminal, global, path)?;
    let chosen = choose(terminal, &inputs, names, args.all)?;
    let wanted: Vec<Wanted> = chosen
        .iter()
        .filter(|input| must_be_fetched(input))
        .map(|input| Wanted {
            name: input.path.clone(),
            locked: input.info.locked.clone(),
        })
        .collect();
    if args.dry_run {
        return tell(terminal, &wanted);
    }
    let cache = fetched_inputs().ok_or_else(|| {
        let why = "there is no place for a cache: set CLAN_INVENTORY_CACHE, XDG_CACHE_HOME or HOME";
        Failure::Unusable(why.to_owned())
    })?;
    let settings = Settings {
        mirror: variable("CLAN_INVENTORY_MIRROR"),
        certificates: ["NIX_SSL_CERT_FILE", "SSL_CERT_FILE"]
            .into_iter()
            .find_map(variable)
            .map(PathBuf::from),
        git_caches: global
            .use_store
            .is_some()
            .then(|| Some(caches()?.join("nix/gitv3")))
            .flatten(),
        jobs: args.jobs,
    };
    let progress = Progress::new(terminal, &wanted);
    let cache = Cache::new(cache);
    let results = ::fetch::fetch(&cache, &settings, &wanted, &|number, event| {
        progress.show(number, event);
    });
    progress.end();
    let mut exit = Exit::Done;
    for (wanted, result) in wanted.iter().zip(&results) {
        if let Err(error) = result {
            exit = Exit::Errors;
            complain(&format!("{}: {error}", wanted.name));
        }
    }
    let fetched: Vec<_> = wanted.iter().zip(&results).collect();
    let rows = chosen.iter().map(|input| {
        let found = fetched.iter().find(|(wanted, _)| wanted.name == input.path);
        row(input, found.map(|(_, result)| *result))
    });
    terminal.data(table(&rows.collect::<Vec<_>>(), "", Look::PLAIN).as_bytes())?;
    Ok(exit)
}

/// Whether a word means a flake rather than an input.
fn is_flake(word: &Path) -> bool {
    let starts = ["/", "./", "../"];
    let text = word.to_string_lossy();
    let is_path =
        matches!(&*text, "." | "..") || starts.iter().any(|start| text.starts_with(start));
    is_path || word.join("flake.nix").is_file() || text.ends_with("flake.nix")
}

/// The inputs that are meant, each once.
fn choose<'i>(
    terminal: &Terminal,
    inputs: &'i [NamedInput],
    names: &[PathBuf],
    all: bool,
) -> Result<Vec<&'i NamedInput>, Failure> {
    let mut chosen: Vec<&NamedInput> = vec![];
    for name in names {
        let name = name.to_string_lossy();
        let found = inputs.iter().find(|input| input.path == name);
        chosen.push(found.ok_or_else(|| unknown(&name, inputs))?);
    }
    if names.is_empty() {
        let wanted = |input: &&NamedInput| input.follows.is_none() && (all || input.is_needed);
        chosen.extend(inputs.iter().filter(wanted));
        let left: Vec<&str> = inputs
            .iter()
            .filter(|input| input.follows.is_none() && input.info.has_stand_in && !all)
            .map(|input| input.path.as_str())
            .collect();
        if !left.is_empty() && !terminal.is_quiet() {
            let left = left.join(", ");
            terminal.say(&format!(
                "left out, for stand-ins answer for them: {left}; name them, or give --all\n"
            ));
        }
    }
    let mut known = BTreeSet::new();
    chosen.retain(|input| known.insert(input.info.name.clone()));
    Ok(chosen)
}

fn unknown(name: &str, inputs: &[NamedInput]) -> Failure {
    let names = inputs.iter().map(|input| input.path.as_str());
    let hint = match suggest::nearest(name, names) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    };
    Failure::Unusable(format!("the flake has no input `{name}`{hint}"))
}

/// Whether an input is neither named by the command line, nor in the flake, nor in a store.
fn must_be_fetched(input: &NamedInput) -> bool {
    match &input.info.state {
        InputState::Real(_, origin) => *origin == Origin::Cache,
        InputState::StandIn | InputState::OutOfReach => true,
    }
}

/// Tells what would be fetched.
fn tell(terminal: &Terminal, wanted: &[Wanted]) -> Result<Exit, Failure> {
    let rows = wanted.iter().map(|wanted| {
        let from = match Reference::read(&wanted.locked) {
            Ok(reference) => reference.place.describe(),
            Err(error) => format!("not possible: {error}"),
        };
        vec![wanted.name.clone(), from]
    });
    terminal.data(table(&rows.collect::<Vec<_>>(), "", Look::PLAIN).as_bytes())?;
    Ok(Exit::Done)
}

fn row(input: &NamedInput, result: Option<&Result<Fetched, ::fetch::Error>>) -> Vec<String> {
    let (what, place) = match (result, &input.info.state) {
        (Some(Ok(fetched)), _) => {
            let what = fetched.from.as_ref().map_or("was there", |_| "fetched");
            (what, fetched.tree.display().to_string())
        }
        (Some(Err(_)), _) => ("failed", String::new()),
        (None, InputState::Real(path, origin)) => {
            (origin_name(*origin), path.display().to_string())
        }
        (None, _) => ("", String::new()),
    };
    vec![input.path.clone(), what.to_owned(), place]
}
