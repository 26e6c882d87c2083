//! `eval`: any Nix expression, as `nix-instantiate --eval` does it.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgMatches, Args, FromArgMatches};
use project::evaluate::{Argument, Form, Input, Request, Text, evaluate};
use project::session::Listener;
use source::SourceMap;

use crate::args::Global;
use crate::commands::{Exit, Failure};
use crate::surroundings::{absolute, disk, flake_directory, options, search_path, standard_input};
use crate::terminal::Terminal;

/// What `eval` is asked to do.
#[derive(Args, Debug)]
pub struct EvalArgs {
    /// Files, `-` for standard input, or `<name>` for the search path [default: ./default.nix]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The expression itself; what stands for files then are expressions too
    #[arg(short = 'E', long, value_name = "E", num_args = 0..=1, allow_negative_numbers = true)]
    expr: Option<Vec<String>>,
    /// The attribute path of what is printed; may be repeated
    #[arg(short = 'A', long = "attr", value_name = "A")]
    attributes: Vec<String>,
    /// Evaluate everything in the value
    #[arg(long)]
    strict: bool,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["xml", "raw"])]
    json: bool,
    /// Print XML
    #[arg(long, conflicts_with = "raw")]
    xml: bool,
    /// Print a string as it is
    #[arg(long)]
    raw: bool,
    /// Leave places out of XML
    #[arg(long)]
    no_location: bool,
    #[command(flatten)]
    arguments: Arguments,
    /// Add to the search path; what is added first is found first
    #[arg(short = 'I', long, value_name = "[PREFIX=]PATH")]
    include: Vec<String>,
    /// Only parse
    #[arg(long, visible_alias = "parse")]
    parse_only: bool,
    /// Allow what Nix calls experimental: `pipe-operators`
    #[arg(long, visible_alias = "experimental-features", value_name = "FEATURES")]
    extra_experimental_features: Vec<String>,
    /// Read only what lies beside FILE or is named, and nothing of the environment, as in a flake
    #[arg(long, conflicts_with = "impure")]
    pure_eval: bool,
    /// What `nix-instantiate` has to be told goes without saying here
    #[arg(
        long = "eval",
        aliases = ["read-write-mode", "readonly-mode"],
        hide = true,
        action = clap::ArgAction::Count
    )]
    implied: u8,
}

/// `--arg` and `--argstr`, in the order in which they were given.
#[derive(Debug, Default)]
struct Arguments {
    /// Name, value, whether it is a string.
    given: Vec<(String, String, bool)>,
}

const ARG: &str = "arg";
const ARGSTR: &str = "argstr";

impl Args for Arguments {
    fn augment_args(command: clap::Command) -> clap::Command {
        let option = |name: &'static str, value: &'static str, help: &'static str| {
            clap::Arg::new(name)
                .long(name)
                .num_args(2)
                .action(clap::ArgAction::Append)
                .value_names(["N", value])
                .help(help)
        };
        command
            .arg(option(ARG, "E", "Call functions with the argument N = E"))
            .arg(option(
                ARGSTR,
                "S",
                "Call functions with the string S as the argument N",
            ))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Arguments::augment_args(command)
    }
}

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Arguments, clap::Error> {
        let mut arguments = Arguments::default();
        arguments.update_from_arg_matches(matches)?;
        Ok(arguments)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let mut found = vec![];
        for name in [ARG, ARGSTR] {
            let indices = matches.indices_of(name).into_iter().flatten().step_by(2);
            let occurrences = matches.get_occurrences::<String>(name);
            for (index, mut values) in indices.zip(occurrences.into_iter().flatten()) {
                if let (Some(key), Some(value)) = (values.next(), values.next()) {
                    found.push((index, (key.clone(), value.clone(), name == ARGSTR)));
                }
            }
        }
        found.sort_by_key(|(index, _)| *index);
        self.given = found.into_iter().map(|(_, argument)| argument).collect();
        Ok(())
    }
}

/// Evaluates and prints one input after the other, as far as nothing is wrong.
pub fn run(terminal: &Terminal, global: &Global, args: &EvalArgs) -> Result<Exit, Failure> {
    let here = absolute(Path::new("."))?;
    let global = &Global {
        impure: !args.pure_eval,
        ..global.clone()
    };
    let search_path = search_path(global, &args.include)?;
    for input in inputs(global, args, &here)? {
        let mut roots = vec![root_of(&input, &here), here.clone()];
        roots.extend(search_path.iter().map(|(_, path)| path.clone()));
        let mut options = options(global);
        options.search_path = search_path.clone();
        options.pipes = has_pipes(args);
        let teller = terminal.clone();
        options.listener = Some(Listener(Arc::new(move |notice| teller.notice(notice))));
        let disk = disk(global, roots).for_one_run();
        let sources = Arc::new(SourceMap::new());
        let evaluated = evaluate(&disk, &sources, options, &request(args, input, &here));
        let written = terminal.data(&evaluated.output);
        terminal.diagnostics(&evaluated.diagnostics, &sources, &here);
        written?;
        if evaluated.failed {
            return Ok(Exit::Errors);
        }
    }
    Ok(Exit::Done)
}

fn request(args: &EvalArgs, input: Input, here: &Path) -> Request {
    Request {
        input,
        attributes: match args.attributes.as_slice() {
            [] => vec![String::new()],
            given => given.to_vec(),
        },
        arguments: arguments(&args.arguments, here),
        form: match (args.json, args.xml, args.raw) {
            (true, _, _) => Form::Json,
            (_, true, _) => Form::Xml,
            (_, _, true) => Form::Raw,
            _ => Form::Nix,
        },
        places: !args.no_location,
        strict: args.strict,
        parse_only: args.parse_only,
    }
}

fn has_pipes(args: &EvalArgs) -> bool {
    let features = &args.extra_experimental_features;
    let mut features = features.iter().flat_map(|list| list.split_whitespace());
    features.any(|feature| matches!(feature, "pipe-operators" | "pipe-operator"))
}

fn inputs(global: &Global, args: &EvalArgs, here: &Path) -> Result<Vec<Input>, Failure> {
    let files = args.files.iter();
    let Some(given) = &args.expr else {
        let default = args.files.is_empty().then(|| Path::new("./default.nix"));
        let files = files.map(PathBuf::as_path).chain(default);
        return files.map(|file| of_file(global, file, here)).collect();
    };
    if given.is_empty() && args.files.is_empty() {
        let message = "`-E` needs an expression".to_owned();
        return Err(Failure::Unusable(message));
    }
    let expressions = given.iter().map(|given| given.as_bytes());
    let expressions = expressions.chain(files.map(|file| file.as_os_str().as_bytes()));
    let inputs = expressions.map(|expression| Input::Text(text("«string»", here, expression)));
    Ok(inputs.collect())
}

fn of_file(global: &Global, file: &Path, here: &Path) -> Result<Input, Failure> {
    if file == Path::new("-") {
        let bytes = standard_input()?;
        let Some(name) = &global.stdin_filename else {
            let name = PathBuf::from("«stdin»");
            let base = here.to_owned();
            return Ok(Input::Text(Text { name, base, bytes }));
        };
        let name = absolute(name)?;
        let base = name.parent().unwrap_or(here).to_owned();
        return Ok(Input::Text(Text { name, base, bytes }));
    }
    let name = file.to_str().unwrap_or_default();
    if let Some(name) = name
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'))
    {
        return Ok(Input::SearchPath(name.to_owned()));
    }
    let path = absolute(file)?;
    if !path.exists() {
        let path = file.display();
        return Err(Failure::Unusable(format!("`{path}` does not exist")));
    }
    Ok(Input::File(path))
}

fn text(name: &str, base: &Path, text: &[u8]) -> Text {
    Text {
        name: PathBuf::from(name),
        base: base.to_owned(),
        bytes: text.to_vec(),
    }
}

/// What may be read because the expression lies there: the flake around it, or else the directory that it is or lies in.
fn root_of(input: &Input, here: &Path) -> PathBuf {
    let place = match input {
        Input::File(path) if path.is_dir() => path,
        Input::File(path) => path.parent().unwrap_or(path),
        Input::Text(text) => &text.base,
        Input::SearchPath(_) => here,
    };
    flake_directory(place).unwrap_or_else(|| place.to_owned())
}

fn arguments(arguments: &Arguments, here: &Path) -> Vec<(String, Argument)> {
    let given = arguments.given.iter().enumerate();
    let given = given.map(|(number, (name, value, is_string))| {
        let argument = if *is_string {
            Argument::String(value.clone())
        } else {
            let label = format!("«--arg {name}, {}»", number + 1);
            Argument::Expression(text(&label, here, value.as_bytes()))
        };
        (name.clone(), argument)
    });
    given.collect()
}
