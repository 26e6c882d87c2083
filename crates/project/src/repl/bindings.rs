//! The scope of a session in one evaluator: names and their values, and the evaluation of texts within it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nix_frontend::escape::attribute_name_into;
use nix_frontend::eval::pretty::Style;
use nix_frontend::eval::{At, ErrorKind, EvalError, Evaluator, Value};
use nix_frontend::import::file_error;
use nix_frontend::ir::Symbol;
use nix_frontend::session::LowerOptions;
use nix_lib::Library;
use source::{Diagnostic, Severity, SourceFile, suggest};

use super::{Answer, Context};
use crate::evaluate::finding;
use crate::places::of_the_user;
use crate::trace::{Libraries, arranged};

/// What messages call an input.
const NAME: &str = "«repl»";
/// So many names are told of those that are added.
const MOST_NAMES: usize = 20;

/// Names and their values, as a text is evaluated with them.
type Scope<'a> = &'a [(Symbol, Value<'a>)];

/// The scope, and what evaluates in it.
pub(super) struct Bindings<'e, 'a> {
    pub evaluator: &'e Evaluator<'a>,
    pub library: Library<'a>,
    pub context: &'e Context<'e>,
    pub shows_trace: bool,
    /// Whether something was evaluated, so that files may have been read.
    pub has_read: bool,
    /// Whether some values are not what they would be in a new evaluator.
    is_stale: Cell<bool>,
    bound: BTreeMap<Symbol, Value<'a>>,
    /// The names that were added last, as they are written.
    last: Option<Vec<String>>,
    /// How many findings of the session were told.
    told: usize,
    libraries: Libraries,
}

/// Why an input was not done.
pub(super) enum Refusal {
    /// A value failed.
    Failed(Box<EvalError>),
    /// The input's text has faults.
    Faulty(Vec<Diagnostic>),
    /// The command cannot be done: a line that says why.
    Complaint(String),
}

impl From<Box<EvalError>> for Refusal {
    fn from(error: Box<EvalError>) -> Refusal {
        Refusal::Failed(error)
    }
}

impl<'e, 'a> Bindings<'e, 'a> {
    /// A scope with nothing but `lib`.
    pub(super) fn new(evaluator: &'e Evaluator<'a>, context: &'e Context<'e>) -> Self {
        let library = nix_lib::library(evaluator);
        let path = nix_frontend::import::virtual_search("nixpkgs/lib");
        evaluator.provide_import(path.as_bytes(), library.lib);
        let calls = evaluator.arena.alloc(Cell::new(&[][..]));
        let given = context.start.input_sources.clone();
        flake::provide_get_flake(evaluator, move |_| library, given, calls);
        let mut libraries = Libraries::of_search_path(&evaluator.options.search_path);
        let given = context.start.input_sources.directories();
        libraries.directories.extend(given);
        Bindings {
            evaluator,
            library,
            context,
            shows_trace: evaluator.options.show_trace,
            has_read: false,
            is_stale: Cell::new(false),
            bound: BTreeMap::from([(evaluator.symbol("lib"), library.lib)]),
            last: None,
            told: 0,
            libraries,
        }
    }

    /// An input begins: the limits hold anew.
    pub(super) fn begin(&self) {
        self.evaluator.renew_limits(u64::MAX);
    }

    /// Takes down whether some values failed in a way that must not stick to them.
    pub(super) fn mark(&self, is_stale: bool) {
        self.is_stale.set(self.is_stale.get() || is_stale);
    }

    /// Whether another evaluator is needed before the next input.
    pub(super) fn is_used_up(&self) -> bool {
        let most = self.evaluator.options.limits.memory / 2;
        self.is_stale.get() || self.evaluator.taken() > most
    }

    /// The variable of that name, those of Nix itself included.
    pub(super) fn variable(&self, name: Symbol) -> Option<Value<'a>> {
        let bound = self.bound.get(&name).copied();
        bound.or_else(|| self.evaluator.global(name))
    }

    /// The names of all variables, those of Nix itself included.
    pub(super) fn names(&self) -> impl Iterator<Item = Symbol> + '_ {
        let bound = self.bound.keys().copied();
        bound.chain(self.evaluator.session.globals())
    }

    // Evaluating

    /// The value of an expression, forced.
    pub(super) fn evaluate(&mut self, text: &str) -> Result<Value<'a>, Refusal> {
        let (file, scope) = self.sound(text)?;
        self.has_read = true;
        let value = self.evaluator.evaluate_text(file, self.base(), scope)?;
        Ok(self.evaluator.force(value)?)
    }

    /// A text that has no faults, and the scope for it.
    fn sound(&self, text: &str) -> Result<(&'a SourceFile, Scope<'a>), Refusal> {
        let session = self.evaluator.session;
        let file = session.add(Path::new(NAME), text.as_bytes().to_vec());
        let file = file.map_err(|error| file_error(&error))?;
        let bound = self.bound.iter().map(|(name, value)| (*name, *value));
        let scope = self
            .evaluator
            .arena
            .alloc_slice_fill_iter(bound.collect::<Vec<_>>());
        let options = LowerOptions {
            base: self.base(),
            home: self.evaluator.options.home.clone(),
            extra: self.bound.keys().copied().collect(),
            pipes: self.evaluator.options.pipes,
        };
        let lowered = session.lower(file, &options);
        let faults = lowered.map_or(&[][..], |lowered| &lowered.diagnostics);
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            return Err(Refusal::Faulty(faults.to_vec()));
        }
        Ok((file, scope))
    }

    fn base(&self) -> Option<PathBuf> {
        Some(self.context.start.base.clone())
    }

    /// The value as it is printed, so deep.
    pub(super) fn shown(&self, value: Value<'a>, depth: usize) -> Result<Vec<u8>, Refusal> {
        let color = self.context.start.color;
        let mut text = self.evaluator.pretty(value, Style { depth, color })?;
        text.push(b'\n');
        Ok(text)
    }

    // Binding

    /// Binds a name to an expression, which is evaluated when it is needed.
    pub(super) fn bind(&mut self, name: &str, text: &str) -> Result<Vec<u8>, Refusal> {
        let (file, scope) = self.sound(text)?;
        let base = self.base();
        let value = self
            .evaluator
            .lazy(move |evaluator| evaluator.evaluate_text(file, base.clone(), scope));
        self.bound.insert(self.evaluator.symbol(name), value);
        Ok(vec![])
    }

    /// Binds what the text of several bindings says.
    pub(super) fn bind_all(&mut self, text: &str, is_ended: bool) -> Result<Vec<u8>, Refusal> {
        let end = if is_ended { "" } else { ";" };
        let set = self.evaluate(&format!("{{ {text}\n{end}}}"))?;
        let set = self.evaluator.force_attrs(set)?;
        for attr in self.evaluator.items(set) {
            self.bound.insert(attr.name, attr.value);
        }
        Ok(vec![])
    }

    /// Binds the attributes of the set that the text evaluates to, and tells so.
    pub(super) fn add_text(&mut self, text: &str) -> Result<Vec<u8>, Refusal> {
        let value = self.evaluate(text)?;
        let (file, _) = self.sound(text)?;
        let set = self.evaluator.force_attrs(value).at(file.full_span())?;
        self.add(Value::Attrs(set))
    }

    /// Binds the attributes of a set, and tells so.
    pub(super) fn add(&mut self, set: Value<'a>) -> Result<Vec<u8>, Refusal> {
        let attrs = self.evaluator.force_attrs(set)?;
        let attrs = self.evaluator.ordered(attrs).iter();
        Ok(self.add_all(attrs.map(|attr| (attr.name, attr.value)).collect()))
    }

    /// Binds names, which come in their order, and tells so.
    pub(super) fn add_all(&mut self, attrs: Vec<(Symbol, Value<'a>)>) -> Vec<u8> {
        let names = attrs.iter().map(|(name, _)| {
            let mut text = vec![];
            attribute_name_into(&mut text, self.evaluator.name(*name));
            String::from_utf8_lossy(&text).into_owned()
        });
        let names: Vec<String> = names.collect();
        self.bound.extend(attrs);
        let count = names.len();
        let variables = if count == 1 { "variable" } else { "variables" };
        let mut told = format!("Added {count} {variables}.\n");
        if count > 0 {
            let shown = names.get(..MOST_NAMES).unwrap_or(&names);
            told.push_str(&shown.join(", "));
            told.push('\n');
        }
        if count > MOST_NAMES {
            let more = count - MOST_NAMES;
            told.push_str(&format!("... and {more} more; `:ll` tells all\n"));
        }
        self.last = Some(names);
        told.into_bytes()
    }

    /// The names that were added last, one a line.
    pub(super) fn last_loaded(&self) -> Result<Vec<u8>, Refusal> {
        match &self.last {
            Some(names) => Ok(names
                .iter()
                .flat_map(|name| [name.as_bytes(), b"\n"].concat())
                .collect()),
            None => Err(Refusal::Complaint("nothing was loaded yet".to_owned())),
        }
    }

    // Answering

    /// The answer that a result makes, with all that was found and said meanwhile.
    pub(super) fn answer(&mut self, result: Result<Vec<u8>, Refusal>) -> Answer {
        let mut found = self.evaluator.session.diagnostics();
        let all = found.len();
        let mut found = found.split_off(self.told.min(all));
        self.told = all;
        let mut answer = Answer {
            notices: self.evaluator.notices.take(),
            ..Answer::default()
        };
        let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
        match result {
            Ok(output) if !found.iter().any(is_error) => answer.output = output,
            // Nix evaluates nothing of a faulty text; what came of it here only follows from the faults, which are to be told again.
            Ok(_) => self.mark(true),
            Err(Refusal::Faulty(faults)) => found = faults,
            Err(Refusal::Complaint(complaint)) => answer.complaint = Some(complaint),
            Err(Refusal::Failed(error)) => {
                let is_limit = matches!(error.kind, ErrorKind::Limit | ErrorKind::Interrupted);
                let is_faulty = found.iter().any(is_error);
                self.mark(is_limit || is_faulty);
                if error.kind == ErrorKind::Interrupted {
                    answer.complaint = Some("interrupted".to_owned());
                } else if !is_faulty {
                    found.push(finding(&error));
                }
            }
        }
        answer.failed = answer.complaint.is_some() || found.iter().any(is_error);
        for diagnostic in found {
            let diagnostic = self.arranged(diagnostic);
            crate::analysis::add(&mut answer.diagnostics, diagnostic);
        }
        answer
    }

    /// The finding as it is told here, where nothing can be fixed in place.
    fn arranged(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let sources = self.context.sources;
        let misleads = |help: &String| self.misleads(help);
        diagnostic.help = diagnostic.help.filter(|help| !misleads(help));
        diagnostic.fixes.clear();
        let arranged = arranged(diagnostic, sources, &self.libraries, self.shows_trace);
        of_the_user(arranged, sources)
    }

    /// Whether a hint asks if an attribute was meant that, as is known here, is not there.
    fn misleads(&self, help: &str) -> bool {
        let meant = suggest::proposed(help);
        let Some((set, name)) = meant.and_then(|meant| meant.split_once('.')) else {
            return false;
        };
        match self.bound.get(&self.evaluator.symbol(set)) {
            Some(Value::Attrs(attrs)) => attrs.get(self.evaluator.symbol(name)).is_none(),
            _ => false,
        }
    }
}
