//! The store paths of what an evaluation copies to the store.
//!
//! Nothing is copied: a store path is computed from what lies at the source, and the evaluation remembers whence it came, so that reading below
//! the store path reads the source. What a derivation would build is not there.

use std::convert::Infallible;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use source::FileKind;

use crate::builtins::paths::base_name;
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::{Context, ContextElement, Str};
use crate::eval::value::OutOfReach;
use crate::import::{file_error, to_path};
use crate::store::hash::{Hash, HashAlgorithm};
use crate::store::nar::{self, NarError};
use crate::store::path::{Ingestion, StorePath, StorePathError, fixed_output};

/// What a store path stands for.
pub(crate) enum Stored<'a> {
    /// What lies at this path.
    Copy(PathBuf),
    /// A file of this text, and the store paths that it may speak of.
    Text {
        bytes: &'a [u8],
        references: Context<'a>,
    },
    /// What a derivation would build.
    Output(&'a OutOfReach<'a>),
}

/// A derivation that this evaluation made.
pub(crate) struct KnownDerivation<'a> {
    /// What stands for it in the hashes of those that need it.
    pub hash: Hash,
    /// The names of its outputs.
    pub outputs: Vec<&'a [u8]>,
}

/// Where something is to be read.
pub(crate) enum Place<'a> {
    /// A path for the file port.
    File(PathBuf),
    /// Here is its text, with the store paths that it may speak of.
    Text(&'a [u8], Context<'a>),
    /// Nowhere; this stands for it.
    Unbuilt(&'a OutOfReach<'a>),
}

/// How something goes to the store.
pub(crate) struct Copying<'c, 'a> {
    /// The name behind the digits of the store path.
    pub name: &'a [u8],
    /// Whether the tree or the bytes of a single file are hashed.
    pub ingestion: Ingestion,
    /// Asked for everything below the root whether it is copied.
    pub filter: Option<&'c CopyFilter<'c>>,
}

/// Tells whether what lies at a path is copied.
pub(crate) type CopyFilter<'c> = dyn Fn(&Path, FileKind) -> Result<bool> + 'c;

impl<'a> Evaluator<'a> {
    /// The store path that the file or directory at `path` would get, as a string with its context.
    ///
    /// Errors: it cannot be read.
    pub fn copy_to_store(&self, path: &[u8]) -> Result<&'a Str<'a>> {
        if let Some(known) = self.copied.borrow().get(path) {
            return Ok(*known);
        }
        let copying = Copying {
            name: self.arena.alloc_slice_copy(base_name(path)),
            ingestion: Ingestion::Recursive,
            filter: None,
        };
        let stored = self.copy(path, &copying)?;
        self.copied.borrow_mut().insert(path.to_vec(), stored);
        Ok(stored)
    }

    pub(crate) fn copy(&self, path: &[u8], copying: &Copying<'_, 'a>) -> Result<&'a Str<'a>> {
        let place = match self.place_of(path) {
            Place::File(place) => place,
            Place::Unbuilt(unknown) => return Err(self.unbuilt(unknown)),
            Place::Text(bytes, _) => {
                let mut filter = |_: &Path, _| Ok::<_, Infallible>(true);
                let memory = source::files::memory::Memory::new().with("/text", bytes);
                let hash = nar::hash(&memory, Path::new("/text"), &mut filter);
                let hash = hash.map_err(|error| failed(&error))?;
                let named = fixed_output(copying.name, Ingestion::Recursive, &hash);
                let references = &[];
                return self.remember(named, Stored::Text { bytes, references });
            }
        };
        let named = fixed_output(
            copying.name,
            copying.ingestion,
            &self.hash_of(&place, copying)?,
        );
        self.remember(named, Stored::Copy(place))
    }

    fn hash_of(&self, path: &Path, copying: &Copying<'_, 'a>) -> Result<Hash> {
        let files = self.session.files;
        if copying.ingestion == Ingestion::Flat {
            let bytes = files.read(path).map_err(|error| file_error(&error))?;
            return Ok(Hash::of(HashAlgorithm::Sha256, &bytes));
        }
        let mut filter = |path: &Path, kind| match copying.filter {
            Some(filter) => filter(path, kind),
            None => Ok(true),
        };
        nar::hash(files, path, &mut filter).map_err(|error| match error {
            NarError::Filter(error) => error,
            NarError::File(error) => file_error(&error),
            NarError::Unsupported(path) => failed(&NarError::Unsupported(path)),
            NarError::TooDeep(path) => failed(&NarError::TooDeep(path)),
        })
    }

    /// The string of a store path, which from now on stands for `stored`.
    pub(crate) fn remember(
        &self,
        path: std::result::Result<StorePath, StorePathError>,
        stored: Stored<'a>,
    ) -> Result<&'a Str<'a>> {
        let path = path.map_err(|error| EvalError::type_error(error.to_string()))?;
        let bytes: &'a [u8] = self.arena.alloc_str(&path.to_string()).as_bytes();
        self.store.borrow_mut().insert(bytes, stored);
        let context = self.arena.alloc([ContextElement::Plain(bytes)]);
        Ok(self.arena.alloc(Str { bytes, context }))
    }

    /// The string of the place `below` in `store_path`, which from now on stands for what lies at `source`.
    ///
    /// The path must follow from the hash of what lies there, which is not looked at.
    pub fn provide_stored(&self, store_path: &'a str, source: &Path, below: &Path) -> &'a Str<'a> {
        let root = store_path.as_bytes();
        let stored = Stored::Copy(source.to_owned());
        self.store.borrow_mut().insert(root, stored);
        let context = self.arena.alloc([ContextElement::Plain(root)]);
        let mut bytes = root.to_vec();
        if !below.as_os_str().is_empty() {
            bytes.push(b'/');
            bytes.extend_from_slice(below.as_os_str().as_bytes());
        }
        let bytes = self.arena.alloc_slice_copy(&bytes);
        self.arena.alloc(Str { bytes, context })
    }

    /// Where what lies at `path` is to be read.
    pub(crate) fn place_of(&self, path: &[u8]) -> Place<'a> {
        let here = || Place::File(to_path(path).to_owned());
        let Ok((_, rest)) = StorePath::split(path) else {
            return here();
        };
        let root = path.get(..path.len() - rest.len()).unwrap_or_default();
        match self.store.borrow().get(root) {
            Some(Stored::Text { bytes, references }) if rest.is_empty() => {
                Place::Text(bytes, references)
            }
            Some(Stored::Output(unknown)) => Place::Unbuilt(unknown),
            Some(Stored::Copy(source)) if rest.is_empty() => Place::File(source.clone()),
            Some(Stored::Copy(source)) => {
                let rest = rest.strip_prefix(b"/").unwrap_or(rest);
                Place::File(source.join(std::ffi::OsStr::from_bytes(rest)))
            }
            _ => here(),
        }
    }

    /// The error of reading what a derivation would build.
    #[cold]
    pub(crate) fn unbuilt(&self, unknown: &'a OutOfReach<'a>) -> Box<EvalError> {
        EvalError::out_of_reach(&self.session.symbols, unknown)
    }
}

#[cold]
fn failed(error: &NarError<Infallible>) -> Box<EvalError> {
    EvalError::new(ErrorKind::Io, error.to_string())
}
