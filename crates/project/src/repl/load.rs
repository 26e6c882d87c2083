//! Files, flakes and clans in the scope of a session.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use flake::locate::NO_CLAN;
use flake::{Entry, Located};
use model::assemble;
use nix_frontend::eval::{EvalError, Evaluator, Value};
use nix_frontend::ir::Symbol;
use source::files::disk::normalize;
use source::{Diagnostic, FileKind, Severity, Span};

use super::bindings::{Bindings, Refusal};
use crate::analysis::{clan_source, dialect};
use crate::choose::choose;

impl<'a> Bindings<'_, 'a> {
    /// Binds what the session starts with: the outputs of a flake and its clan, a clan's file, or the attributes of another file.
    pub(super) fn open(&mut self) -> Result<Vec<u8>, Refusal> {
        let Some(path) = self.context.start.target.clone() else {
            return Ok(vec![]);
        };
        let located = self.locate(&path);
        let clan = self.clan(&located);
        if located.flake.is_none() && clan.is_empty() {
            return match self.evaluator.session.kind_of(&path) {
                Some(FileKind::Directory) => Err(Refusal::Complaint(format!(
                    "`{}` has no flake and no clan",
                    path.display()
                ))),
                _ => self.import(&path),
            };
        }
        self.add_flake(&located, clan)
    }

    /// Binds the outputs of a flake.
    pub(super) fn load_flake(&mut self, path: &str) -> Result<Vec<u8>, Refusal> {
        let scheme = path.split_once(':').map(|(scheme, _)| scheme);
        if scheme.is_some_and(|scheme| !matches!(scheme, "path" | "git+file")) {
            return Err(Refusal::Complaint(format!(
                "`{path}` is not a directory: nothing is fetched"
            )));
        }
        let directory = path
            .trim_start_matches("git+")
            .trim_start_matches("file://");
        let directory = self.named(directory.trim_start_matches("path:"));
        let located = self.locate(&directory);
        if located.flake.is_none() {
            let directory = directory.display();
            return Err(Refusal::Complaint(format!(
                "there is no `flake.nix` in `{directory}`"
            )));
        }
        self.add_flake(&located, vec![])
    }

    /// Binds the attributes of a file.
    pub(super) fn load(&mut self, path: &str) -> Result<Vec<u8>, Refusal> {
        let searched = path
            .strip_prefix('<')
            .and_then(|path| path.strip_suffix('>'));
        match searched {
            Some(name) => match self.evaluator.search_path(name)? {
                Value::Path(path) => self.import(nix_frontend::import::to_path(path.bytes)),
                other => self.add(other),
            },
            None => {
                let path = self.named(path);
                self.import(&path)
            }
        }
    }

    fn import(&mut self, path: &Path) -> Result<Vec<u8>, Refusal> {
        self.has_read = true;
        let value = self.evaluator.import(path.as_os_str().as_bytes())?;
        let value = self.evaluator.auto_call(value, &[]).map_err(unfilled)?;
        self.add(value)
    }

    /// The path that the user means; from now on it may be read.
    fn named(&self, path: &str) -> PathBuf {
        let start = self.context.start;
        let path = match (path.strip_prefix('~'), &start.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(below), Some(home)) if below.starts_with('/') => {
                home.join(below.trim_start_matches('/'))
            }
            _ => start.base.join(path),
        };
        let path = normalize(&path);
        (start.admit)(&path);
        path
    }

    fn locate(&mut self, path: &Path) -> Located<'a> {
        self.has_read = true;
        flake::open(
            self.evaluator,
            self.library,
            flake::Request {
                entry: &Entry::Path(path.to_owned()),
                sources: &self.context.start.input_sources,
            },
        )
    }

    /// `clan`, which is everything that the clan's modules define, and its `inventory`; nothing if there is no clan.
    fn clan(&self, located: &Located<'a>) -> Vec<(Symbol, Value<'a>)> {
        let (evaluator, library) = (self.evaluator, self.library);
        let named = self.context.start.clan.as_deref();
        let Some(found) = choose(evaluator, library, located, named, &mut vec![]) else {
            return vec![];
        };
        let source = clan_source(evaluator, located, found);
        let wanted = self.context.start.dialect.as_ref();
        let dialect = dialect(evaluator, library, located, &source, wanted);
        let config = evaluator.lazy(move |evaluator| {
            let clan = assemble(evaluator, library, &source, &dialect, &mut vec![])?;
            with_meta(evaluator, clan.config)
        });
        let inventory = evaluator.symbol("inventory");
        vec![
            (evaluator.symbol("clan"), config),
            (
                inventory,
                evaluator.lazy_select(config, inventory, Span::NONE),
            ),
        ]
    }

    /// Binds the attributes of a flake, then the names of its clan over them.
    fn add_flake(
        &mut self,
        located: &Located<'a>,
        clan: Vec<(Symbol, Value<'a>)>,
    ) -> Result<Vec<u8>, Refusal> {
        let is_error = |finding: &&Diagnostic| finding.severity == Severity::Error;
        let errors = located.diagnostics.iter().filter(is_error);
        let errors: Vec<Diagnostic> = errors
            .filter(|each| each.code != NO_CLAN)
            .cloned()
            .collect();
        let mut attrs = clan;
        if let Some(flake) = located.flake {
            let flake = match self.evaluator.force_attrs(flake) {
                Err(_) if !errors.is_empty() => return Err(Refusal::Faulty(errors)),
                flake => flake?,
            };
            let outputs = self.evaluator.ordered(flake).iter();
            let outputs = outputs.filter(|attr| attrs.iter().all(|(name, _)| *name != attr.name));
            let outputs: Vec<_> = outputs.map(|attr| (attr.name, attr.value)).collect();
            attrs.extend(outputs);
        }
        attrs.sort_by_key(|(name, _)| self.evaluator.name(*name));
        Ok(self.add_all(attrs))
    }
}

/// The error of loading a function whose arguments have no defaults.
fn unfilled(mut error: Box<EvalError>) -> Box<EvalError> {
    if error
        .help
        .as_ref()
        .is_some_and(|help| help.contains("--arg"))
    {
        error.help =
            Some("give it a default, or call the function: `:a import FILE { … }`".to_owned());
    }
    error
}

/// What the clan defines, with the inventory's `meta`: the clan's own is made of modules.
fn with_meta<'a>(
    evaluator: &Evaluator<'a>,
    config: Value<'a>,
) -> Result<Value<'a>, Box<EvalError>> {
    let Value::Attrs(own) = evaluator.force(config)? else {
        return Ok(config);
    };
    let select = |set, name| evaluator.lazy_select(set, evaluator.symbol(name), Span::NONE);
    let meta = select(select(config, "inventory"), "meta");
    let over = evaluator.force_attrs(evaluator.attrs_from([("meta", meta)]))?;
    Ok(Value::Attrs(own.update(over, evaluator.arena)))
}
