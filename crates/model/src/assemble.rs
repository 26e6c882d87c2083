//! Puts the clan together: the user's modules, `inventory.json`, the folders below `machines/`, and the schema.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::syntax::TextAhead;
use nix_lib::Library;
use nix_lib::modules::{Evaluation, Input, Setup};
use source::files::{FileError, FileKind};
use source::{Diagnostic, Pos, SourceFile, Span};

use crate::dialect::{Dialect, Fact};
use crate::json_fault;

/// Where a clan comes from.
pub struct ClanSource<'a> {
    /// The user's modules at clan level, in order.
    pub modules: Vec<Input<'a>>,
    /// The clan directory, absolute: where `machines/` and `inventory.json` lie.
    pub directory: PathBuf,
    /// What module functions may ask for: `self`, `clan-core`, `nixpkgs`, ….
    pub special_args: &'a Attrs<'a>,
    /// Where `module.input` is looked up: the flake's inputs.
    pub inputs: Option<Value<'a>>,
    /// The names of those inputs that are clan-core.
    pub clan_cores: Vec<String>,
    /// The names of those inputs that are known to be no clans.
    pub no_clans: Vec<String>,
    /// clan-core's own modules of the services generation, and where each lies.
    pub core_modules: Vec<(String, PathBuf)>,
    /// Whether the modules are the argument of clan-core's function, rather than definitions of an option that is the clan.
    pub is_called: bool,
    /// Where a flake makes the clan; none for a bare file, of which nobody reads more than it says.
    pub made_at: Option<Pos>,
}

/// A clan whose modules are put together, and read when it is asked for.
pub struct Clan<'a> {
    /// The merged `config`.
    pub config: Value<'a>,
    /// The evaluation behind it.
    pub evaluation: &'a Evaluation<'a>,
    /// The state of clan-core that it is read by.
    pub dialect: Dialect,
    /// The clan directory, absolute.
    pub directory: PathBuf,
    /// The directories below `machines/`, in the order of names.
    pub folders: Vec<String>,
    /// The content of `inventory.json`, if there is one.
    pub json: Option<Value<'a>>,
    /// The flake's inputs.
    pub inputs: Option<Value<'a>>,
    /// The names of those inputs that are clan-core.
    pub clan_cores: Vec<String>,
    /// The names of those inputs that are known to be no clans.
    pub no_clans: Vec<String>,
    /// Where a flake makes the clan; none for a bare file.
    pub made_at: Option<Pos>,
    /// Whether it is made by clan-core's function, which knows the flake only by what it is given.
    pub is_called: bool,
    /// clan-core's own modules of the services generation, and where each lies.
    pub core_modules: Vec<(String, PathBuf)>,
}

const SCHEMA: &str = include_str!("../data/schema.nix");
const SCHEMA_PATH: &str = "/«clan-core»/schema.nix";

/// The schema as it is read, once for all clans; none if it has faults, which are then reported.
pub(crate) fn schema_ahead() -> Option<&'static TextAhead> {
    static READ: OnceLock<Option<TextAhead>> = OnceLock::new();
    READ.get_or_init(|| TextAhead::new(SCHEMA)).as_ref()
}

/// The file that stands for clan-core's own options in places.
pub fn is_schema(path: &Path) -> bool {
    path.starts_with("/«clan-core»")
}

/// Puts a clan together.
///
/// Errors: its modules cannot be merged at all. A broken `inventory.json` is reported and left out.
pub fn assemble<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    source: &ClanSource<'a>,
    dialect: &Dialect,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Clan<'a>> {
    let folders = folders(evaluator, &source.directory);
    let json = match inventory_json(evaluator, &source.directory) {
        Ok(json) => json,
        Err(error) => {
            diagnostics.push(json_fault::told(&error));
            None
        }
    };
    let modules = schema(evaluator, library, source, dialect, &folders, json)?;
    let inputs: Vec<Input<'a>> = modules.iter().map(|module| Input::of(*module)).collect();
    let evaluation = Evaluation::new(
        evaluator,
        library.modules,
        Setup {
            modules: evaluator.arena.alloc_slice_copy(&inputs),
            special_args: Some(source.special_args),
            prefix: &[],
            class: dialect.has(Fact::LibClan).then_some(b"clan"),
        },
    );
    library.modules.set_tolerant(true);
    let config = evaluation.checked_config(evaluator);
    Ok(Clan {
        config: config?,
        evaluation,
        dialect: dialect.clone(),
        directory: source.directory.clone(),
        folders,
        json,
        inputs: source.inputs,
        clan_cores: source.clan_cores.clone(),
        no_clans: source.no_clans.clone(),
        made_at: source.made_at,
        is_called: source.is_called,
        core_modules: source.core_modules.clone(),
    })
}

/// Evaluates a Nix text of our own.
pub(crate) fn own_text<'a>(evaluator: &Evaluator<'a>, path: &str, text: &str) -> Result<Value<'a>> {
    evaluate(
        evaluator,
        evaluator.session.add(Path::new(path), text.into()),
    )
}

fn evaluate<'a>(
    evaluator: &Evaluator<'a>,
    file: std::result::Result<&SourceFile, FileError>,
) -> Result<Value<'a>> {
    let file = file.map_err(|error| nix_frontend::import::file_error(&error))?;
    evaluator.evaluate_text(file, None, &[])
}

fn schema<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    source: &ClanSource<'a>,
    dialect: &Dialect,
    folders: &[String],
    json: Option<Value<'a>>,
) -> Result<&'a [Value<'a>]> {
    let function = match schema_ahead() {
        Some(ahead) => {
            let path = Path::new(SCHEMA_PATH);
            evaluate(evaluator, evaluator.session.add_ahead(path, ahead))?
        }
        None => own_text(evaluator, SCHEMA_PATH, SCHEMA)?,
    };
    let folders: Vec<Value<'a>> = folders.iter().map(|name| evaluator.string(name)).collect();
    let user: Vec<Value<'a>> = source
        .modules
        .iter()
        .map(|input| user_module(evaluator, input, source.is_called))
        .collect();
    let core_modules = source.core_modules.iter().map(|(name, path)| {
        let path = evaluator.path(path.as_os_str().as_bytes());
        (name.as_str(), path)
    });
    let json_file = source.directory.join("inventory.json");
    let facts = Fact::ALL.iter();
    let facts = facts.map(|fact| (fact.name(), Value::Bool(dialect.has(*fact).into())));
    let arguments = evaluator.attrs_from([
        ("lib", library.lib),
        ("is", evaluator.attrs_from(facts)),
        ("user", evaluator.list(&user)),
        ("called", Value::Bool(source.is_called.into())),
        (
            "directory",
            evaluator.path(source.directory.as_os_str().as_bytes()),
        ),
        ("coreModules", evaluator.attrs_from(core_modules)),
        ("folders", evaluator.list(&folders)),
        ("json", json.unwrap_or(Value::Null)),
        (
            "jsonFile",
            evaluator.string(json_file.as_os_str().as_bytes()),
        ),
    ]);
    let modules = evaluator.call1(function, arguments)?;
    evaluator.force_list(modules)
}

/// A definition of an option that is the clan is a module that imports it; an argument is the module itself. The order of definitions
/// in lists depends on it.
fn user_module<'a>(evaluator: &Evaluator<'a>, input: &Input<'a>, is_called: bool) -> Value<'a> {
    let Some(file) = input.file else {
        return input.value;
    };
    let file = evaluator.borrowed_string(file);
    if let (true, Ok(Value::Attrs(attrs))) = (is_called, evaluator.force(input.value)) {
        let own = evaluator.attrs_ref(vec![Attr {
            name: evaluator.symbol("_file"),
            place: Pos::NONE,
            value: file,
        }]);
        return Value::Attrs(own.update(attrs, evaluator.arena));
    }
    let imports = evaluator.list(&[input.value]);
    evaluator.attrs_from([("_file", file), ("imports", imports)])
}

fn folders(evaluator: &Evaluator<'_>, directory: &Path) -> Vec<String> {
    let listed = evaluator.session.files.list(&directory.join("machines"));
    let folders = listed.unwrap_or_default().into_iter();
    let folders = folders.filter(|(_, kind)| *kind == FileKind::Directory);
    folders.map(|(name, _)| name).collect()
}

fn inventory_json<'a>(evaluator: &Evaluator<'a>, directory: &Path) -> Result<Option<Value<'a>>> {
    let file = match evaluator.session.load(&directory.join("inventory.json")) {
        Ok(file) => file,
        Err(FileError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(nix_frontend::import::file_error(&error)),
    };
    let text = evaluator.borrowed_string(file.bytes());
    let parse = evaluator.builtins_value("fromJSON")?;
    evaluator
        .call1(parse, text)
        .map(Some)
        .map_err(|error| error.at(file.full_span()))
}

/// An attribute's name as a place in a file.
pub(crate) fn name_span(evaluator: &Evaluator<'_>, place: Pos) -> Span {
    match place.some() {
        Some(place) if !is_own(evaluator, place) => evaluator.session.sources.word(place),
        _ => Span::NONE,
    }
}

/// Whether a place lies in a text of our own rather than in one of the user's.
pub(crate) fn is_own(evaluator: &Evaluator<'_>, place: Pos) -> bool {
    let file = evaluator.session.sources.file(place);
    file.is_some_and(|file| file.path.to_string_lossy().starts_with("/«"))
}

/// The attributes of a set in the order of names, with their names as text.
pub(crate) fn entries<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
) -> Result<Vec<(String, &'a Attr<'a>)>> {
    let attrs = evaluator.force_attrs(value)?;
    let items = evaluator.ordered(attrs).iter();
    Ok(items
        .map(|attr| (evaluator.name_text(attr.name), attr))
        .collect())
}
