//! `fetchTree` and `getFlake` of what lies on the disk.
//!
//! A tree has the hash of its archive and the store path that follows from it. Revision, count of revisions and time are what the reference
//! says; without a time it is that of the newest file. That depends on when the files came to the disk, so only an impure evaluation tells it.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use source::{FileError, FileKind, Files};

use crate::builtins::flake_refs::{Part, Reference, parse, spell};
use crate::calendar::Date;
use crate::eval::attrs::Attrs;
use crate::eval::coerce::Coercion;
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::ops::canonical;
use crate::eval::stored::{Copying, Place};
use crate::eval::value::Value;
use crate::import::{file_error, to_path};
use crate::store::hash::{Hash, HashAlgorithm, HashFormat};
use crate::store::nar;
use crate::store::path::{Ingestion, fixed_output};

/// What a reference to a path may say.
const PARTS: &[&str] = &["type", "path", "rev", "revCount", "lastModified", "narHash"];

const SHORT_REVISION: usize = 7;

/// The tree that `wish` asks for, if it lies on the disk: a set of type `path`, or a URL `path:…`.
pub(super) fn fetch<'a>(evaluator: &Evaluator<'a>, wish: Value<'a>) -> Result<Option<Value<'a>>> {
    let reference = match wish {
        Value::Attrs(attrs) => read(evaluator, attrs)?,
        Value::String(url) if url.bytes.starts_with(b"path:") => {
            parse(&url.text()).map_err(EvalError::type_error)?
        }
        _ => return Ok(None),
    };
    if text(&reference, "type") != Some("path") {
        return Ok(None);
    }
    if let Some(part) = reference
        .keys()
        .find(|part| !PARTS.contains(&part.as_str()))
    {
        return Err(EvalError::type_error(format!(
            "input attribute '{part}' not supported by scheme 'path'"
        )));
    }
    let tree = Tree::of(evaluator, &reference)?;
    let copying = Copying {
        name: NAME,
        ingestion: Ingestion::Recursive,
        filter: None,
    };
    let stored = evaluator.copy(&tree.written, &copying)?;
    tree.check(evaluator, stored.bytes)?;
    let mut attrs = tree.about(evaluator, &tree.name());
    attrs.push(("outPath", Value::String(stored)));
    Ok(Some(evaluator.attrs_from(attrs)))
}

/// The flake that `wish` names, if it lies on the disk: a path, or a git repository as it is checked out.
pub(super) fn flake<'a>(evaluator: &Evaluator<'a>, wish: &[u8]) -> Result<Option<Value<'a>>> {
    let wish = String::from_utf8_lossy(wish);
    let mut reference = parse(&wish).map_err(EvalError::type_error)?;
    let directory = reference.remove("dir");
    let is_path = text(&reference, "type") == Some("path");
    if !is_path {
        let url = text(&reference, "url").and_then(|url| url.strip_prefix("file://"));
        let Some(path) = url.filter(|_| reference.len() == 2) else {
            return Ok(None);
        };
        let path = Part::Text(path.to_owned());
        reference.insert("path".to_owned(), path);
    }
    let Some(make) = evaluator.flakes.get() else {
        return Ok(None);
    };
    let tree = Tree::of(evaluator, &reference)?;
    let mut root = tree.root.clone();
    if let Some(Part::Text(directory)) = directory {
        root.push(directory);
    }
    let file = root.join("flake.nix");
    let found = evaluator.session.files.kind(&file);
    if found.map_err(|error| file_error(&error))?.is_none() {
        let root = root.display();
        return Err(EvalError::new(
            ErrorKind::Io,
            format!("path '{root}' does not contain a 'flake.nix', searching up"),
        ));
    }
    let known = if is_path {
        tree.about(evaluator, "self")
    } else {
        vec![]
    };
    let root = evaluator.string(root.as_os_str().as_encoded_bytes());
    let arguments = [root, evaluator.attrs_from(known)];
    let flake = evaluator.call(make, &arguments, evaluator.call_span.get())?;
    Ok(Some(flake))
}

/// The name of a tree's store path.
const NAME: &[u8] = b"source";

/// A tree on the disk.
struct Tree<'r> {
    reference: &'r Reference,
    /// Where it lies, as the reference has it.
    written: Vec<u8>,
    /// Where it is read.
    root: PathBuf,
}

impl<'r> Tree<'r> {
    fn of(evaluator: &Evaluator<'_>, reference: &'r Reference) -> Result<Tree<'r>> {
        let Some(path) = text(reference, "path") else {
            return Err(EvalError::type_error("input attribute 'path' is missing"));
        };
        if !path.starts_with('/') {
            let url = spell(reference.clone()).unwrap_or_default();
            return Err(EvalError::type_error(format!(
                "cannot fetch input '{url}' because it uses a relative path"
            )));
        }
        let written = canonical(path.as_bytes());
        let root = match evaluator.place_of(&written) {
            Place::File(place) => place,
            Place::Text(..) => to_path(&written).to_owned(),
            Place::Unbuilt(unknown) => return Err(evaluator.unbuilt(unknown)),
        };
        Ok(Tree {
            reference,
            written,
            root,
        })
    }

    fn name(&self) -> String {
        let url = spell(self.reference.clone()).unwrap_or_default();
        format!("(fetchTree {url:?})")
    }

    /// Errors: the reference says another hash than the store path follows from.
    fn check(&self, evaluator: &Evaluator<'_>, stored: &[u8]) -> Result<()> {
        let Some(said) = text(self.reference, "narHash") else {
            return Ok(());
        };
        let hash = Hash::parse(said.as_bytes(), Some(HashAlgorithm::Sha256))
            .map_err(|error| EvalError::type_error(error.to_string()))?;
        let path = fixed_output(NAME, Ingestion::Recursive, &hash)
            .map_err(|error| EvalError::type_error(error.to_string()))?;
        if path.to_string().as_bytes() == stored {
            return Ok(());
        }
        Err(EvalError::type_error(format!(
            "NAR hash mismatch in input '{}', expected '{}' but got '{}'",
            spell(self.reference.clone()).unwrap_or_default(),
            hash.spell(HashFormat::Sri),
            archive_hash(evaluator, &self.root)?,
        )))
    }

    /// What there is to say about it, its store path aside; what is out of reach is an attribute of `name`.
    fn about<'a>(&self, evaluator: &Evaluator<'a>, name: &str) -> Vec<(&'static str, Value<'a>)> {
        let root = self.root.clone();
        let hash = evaluator.lazy(move |evaluator| {
            let hash = archive_hash(evaluator, &root).at(evaluator.call_span.get())?;
            Ok(evaluator.string(hash))
        });
        let mut attrs = vec![("narHash", hash)];
        if let Some(revision) = text(self.reference, "rev") {
            let short = revision.get(..SHORT_REVISION).unwrap_or(revision);
            attrs.push(("rev", evaluator.string(revision)));
            attrs.push(("shortRev", evaluator.string(short)));
        }
        if let Some(count) = number(self.reference, "revCount") {
            attrs.push(("revCount", Value::Int(count)));
        }
        let (root, said) = (self.root.clone(), number(self.reference, "lastModified"));
        let name = evaluator.arena.alloc_str(name);
        let modified = evaluator.lazy(move |evaluator| {
            if let Some(said) = said {
                return Ok(Value::Int(said));
            }
            let files = evaluator.session.files;
            let found = if evaluator.options.impure {
                newest(files, &root).map_err(|error| file_error(&error))?
            } else {
                None
            };
            Ok(found.map_or_else(
                || {
                    let because = "it depends on when the files were written";
                    evaluator.out_of_reach(&format!("{name}.lastModified"), because)
                },
                Value::Int,
            ))
        });
        let date = evaluator.lazy(move |evaluator| {
            Ok(match evaluator.force(modified)? {
                Value::Int(seconds) => evaluator.string(Date::of(seconds).digits()),
                unknown => unknown,
            })
        });
        attrs.extend([("lastModified", modified), ("lastModifiedDate", date)]);
        attrs
    }
}

fn text<'r>(reference: &'r Reference, name: &str) -> Option<&'r str> {
    match reference.get(name)? {
        Part::Text(text) => Some(text),
        _ => None,
    }
}

fn number(reference: &Reference, name: &str) -> Option<i64> {
    match reference.get(name)? {
        Part::Int(number) => Some(*number),
        _ => None,
    }
}

/// The reference that the attributes make.
fn read<'a>(evaluator: &Evaluator<'a>, attrs: &Attrs<'a>) -> Result<Reference> {
    let mut reference = Reference::new();
    for attr in evaluator.ordered(attrs) {
        let name = evaluator.name_text(attr.name);
        let value = evaluator.force(attr.value)?;
        let part = match value {
            Value::String(_) | Value::Path(_) => Part::Text(
                evaluator
                    .coerce_to_string(value, Coercion::PATH_PART)?
                    .text(),
            ),
            Value::Bool(value) => Part::Bool(value.get()),
            Value::Int(number) => Part::Int(number),
            // What is not fetched anyway need not be understood.
            _ => continue,
        };
        reference.insert(name, part);
    }
    Ok(reference)
}

fn archive_hash(evaluator: &Evaluator<'_>, root: &Path) -> Result<String> {
    let mut all = |_: &Path, _| Ok::<_, Infallible>(true);
    let hash = nar::hash(evaluator.session.files, root, &mut all);
    let hash = hash.map_err(|error| EvalError::type_error(error.to_string()))?;
    Ok(hash.spell(HashFormat::Sri))
}

/// When the newest of all files and directories at and below `root` was written, in seconds since 1970.
fn newest(files: &dyn Files, root: &Path) -> std::result::Result<Option<i64>, FileError> {
    let mut newest = None;
    let mut waiting = vec![root.to_owned()];
    while let Some(path) = waiting.pop() {
        newest = newest.max(files.modified(&path));
        if files.kind(&path)? == Some(FileKind::Directory) {
            let entries = files.list(&path)?.into_iter();
            waiting.extend(entries.map(|(name, _)| path.join(name)));
        }
    }
    Ok(newest)
}
