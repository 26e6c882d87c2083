//! The main job: what the user points at in, the resolved clan out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flake::{FoundClan, InputInfo, Located, Via};
use model::data::Data;
use model::written::{Written, written_services};
use model::{
    Catalogue, ClanSource, Occurrence, Services, Vocabulary, assemble, decode, occurrences,
    vocabulary,
};
use nix_frontend::eval::{Evaluator, Value};
use nix_frontend::import::to_path;
use nix_lib::Library;
use resolve::Resolution;
use resolve::computed::adopt;
use source::{Diagnostic, Files, SourceMap, Span};

use crate::arguments;
use crate::causes::{self, put_together};
use crate::choose::choose;
use crate::computed::{computed_in, failures};
use crate::consequences::without_consequences;
use crate::counterparts::tell_counterparts;
use crate::places::of_the_user;
use crate::session::{Notice, Options, run, run_beside};
use crate::trace::{Libraries, arranged, said_once};
use crate::undefined;
use crate::untracked::untracked;
use crate::wishes::heard;
use crate::wreckage::without_wreckage;

pub use flake::{Entry, InputState, Origin, Sources, Store};
pub use model::Dialect;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the user points at.
    pub target: Entry,
    /// The state of clan-core; none to find it out.
    pub dialect: Option<Dialect>,
    /// A directory laid out as clan-core, whose services are taken instead of the catalogue's.
    pub services: Option<PathBuf>,
    /// Where the sources of flake inputs lie.
    pub input_sources: Sources,
    /// The name of the clan that is meant where there are several; none for the first.
    pub clan: Option<String>,
    /// Whether each setting is explained, with its declaration and the modules that members import.
    pub explain: bool,
    /// Whether also that is found that clan has nothing against and the author hardly meant.
    pub findings: bool,
    /// Whether the places are wanted at which something is named, and what the clan may say.
    pub places: bool,
    /// Whether it is told where each name of `inventory.services` is written.
    pub written: bool,
    /// Every diagnostic code there is, to tell misspelt ones; none to take any.
    pub codes: Vec<&'static str>,
}

impl Request {
    /// A request for a file or directory, all else as usual.
    pub fn of_path(path: impl Into<PathBuf>) -> Request {
        Request::of(Entry::Path(path.into()))
    }

    /// A request for anything, all else as usual.
    pub fn of(target: Entry) -> Request {
        Request {
            target,
            dialect: None,
            services: None,
            input_sources: Sources::default(),
            clan: None,
            explain: false,
            findings: false,
            places: false,
            written: false,
            codes: vec![],
        }
    }
}

/// What came out: plain data.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The clan; none if there is none, or nothing of it can be read.
    pub clan: Option<AnalysedClan>,
    /// The inputs of the flake.
    pub inputs: Vec<InputInfo>,
    /// The directory that files are named from: the flake's, or that of the file.
    pub root: PathBuf,
    /// What was found wrong, errors first found first.
    pub diagnostics: Vec<Diagnostic>,
    /// What evaluation said meanwhile.
    pub notices: Vec<Notice>,
}

impl Analysis {
    /// Whether clan would fail.
    pub fn has_errors(&self) -> bool {
        let mut severities = self.diagnostics.iter().map(|each| each.severity);
        severities.any(|severity| severity == source::Severity::Error)
    }
}

/// A clan that was read.
#[derive(Clone, Debug)]
pub struct AnalysedClan {
    /// The answer.
    pub resolution: Resolution,
    /// The clan directory.
    pub directory: PathBuf,
    /// Every place at which something is named, if that is wanted.
    pub occurrences: Vec<Occurrence>,
    /// What the clan may say, if that is wanted.
    pub vocabulary: Vocabulary,
    /// Where `inventory.services` is written, if that was wanted.
    pub written: Vec<Written>,
}

struct Outcome {
    clan: Option<AnalysedClan>,
    /// Whether it is the clan that the outputs of a flake hold.
    is_of_flake: bool,
    /// Whether what the user points at is a flake.
    is_flake: bool,
    inputs: Vec<InputInfo>,
    root: PathBuf,
    diagnostics: Vec<Diagnostic>,
}

/// Analyses what the user points at.
pub fn analyse(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    request: &Request,
) -> Analysis {
    let show_trace = options.show_trace;
    let mut libraries = Libraries::of_search_path(&options.search_path);
    let given = request.input_sources.directories();
    libraries.directories.extend(given);
    let work = |evaluator: &Evaluator<'_>| analyse_in(evaluator, request);
    let meanwhile = || {
        flake::prepare(&request.target, &request.input_sources, files);
        model::prepare();
    };
    let first = run_beside(files, sources, options.clone(), work, meanwhile);
    let mut outcome = first.result.unwrap_or_else(|| Outcome {
        clan: None,
        is_of_flake: false,
        is_flake: false,
        inputs: vec![],
        root: PathBuf::from("/"),
        diagnostics: vec![],
    });
    let mut notices = first.notices;
    if let Some(clan) = outcome.clan.as_mut().filter(|_| outcome.is_of_flake)
        && !request.input_sources.overrides.is_empty()
    {
        let second = run(files, sources, options.clone(), |evaluator| {
            computed_in(evaluator, &outcome.root, &request.input_sources)
        });
        if let Some(Some((computed, left_out))) = second.result {
            outcome
                .diagnostics
                .extend(failures(&computed, !left_out.is_empty()));
            outcome.diagnostics.extend(left_out);
            let differences = adopt(&mut clan.resolution, &computed);
            outcome.diagnostics.extend(differences);
            let is_new = |notice: &Notice| !notices.iter().any(|other| other.text == notice.text);
            let new: Vec<Notice> = second.notices.into_iter().filter(is_new).collect();
            notices.extend(new);
        }
    }
    if outcome.is_flake {
        let finding = untracked(files, sources, &outcome.root);
        outcome.diagnostics.extend(finding);
    }
    let mut diagnostics = vec![];
    for diagnostic in first.diagnostics.into_iter().chain(outcome.diagnostics) {
        let diagnostic = match show_trace {
            true => diagnostic,
            false => said_once(diagnostic),
        };
        let diagnostic = arranged(diagnostic, sources, &libraries, show_trace);
        add(&mut diagnostics, of_the_user(diagnostic, sources));
    }
    causes::tell_remedies(&mut diagnostics, &outcome.inputs);
    tell_counterparts(&mut diagnostics, sources);
    arguments::tell_of_clan(&mut diagnostics);
    let diagnostics = without_wreckage(put_together(diagnostics), sources);
    let diagnostics = without_consequences(diagnostics);
    let mut diagnostics = undefined::gathered(diagnostics, sources);
    undefined::take_back_hints(&mut diagnostics, files, sources, options);
    let (root, codes) = (&outcome.root, &request.codes);
    undefined::tell_inputs(&mut diagnostics, &outcome.inputs, sources, root);
    let diagnostics = heard(diagnostics, files, sources, root, codes, request.findings);
    Analysis {
        clan: outcome.clan,
        inputs: outcome.inputs,
        root: outcome.root,
        diagnostics,
        notices,
    }
}

/// Adds a finding unless it is there already, or follows from a fault of syntax at the same place.
pub(crate) fn add(diagnostics: &mut Vec<Diagnostic>, diagnostic: Diagnostic) {
    let known = diagnostics.iter().any(|other| {
        let same_place = other.primary() == diagnostic.primary();
        let same = other.code == diagnostic.code && other.message == diagnostic.message;
        let follows = diagnostic.code == "syntax" && diagnostic.message == other.message;
        same_place && (same || follows)
    });
    if !known {
        diagnostics.push(diagnostic);
    }
}

fn analyse_in(evaluator: &Evaluator<'_>, request: &Request) -> Outcome {
    let library = nix_lib::library(evaluator);
    let located = flake::open(
        evaluator,
        library,
        flake::Request {
            entry: &request.target,
            sources: &request.input_sources,
        },
    );
    let mut diagnostics: Vec<Diagnostic> = located.diagnostics.iter().cloned().collect();
    let wanted = request.clan.as_deref();
    let chosen = choose(evaluator, library, &located, wanted, &mut diagnostics);
    let first = located.clans.first().map(std::ptr::from_ref);
    let is_of_flake = located.flake.is_some() && chosen.map(std::ptr::from_ref) == first;
    let clan = chosen.and_then(|found| {
        read(
            evaluator,
            library,
            &located,
            found,
            request,
            &mut diagnostics,
        )
    });
    for note in left_out(evaluator, library) {
        add(&mut diagnostics, note);
    }
    library.modules.forget();
    Outcome {
        clan,
        is_of_flake,
        is_flake: located.flake.is_some(),
        inputs: located.inputs,
        root: located.root,
        diagnostics,
    }
}

/// A note for each module that was left out because it is out of reach.
pub(crate) fn left_out<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
) -> impl Iterator<Item = Diagnostic> {
    library.modules.skipped().into_iter().map(|skipped| {
        let message = format!(
            "the module `{}` is left out: {}",
            skipped.name, skipped.because
        );
        let note = Diagnostic::note("out-of-reach", message);
        match skipped.place.some() {
            Some(place) => note.label(evaluator.session.sources.word(place), "imported here"),
            None => note,
        }
    })
}

fn read<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    located: &Located<'a>,
    found: &FoundClan<'a>,
    request: &Request,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<AnalysedClan> {
    let catalogue = Catalogue::get();
    let mut source = clan_source(evaluator, located, found);
    source.core_modules = catalogue.core_modules(evaluator, request.services.as_deref());
    let wanted = request.dialect.as_ref();
    let dialect = dialect(evaluator, library, located, &source, wanted);
    let clan = match assemble(evaluator, library, &source, &dialect, diagnostics) {
        Ok(clan) => clan,
        Err(error) => {
            diagnostics.push(error.diagnostic());
            return None;
        }
    };
    let inventory = decode(evaluator, library, &clan, diagnostics);
    let written = match request.written {
        true => written_services(evaluator, library, &clan),
        false => vec![],
    };
    let services = Services {
        evaluator,
        library,
        clan: &clan,
        catalogue,
        directory: request.services.as_deref(),
    };
    let meta = meta(evaluator, &inventory.meta);
    let options = resolve::Options {
        explain: request.explain || request.findings,
        declarations: request.explain,
        findings: request.findings,
    };
    let resolution = resolve::resolve(&inventory, &services, meta, options, diagnostics);
    for error in library.modules.take_tolerated() {
        add(diagnostics, error.diagnostic());
    }
    for note in causes::of_settings(&resolution, &evaluator.session.sources) {
        add(diagnostics, note);
    }
    let (mut named, mut sayable) = (vec![], Vocabulary::default());
    if request.places {
        named = occurrences(evaluator, library, &clan);
        sayable = vocabulary(&inventory, &services);
    }
    Some(AnalysedClan {
        resolution,
        directory: source.directory,
        occurrences: named,
        vocabulary: sayable,
        written,
    })
}

/// Where the clan comes from.
pub(crate) fn clan_source<'a>(
    evaluator: &Evaluator<'a>,
    located: &Located<'a>,
    found: &FoundClan<'a>,
) -> ClanSource<'a> {
    let names = |holds: fn(&InputInfo) -> bool| {
        let inputs = located.inputs.iter().filter(|input| holds(input));
        inputs.map(|input| input.name.clone()).collect()
    };
    ClanSource {
        modules: found.modules.clone(),
        directory: directory(evaluator, found),
        special_args: found.special_args,
        inputs: inputs(evaluator, found),
        clan_cores: names(|input| input.is_clan_core),
        no_clans: names(|input| input.has_no_clan),
        core_modules: vec![],
        is_called: matches!(found.via, Via::BuildClan | Via::Clan),
        made_at: located.flake.map(|_| found.place),
    }
}

/// The state of clan-core to read the clan by: what is wanted, else what is locked, else what the clan looks like.
pub(crate) fn dialect<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    located: &Located<'_>,
    source: &ClanSource<'a>,
    wanted: Option<&Dialect>,
) -> Dialect {
    wanted
        .cloned()
        .or_else(|| locked_dialect(located))
        .unwrap_or_else(|| guess_dialect(evaluator, library, source))
}

/// The clan directory: what the arguments say, else the flake's.
fn directory<'a>(evaluator: &Evaluator<'a>, found: &FoundClan<'a>) -> PathBuf {
    for module in &found.modules {
        let Ok(Value::Attrs(attrs)) = evaluator.force(module.value) else {
            continue;
        };
        let Some(directory) = attrs.value(evaluator.symbol("directory")) else {
            continue;
        };
        if let Ok(path) = evaluator.coerce_to_path(directory) {
            return to_path(path.bytes).to_owned();
        }
    }
    found.self_directory.clone()
}

fn inputs<'a>(evaluator: &Evaluator<'a>, found: &FoundClan<'a>) -> Option<Value<'a>> {
    let flake = found.special_args.value(evaluator.symbol("self"))?;
    let flake = evaluator.force(flake).ok()?;
    let inputs = evaluator.select(flake, evaluator.symbol("inputs"), Span::NONE);
    inputs
        .ok()
        .filter(|inputs| matches!(inputs, Value::Attrs(_)))
}

/// The day of the clan-core that the flake has locked.
fn locked_dialect(located: &Located<'_>) -> Option<Dialect> {
    Dialect::parse(located.clan_core()?.date.as_deref()?)
}

/// Without a lock: by what the inventory defines. `services` alone mean the guides' state, or the last one that has them if the clan
/// takes `self`, which the guides' state does not know; `instances` mean the newest.
fn guess_dialect<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    source: &ClanSource<'a>,
) -> Dialect {
    let both = Dialect::of(Dialect::BOTH);
    let has = |name: &str| {
        let clan = assemble(evaluator, library, source, &both, &mut vec![]).ok()?;
        let inventory = evaluator.select(clan.config, evaluator.symbol("inventory"), Span::NONE);
        let inventory = library.modules.evaluation_of(inventory.ok()?)?;
        let root = inventory.root(evaluator).ok()?;
        let name = evaluator.symbol(name);
        root.entry(name)?;
        let definitions = root.definitions_of(evaluator, name).ok()?;
        Some(!definitions.is_empty())
    };
    let services = has("services").unwrap_or(false);
    let instances = services && has("instances").unwrap_or(false);
    library.modules.take_tolerated();
    match (services, instances) {
        (true, true) => both,
        (true, false) if takes_self(evaluator, source) => both,
        (true, false) => Dialect::of(Dialect::SERVICES),
        _ => Dialect::of(Dialect::NEWEST),
    }
}

/// Whether the arguments of the clan say `self`.
fn takes_self<'a>(evaluator: &Evaluator<'a>, source: &ClanSource<'a>) -> bool {
    source.modules.iter().any(|module| {
        let module = evaluator.force(module.value);
        matches!(module, Ok(Value::Attrs(attrs)) if attrs.value(evaluator.symbol("self")).is_some())
    })
}

/// `meta` as a value again, for interfaces that ask for it.
fn meta<'a>(evaluator: &Evaluator<'a>, meta: &Data) -> Value<'a> {
    let Data::Set(attrs) = meta else {
        return evaluator.attrs(vec![]);
    };
    let attrs = attrs.iter().map(|(name, _, value)| {
        let value = match value {
            Data::String(text) => evaluator.string(text),
            _ => Value::Null,
        };
        (name.as_str(), value)
    });
    evaluator.attrs_from(attrs)
}

/// The path from `base` to `path`, where it lies below; else the path itself.
pub fn relative(base: &Path, path: &Path) -> String {
    match path.strip_prefix(base) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}
