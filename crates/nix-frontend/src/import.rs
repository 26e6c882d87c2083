//! `import`, the search path, and the store paths of files.

use std::cell::Cell;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use source::files::disk::normalize;
use source::files::{FileError, FileKind};

use crate::eval::env::{Env, Slots};
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::missing;
use crate::eval::ops::canonical;
use crate::eval::stored::Place;
use crate::eval::value::{Origin, OutOfReach, Value};
use crate::ir::symbol::Symbol;
use crate::session::{LowerOptions, LoweredFile};

/// The path that Nix's bytes stand for.
pub fn to_path(bytes: &[u8]) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

const MOST_LINKS: usize = 128;

impl<'a> Evaluator<'a> {
    /// Evaluates the file at `path`, or `default.nix` in the directory there; each file once.
    ///
    /// Errors: the file's own; it cannot be read.
    pub fn import(&self, path: &[u8]) -> Result<Value<'a>> {
        if let Some(value) = self.imports.borrow().get(path) {
            return Ok(*value);
        }
        if let Some(name) = virtual_name(to_path(path)) {
            return Ok(self.out_of_reach(&name, NOT_ON_DISK));
        }
        let file = match self.place_of(path) {
            Place::File(file) => self.import_target(&file),
            Place::Unbuilt(unknown) => return Ok(self.imported(unknown)),
            Place::Text(text, _) => {
                let value = self.evaluate_stored(path, text, &[])?;
                self.imports.borrow_mut().insert(path.to_vec(), value);
                return Ok(value);
            }
        };
        let key = file.as_os_str().as_bytes().to_vec();
        let known = self.imports.borrow().get(&key).copied();
        let value = match known {
            Some(value) => value,
            None => self.evaluate_file(&file, &[])?,
        };
        self.imports.borrow_mut().insert(path.to_vec(), value);
        self.imports.borrow_mut().insert(key, value);
        Ok(value)
    }

    /// Makes `import path` give `value` without reading anything.
    pub fn provide_import(&self, path: &[u8], value: Value<'a>) {
        self.imports.borrow_mut().insert(path.to_vec(), value);
    }

    /// The value that was provided for `import path`, or that it gave before.
    pub fn provided_import(&self, path: &[u8]) -> Option<Value<'a>> {
        self.imports.borrow().get(path).copied()
    }

    /// Evaluates the file at `path` in the scope of further names.
    pub fn import_scoped(&self, path: &[u8], scope: &[(Symbol, Value<'a>)]) -> Result<Value<'a>> {
        match self.place_of(path) {
            Place::File(file) => self.evaluate_file(&self.import_target(&file), scope),
            Place::Unbuilt(unknown) => Ok(self.imported(unknown)),
            Place::Text(text, _) => self.evaluate_stored(path, text, scope),
        }
    }

    /// What would be found in a file that is out of reach is so too; it counts as a call of it without arguments.
    pub(crate) fn imported(&self, unknown: &'a OutOfReach<'a>) -> Value<'a> {
        self.out_of_reach_from(Origin::Call(unknown, &[]), self.call_span.get())
    }

    /// The file that is imported: a link is followed, so that relative paths start where it leads; links above it are not.
    fn import_target(&self, path: &Path) -> PathBuf {
        let files = self.session.files;
        let mut target = path.to_owned();
        let mut kind = files.kind(&target);
        for _ in 0..MOST_LINKS {
            if kind != Ok(Some(FileKind::Symlink)) {
                break;
            }
            let (Ok(link), Some(directory)) = (files.read_link(&target), target.parent()) else {
                break;
            };
            let directory = files.resolve(directory);
            target = match directory {
                Ok(directory) => normalize(&directory.join(link)),
                Err(_) => break,
            };
            kind = files.kind(&target);
        }
        let kind = match kind {
            Ok(Some(FileKind::Symlink)) => self.session.kind_of(&target),
            kind => kind.unwrap_or_default(),
        };
        match kind {
            Some(FileKind::Directory) => target.join("default.nix"),
            _ => target,
        }
    }

    /// Evaluates a text that this evaluation put into the store itself.
    fn evaluate_stored(
        &self,
        path: &[u8],
        text: &[u8],
        scope: &[(Symbol, Value<'a>)],
    ) -> Result<Value<'a>> {
        let file = self.session.add(to_path(path), text.to_vec());
        let file = file.map_err(|error| file_error(&error))?;
        self.evaluate_text(file, None, scope)
    }

    /// Whether something lies at `path`, or is provided for `import` there.
    pub(crate) fn is_importable(&self, path: &[u8]) -> bool {
        self.imports.borrow().contains_key(path)
            || match self.place_of(path) {
                Place::Text(..) | Place::Unbuilt(_) => true,
                Place::File(path) => self.session.kind_of(&path).is_some(),
            }
    }

    /// The error of reading what lies at `path`, with what is there instead.
    #[cold]
    pub(crate) fn unreadable(&self, path: &Path, error: &FileError) -> Box<EvalError> {
        let found = file_error(error);
        match error {
            FileError::NotFound(_) => match self.instead_of_path(path) {
                Some(help) => found.help(help),
                None => found,
            },
            _ => found,
        }
    }

    /// What there is instead of `path`, at which nothing lies, in words.
    pub fn instead_of_path(&self, path: &Path) -> Option<String> {
        let exists = |path: &Path| self.session.kind_of(path).is_some();
        let mut ancestors = path.ancestors();
        let lost = ancestors.find(|lost| lost.parent().is_some_and(exists))?;
        let entries = lost.parent().map(|parent| self.session.files.list(parent));
        let entries = entries.and_then(|entries| entries.ok()).unwrap_or_default();
        let names: Vec<String> = entries.into_iter().map(|(name, _)| name).collect();
        let wanted = lost.file_name().unwrap_or_default().to_string_lossy();
        match missing::nearest(&wanted, &names) {
            _ if lost == path && wanted == "default.nix" => Some(format!(
                "the directory {}: name one of its files",
                missing::has(&names)
            )),
            Some(nearest) if lost == path => Some(format!("did you mean `{nearest}`?")),
            Some(nearest) => Some(format!(
                "there is no directory `{wanted}`; did you mean `{nearest}`?"
            )),
            None if lost != path => Some(format!("there is no directory `{wanted}`")),
            None => None,
        }
    }

    /// Reads what `import path` would evaluate, so that the session knows what is wrong with the text.
    pub fn read_import(&self, path: &Path) {
        // A file that cannot be read is no fault of its text.
        if let Ok(file) = self.session.load(&self.import_target(path)) {
            // A file that was loaded is part of the session.
            let _ = self.lowered(file, None, &[]);
        }
    }

    fn evaluate_file(&self, path: &Path, scope: &[(Symbol, Value<'a>)]) -> Result<Value<'a>> {
        let file = self
            .session
            .load(path)
            .map_err(|error| self.unreadable(path, &error))?;
        self.evaluate_text(file, None, scope)
    }

    /// The value of a loaded text, which is evaluated when it is needed; what is wrong with the text itself the session knows at once.
    pub fn evaluate_text_later(
        &self,
        file: &source::SourceFile,
        base: Option<PathBuf>,
    ) -> Result<Value<'a>> {
        let lowered = self.lowered(file, base, &[])?;
        Ok(self.lazy(move |evaluator| evaluator.eval(&lowered.ir.root, evaluator.outermost())))
    }

    fn lowered(
        &self,
        file: &source::SourceFile,
        base: Option<PathBuf>,
        scope: &[(Symbol, Value<'a>)],
    ) -> Result<&'a LoweredFile> {
        let options = LowerOptions {
            base,
            home: self.options.home.clone(),
            extra: scope.iter().map(|(name, _)| *name).collect(),
            pipes: self.options.pipes,
        };
        let lowered = self.session.lower(file, &options);
        lowered.ok_or_else(|| EvalError::new(ErrorKind::Io, "the text is not part of this session"))
    }

    fn outermost(&self) -> &'a Env<'a> {
        self.arena.alloc(Env {
            up: Cell::new(None),
            slots: Slots::Many(&[]),
        })
    }

    /// Evaluates a loaded text in the scope of further names.
    pub fn evaluate_text(
        &self,
        file: &source::SourceFile,
        base: Option<PathBuf>,
        scope: &[(Symbol, Value<'a>)],
    ) -> Result<Value<'a>> {
        let lowered = self.lowered(file, base, scope)?;
        let outermost = self.outermost();
        let env = if scope.is_empty() {
            outermost
        } else {
            let env = self.new_env(outermost, scope.len());
            for (slot, (_, value)) in env.slots().iter().zip(scope) {
                slot.set(Some(*value));
            }
            env
        };
        self.eval(&lowered.ir.root, env)
    }

    /// `<name>`: the first entry of the search path that has it.
    pub fn search_path(&self, name: &str) -> Result<Value<'a>> {
        let entries = self.options.search_path.iter();
        let entries =
            entries.map(|(prefix, path)| (prefix.as_bytes(), path.as_os_str().as_bytes()));
        self.find_in(&entries.collect::<Vec<_>>(), name.as_bytes())
    }

    /// The first of the search path's `entries`, each with its prefix, that has `name`; else what a native library provides.
    ///
    /// Errors: none has it; in Nix a `throw`.
    pub(crate) fn find_in(&self, entries: &[(&[u8], &[u8])], name: &[u8]) -> Result<Value<'a>> {
        let candidates = entries.iter().filter_map(|(prefix, path)| {
            let rest = below(name, prefix)?;
            Some(canonical(&[path, b"/".as_slice(), rest].concat()))
        });
        let name = String::from_utf8_lossy(name);
        let native = virtual_search(&name).into_bytes();
        let mut candidates = candidates.chain([native]);
        match candidates.find(|candidate| self.is_importable(candidate)) {
            Some(path) => Ok(self.path(path)),
            None => {
                let mut error = EvalError::new(
                    ErrorKind::Throw,
                    format!(
                        "file '{name}' was not found in the Nix search path (add it using $NIX_PATH or -I)"
                    ),
                );
                error.label = Some("searched for here".to_owned());
                let told = format!("`-I {name}=DIR` says where it is");
                let mut told_already = entries.iter().filter(|(prefix, _)| {
                    !prefix.is_empty() && below(name.as_bytes(), prefix).is_some()
                });
                Err(error.help(match told_already.next() {
                    Some((prefix, path)) => format!("{}; {told}", vain(prefix, path)),
                    None => told,
                }))
            }
        }
    }
}

/// What an entry of the search path is worth that has not led to what was searched for.
fn vain(prefix: &[u8], path: &[u8]) -> String {
    let is_fetched = !path.starts_with(b"/");
    let worth = if is_fetched {
        "would have to be fetched"
    } else {
        "has no such file"
    };
    let [prefix, path] = [prefix, path].map(String::from_utf8_lossy);
    format!("`{prefix}={path}` {worth}")
}

/// What is behind `prefix` and a slash in `name`, if it is there.
fn below<'n>(name: &'n [u8], prefix: &[u8]) -> Option<&'n [u8]> {
    if prefix.is_empty() {
        return Some(name);
    }
    match name.strip_prefix(prefix)? {
        [] => Some(b""),
        [b'/', rest @ ..] => Some(rest),
        _ => None,
    }
}

const VIRTUAL: &str = "/«native»/";
const NOT_ON_DISK: &str = "its source is not on disk";

/// The path under which `<name>` is found if a native library provides it. Below it, all that is not provided is out of reach.
pub fn virtual_search(name: &str) -> String {
    format!("{VIRTUAL}{name}")
}

fn virtual_name(path: &Path) -> Option<String> {
    Some(path.to_str()?.strip_prefix(VIRTUAL)?.to_owned())
}

/// A file error as an evaluation error, in Nix's words.
pub fn file_error(error: &FileError) -> Box<EvalError> {
    if let Some(name) = virtual_name(error.path()) {
        let message = format!("`{name}` is out of reach: {NOT_ON_DISK}");
        return EvalError::new(ErrorKind::OutOfReach(name), message);
    }
    let path = error.path().display();
    match error {
        FileError::NotFound(_) => {
            EvalError::new(ErrorKind::Io, format!("path '{path}' does not exist"))
        }
        FileError::Outside(_) => EvalError::new(
            ErrorKind::Io,
            format!(
                "access to absolute path '{path}' is forbidden in pure evaluation mode (use '--impure' to override)"
            ),
        ),
        FileError::WrongKind(..) | FileError::TooLarge(..) | FileError::Io(..) => {
            EvalError::new(ErrorKind::Io, error.to_string())
        }
    }
}
