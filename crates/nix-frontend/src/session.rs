//! What outlives a single evaluation: names, files and lowered code.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use elsa::{FrozenMap, FrozenVec};
use source::files::{FileError, FileKind, Files};
use source::{Diagnostic, Pos, SourceFile, SourceMap, Span};

use crate::builtins;
use crate::ir::expr::Ir;
use crate::ir::lower::{LowerContext, lower};
use crate::ir::symbol::{Symbol, Symbols};
use crate::syntax::{self, TextAhead};

/// Names, loaded files and lowered code; shared by all evaluations of one thread.
pub struct Session<'f> {
    /// Every name.
    pub symbols: Symbols,
    /// Every text that was loaded.
    pub sources: Arc<SourceMap>,
    /// Where files are read from.
    pub files: &'f dyn Files,
    lowered: FrozenMap<LoweredKey, Box<LoweredFile>>,
    lowered_keys: RefCell<Vec<LoweredKey>>,
    loaded: FrozenVec<Arc<SourceFile>>,
    ahead: RefCell<Vec<(Pos, &'static TextAhead)>>,
    by_start: RefCell<BTreeMap<Pos, usize>>,
    by_address: RefCell<BTreeMap<usize, usize>>,
    globals: builtins::GlobalNames,
}

type LoweredKey = (Pos, Box<[Symbol]>);

/// A file's code and what was found wrong with it.
pub struct LoweredFile {
    /// The code.
    pub ir: Ir,
    /// Faults of syntax and of scope.
    pub diagnostics: Vec<Diagnostic>,
}

/// How a text is lowered.
#[derive(Clone, Default)]
pub struct LowerOptions {
    /// Where relative paths start; the file's own directory if none is given.
    pub base: Option<PathBuf>,
    /// Where `~/` leads.
    pub home: Option<PathBuf>,
    /// Names in an environment of their own around the text: slot i is name i.
    pub extra: Vec<Symbol>,
    /// Whether `|>` and `<|` are operators.
    pub pipes: bool,
}

impl<'f> Session<'f> {
    /// A session that has read nothing yet.
    pub fn new(sources: Arc<SourceMap>, files: &'f dyn Files) -> Session<'f> {
        let symbols = Symbols::default();
        let globals = builtins::GlobalNames::new(&symbols);
        Session {
            symbols,
            sources,
            files,
            lowered: FrozenMap::new(),
            lowered_keys: RefCell::default(),
            loaded: FrozenVec::new(),
            ahead: RefCell::default(),
            by_start: RefCell::default(),
            by_address: RefCell::default(),
            globals,
        }
    }

    /// The number of a variable of the outermost scope.
    pub fn global(&self, name: Symbol) -> Option<u16> {
        self.globals.find(name)
    }

    /// The names of the outermost scope, in no order.
    pub fn globals(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.globals.all()
    }

    /// The name of the outermost scope that has this number.
    pub fn global_name(&self, number: u16) -> Option<Symbol> {
        self.globals.name(number)
    }

    /// The text of the file at `path`.
    pub fn load(&self, path: &Path) -> Result<&SourceFile, FileError> {
        let bytes = self.files.read(path)?;
        self.add(path, bytes)
    }

    /// A text that lies, or would lie, at `path`.
    ///
    /// Errors: the session's texts together exceed 4 GiB.
    pub fn add(&self, path: &Path, bytes: Vec<u8>) -> Result<&SourceFile, FileError> {
        let file = self.sources.add(path, bytes);
        let file = file.ok_or_else(|| FileError::TooLarge(path.to_owned(), u64::from(u32::MAX)))?;
        let start = file.pos(0);
        let known = self.by_start.borrow().get(&start).copied();
        let number = match known {
            Some(number) => number,
            None => {
                let number = self.loaded.len();
                let address = file.bytes().as_ptr().addr();
                self.loaded.push(file);
                self.by_start.borrow_mut().insert(start, number);
                self.by_address.borrow_mut().insert(address, number);
                number
            }
        };
        self.loaded
            .get(number)
            .ok_or_else(|| FileError::NotFound(path.to_owned()))
    }

    /// The same for a text that is read already.
    pub fn add_ahead(
        &self,
        path: &Path,
        ahead: &'static TextAhead,
    ) -> Result<&SourceFile, FileError> {
        let file = self.add(path, ahead.text.into())?;
        self.ahead.borrow_mut().push((file.pos(0), ahead));
        Ok(file)
    }

    /// The code of a loaded text; lowered at most once for the same names around it.
    pub fn lower(&self, file: &SourceFile, options: &LowerOptions) -> Option<&LoweredFile> {
        let key = (file.pos(0), options.extra.clone().into_boxed_slice());
        if let Some(known) = self.lowered.get(&key) {
            return Some(known);
        }
        let file = self.sources.file(file.pos(0))?;
        let base = match &options.base {
            Some(base) => base.clone(),
            None => file.path.parent().unwrap_or(Path::new("/")).to_owned(),
        };
        let ahead = self.ahead.borrow();
        let ahead = ahead.iter().find(|(start, _)| *start == key.0);
        let here;
        let read = match ahead {
            Some((_, ahead)) => &ahead.read,
            None => {
                here = syntax::read(&file);
                &here
            }
        };
        let lowered = lower(
            &file,
            read,
            &LowerContext {
                symbols: &self.symbols,
                globals: &|name| self.globals.find(name),
                base: &base,
                home: options.home.as_deref(),
                extra: &options.extra,
                pipes: options.pipes,
            },
        );
        let mut diagnostics = read.diagnostics.clone();
        diagnostics.extend(lowered.diagnostics);
        let file = LoweredFile {
            ir: lowered.ir,
            diagnostics,
        };
        self.lowered_keys.borrow_mut().push(key.clone());
        Some(self.lowered.insert(key, Box::new(file)))
    }

    /// The findings in every text lowered so far, in the order in which they were lowered.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut found = vec![];
        for number in self.lowered_keys.borrow().iter() {
            if let Some(file) = self.lowered.get(number) {
                found.extend(file.diagnostics.iter().cloned());
            }
        }
        found
    }

    /// The bytes of the text that `pos` lies in.
    pub(crate) fn file_bytes(&self, pos: Pos) -> &[u8] {
        let by_start = self.by_start.borrow();
        let number = by_start
            .range(..=pos)
            .next_back()
            .map(|(_, number)| *number);
        number
            .and_then(|number| self.loaded.get(number))
            .map_or(&[], SourceFile::bytes)
    }

    /// Where the attribute path starts that the name at `place` belongs to (`a` of `a.b.c = …`); that is what Nix calls the position of an
    /// attribute.
    pub fn path_start(&self, place: Pos) -> Pos {
        let Some(lowered) = self.lowered_around(place) else {
            return place;
        };
        let starts = &lowered.ir.path_starts;
        match starts.binary_search_by_key(&place, |(name, _)| *name) {
            Ok(at) => starts.get(at).map_or(place, |(_, start)| *start),
            Err(_) => place,
        }
    }

    /// Where else in its file the name of an attribute stands whose name stands first at `place`: `a` of `a.b = …; a.c = …`.
    pub fn repeated(&self, place: Pos) -> impl Iterator<Item = Span> + '_ {
        let lowered = self.lowered_around(place);
        let repeated = lowered.map_or(&[][..], |lowered| &lowered.ir.repeated);
        let from = repeated.partition_point(|(first, _)| *first < place);
        let of_this = repeated.iter().skip(from);
        let of_this = of_this.take_while(move |(first, _)| *first == place);
        of_this.map(|(_, span)| *span)
    }

    /// The code of the file that a place lies in.
    fn lowered_around(&self, place: Pos) -> Option<&LoweredFile> {
        let files = self.lowered_keys.borrow();
        let file = files.iter().filter(|(start, _)| *start <= place);
        self.lowered.get(file.max_by_key(|(start, _)| *start)?)
    }

    /// Where in a loaded text these bytes lie, if they are a part of one: so strings are traced back to their literals.
    pub fn span_of_bytes(&self, bytes: &[u8]) -> Option<Span> {
        let address = bytes.as_ptr().addr();
        let by_address = self.by_address.borrow();
        let (start, number) = by_address.range(..=address).next_back()?;
        let file = self.loaded.get(*number)?;
        let offset = address - start;
        if offset + bytes.len() > file.bytes().len() || bytes.is_empty() {
            return None;
        }
        Some(file.span(offset as u32, (offset + bytes.len()) as u32))
    }

    /// What lies at `path`, links followed; `None` for nothing or what cannot be reached.
    pub fn kind_of(&self, path: &Path) -> Option<FileKind> {
        match self.files.kind(path).ok()?? {
            FileKind::Symlink => {
                let target = self.files.resolve(path).ok()?;
                self.files.kind(&target).ok()?
            }
            kind => Some(kind),
        }
    }
}
