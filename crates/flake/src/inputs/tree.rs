//! The tree of inputs: from `flake.nix`, `flake.lock` and the command line.
//!
//! Of an input's name the command line decides first (`--override-input a/b=DIR`), then the lock file (whose trees may lie in one of the
//! stores), then `follows` and `url` in
//! `flake.nix`, then the bare name among the arguments of `outputs`. Inputs by relative path lie below the flake and are read
//! for real, with the inputs that the lock file of the whole gives them.

use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::import::to_path;
use nix_frontend::ir::symbol::known;
use nix_frontend::store::hash::HashFormat;
use source::files::disk::normalize;
use source::{Diagnostic, Diagnostics};

use super::lock::{Edge, LOCK_FILE, Lock, LockNode};
use super::recognize::{Kind, recognize};
use super::{Node, Origin, Sources, Store, Tree, tree_path};

/// What the command line and earlier attempts say about inputs.
#[derive(Clone, Copy)]
pub struct Given<'r> {
    /// Where sources lie.
    pub sources: &'r Sources,
    /// Inputs that turned out to be clan-core by what is asked of them.
    pub clan_cores: &'r [String],
}

/// The tree of the inputs of the flake in `root`, which is the first node.
pub fn read<'a>(
    evaluator: &Evaluator<'a>,
    root: &Path,
    given: Given<'_>,
    diagnostics: &mut Diagnostics,
) -> &'a [Node<'a>] {
    let stores = given.sources.stores.iter();
    let is_there = |store: &&Store| evaluator.session.files.resolve(&store.directory).is_ok();
    let mut builder = Builder {
        evaluator,
        given,
        stores: stores.filter(is_there).collect(),
        drafts: vec![],
        locked: HashMap::new(),
        locks: 0,
        pending: VecDeque::new(),
        diagnostics,
    };
    builder.drafts.push(Draft {
        source: Some((root.to_owned(), Origin::Flake)),
        is_flake: true,
        ..Draft::default()
    });
    builder.flake(0, None, 0);
    builder.drain();
    builder.settle();
    builder.finish()
}

/// A node under construction.
#[derive(Default)]
struct Draft {
    name: String,
    url: Option<String>,
    last_modified: Option<i64>,
    revision: Option<String>,
    is_flake: bool,
    source: Option<(PathBuf, Origin)>,
    tree: Option<DraftTree>,
    locked: String,
    kind: Option<Kind>,
    inputs: Vec<(String, Target)>,
    follows: Vec<(String, String)>,
}

/// A tree in one of the stores.
struct DraftTree {
    nar_hash: String,
    store_path: String,
    directory: PathBuf,
}

enum Target {
    Node(usize),
    /// The path of another input, from this node.
    Follows(usize, Vec<String>),
}

/// An input as `flake.nix` declares it.
#[derive(Clone, Default)]
struct Declared {
    url: Option<String>,
    follows: Option<String>,
    is_flake: Option<bool>,
    inputs: Vec<(String, Declared)>,
}

#[derive(Clone)]
struct LockFile {
    number: usize,
    lock: Arc<Lock>,
}

/// A locked node whose inputs are not known yet.
struct Pending {
    index: usize,
    lock: LockFile,
    key: String,
    depth: usize,
}

struct Builder<'a, 'e, 'r> {
    evaluator: &'e Evaluator<'a>,
    given: Given<'r>,
    /// Those of the stores that are there.
    stores: Vec<&'r Store>,
    drafts: Vec<Draft>,
    locked: HashMap<(usize, String), usize>,
    locks: usize,
    pending: VecDeque<Pending>,
    diagnostics: &'r mut Diagnostics,
}

const DEEPEST: usize = 16;

impl<'a> Builder<'a, '_, '_> {
    /// Finds the inputs of a flake that lies on the disk.
    fn flake(&mut self, index: usize, outer: Option<(&LockFile, &str)>, depth: usize) {
        let Some(directory) = self.source(index) else {
            return;
        };
        if depth > DEEPEST || !self.is_file(&directory.join("flake.nix")) {
            return;
        }
        let declared = self.declared(&directory);
        let own = self.read_lock(&directory);
        let mut names: Vec<String> = declared.iter().map(|(name, _)| name.clone()).collect();
        let locks = outer.map(|(lock, key)| (lock.clone(), key.to_owned()));
        let own = own.map(|lock| {
            let root = lock.lock.root.clone();
            (lock, root)
        });
        let locks: Vec<(LockFile, String)> = locks.into_iter().chain(own).collect();
        for (lock, key) in &locks {
            let inputs = lock.lock.node(key).map_or(&[][..], |node| &node.inputs);
            for (name, _) in inputs {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        for name in names {
            let declared = declared.iter().find(|(declared, _)| *declared == name);
            let declared = declared.map_or_else(Declared::default, |(_, each)| each.clone());
            let target = self.input(index, &name, &locks, &declared, depth);
            self.add_input(index, name, target);
        }
    }

    fn input(
        &mut self,
        parent: usize,
        name: &str,
        locks: &[(LockFile, String)],
        declared: &Declared,
        depth: usize,
    ) -> Target {
        let path = self.path(parent, name);
        let url = declared.url.as_deref();
        if let Some(real) = self.overridden(&path, url, depth) {
            self.set_inner(parent, real, declared, depth);
            self.date_of_lock(real, name, locks);
            return Target::Node(real);
        }
        for (lock, key) in locks {
            let node = lock.lock.node(key);
            let inputs = node.map_or(&[][..], |node| &node.inputs);
            let edge = inputs.iter().find(|(input, _)| input == name);
            let Some((_, edge)) = edge else { continue };
            if let Some(node) = self.locked(parent, lock, edge, &path, depth) {
                self.note_follows(parent, name, edge);
                return Target::Node(node);
            }
        }
        if let Some(follows) = &declared.follows {
            let above = self.drafts.get(parent).map_or("", |draft| &draft.name);
            let followed = match above {
                "" => follows.clone(),
                above => format!("{above}/{follows}"),
            };
            self.add_follows(parent, name, followed);
            let path = follows.split('/').map(str::to_owned).collect();
            return Target::Follows(parent, path);
        }
        Target::Node(self.unlocked(parent, path, declared, depth))
    }

    fn path(&self, parent: usize, name: &str) -> String {
        match self.drafts.get(parent).map(|draft| draft.name.as_str()) {
            None | Some("") => name.to_owned(),
            Some(parent) => format!("{parent}/{name}"),
        }
    }

    fn source(&self, index: usize) -> Option<PathBuf> {
        let (source, _) = self.drafts.get(index)?.source.as_ref()?;
        Some(source.clone())
    }

    /// Where what lies in or below the source of this node comes from.
    fn origin(&self, index: usize) -> Origin {
        let draft = self.drafts.get(index);
        let source = draft.and_then(|draft| draft.source.as_ref());
        source.map_or(Origin::Flake, |(_, origin)| *origin)
    }

    fn note_follows(&mut self, index: usize, name: &str, edge: &Edge) {
        if let Edge::Follows(path) = edge {
            self.add_follows(index, name, path.join("/"));
        }
    }

    fn add_follows(&mut self, index: usize, name: &str, followed: String) {
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.follows.push((name.to_owned(), followed));
        }
    }

    fn add_input(&mut self, index: usize, name: String, target: Target) {
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.inputs.push((name, target));
        }
    }

    fn add(&mut self, draft: Draft) -> usize {
        self.drafts.push(draft);
        self.drafts.len() - 1
    }

    fn kind(&self, path: &str, url: Option<&str>) -> Option<Kind> {
        if self.given.clan_cores.iter().any(|name| name == path) {
            return Some(Kind::ClanCore);
        }
        recognize(path, url)
    }

    fn overridden(&mut self, path: &str, url: Option<&str>, depth: usize) -> Option<usize> {
        let overrides = self.given.sources.overrides.iter();
        let (_, directory) = overrides.rev().find(|(name, _)| name == path)?;
        let draft = Draft {
            name: path.to_owned(),
            url: Some(format!("path:{}", directory.display())),
            is_flake: self.is_file(&directory.join("flake.nix")),
            source: Some((directory.clone(), Origin::Override)),
            kind: self.kind(path, url),
            ..Draft::default()
        };
        let index = self.add(draft);
        self.flake(index, None, depth + 1);
        Some(index)
    }

    /// The node that an edge of a lock file leads to.
    fn locked(
        &mut self,
        parent: usize,
        lock: &LockFile,
        edge: &Edge,
        path: &str,
        depth: usize,
    ) -> Option<usize> {
        let key = lock.lock.target(edge)?;
        if let Some(known) = self.locked.get(&(lock.number, key.to_owned())) {
            return Some(*known);
        }
        let node = lock.lock.node(key)?;
        let below = node.relative.as_deref().and_then(|relative| {
            let directory = normalize(&self.source(parent)?.join(relative));
            let origin = self.origin(parent);
            self.is_there(&directory).then_some((directory, origin))
        });
        let tree = match below {
            None => self.tree(node),
            Some(_) => None,
        };
        let (source, tree) = match tree {
            Some((source, tree)) => (Some(source), Some(tree)),
            None => (below, None),
        };
        let index = self.add(Draft {
            name: path.to_owned(),
            url: node.url.clone(),
            last_modified: node.last_modified,
            revision: node.revision.clone(),
            is_flake: node.is_flake,
            kind: self.kind(path, node.url.as_deref()),
            source,
            tree,
            locked: node.locked.clone(),
            inputs: vec![],
            follows: vec![],
        });
        self.locked.insert((lock.number, key.to_owned()), index);
        self.pending.push_back(Pending {
            index,
            lock: lock.clone(),
            key: key.to_owned(),
            depth: depth + 1,
        });
        Some(index)
    }

    /// The source of a locked node in one of the stores, and the hash of its tree.
    fn tree(&self, node: &LockNode) -> Option<((PathBuf, Origin), DraftTree)> {
        let hash = node.nar_hash.as_ref().filter(|_| !self.stores.is_empty())?;
        let path = tree_path(hash)?;
        let (directory, origin) = self.stores.iter().find_map(|store| {
            let directory = store.directory.join(path.file_name());
            self.is_there(&directory)
                .then_some((directory, store.origin))
        })?;
        let source = match &node.directory {
            Some(below) => {
                let source = normalize(&directory.join(below));
                source.starts_with(&directory).then_some(source)?
            }
            None => directory.clone(),
        };
        let tree = DraftTree {
            nar_hash: hash.spell(HashFormat::Sri),
            store_path: path.to_string(),
            directory,
        };
        Some(((source, origin), tree))
    }

    /// Finds the inputs of locked nodes, those nearest to the root first: a node shared by many is called by its shortest path.
    fn drain(&mut self) {
        while let Some(pending) = self.pending.pop_front() {
            let Pending {
                index,
                lock,
                key,
                depth,
            } = pending;
            let Some(node) = lock.lock.node(&key) else {
                continue;
            };
            if node.is_flake && self.source(index).is_some() {
                self.flake(index, Some((&lock, &key)), depth);
                continue;
            }
            for (name, edge) in &node.inputs {
                let path = self.path(index, name);
                if let Some(real) = self.overridden(&path, None, depth) {
                    self.add_input(index, name.clone(), Target::Node(real));
                    continue;
                }
                let target = self.locked(index, &lock, edge, &path, depth);
                if let Some(target) = target {
                    self.note_follows(index, name, edge);
                    self.add_input(index, name.clone(), Target::Node(target));
                }
            }
        }
    }

    fn unlocked(
        &mut self,
        parent: usize,
        path: String,
        declared: &Declared,
        depth: usize,
    ) -> usize {
        let is_flake = declared.is_flake.unwrap_or(true);
        let source = declared.url.as_deref().and_then(|url| {
            let relative = url.strip_prefix("path:").unwrap_or(url);
            let relative = relative.split('?').next().unwrap_or(relative);
            let is_path = url.starts_with("path:") || url.starts_with('.') || url.starts_with('/');
            let directory = normalize(&self.source(parent)?.join(relative));
            let origin = self.origin(parent);
            (is_path && self.is_there(&directory)).then_some((directory, origin))
        });
        let on_disk = source.is_some();
        let index = self.add(Draft {
            kind: self.kind(&path, declared.url.as_deref()),
            name: path,
            url: declared.url.clone(),
            is_flake,
            source,
            ..Draft::default()
        });
        if on_disk && is_flake {
            self.flake(index, None, depth + 1);
        }
        self.set_inner(parent, index, declared, depth);
        index
    }

    /// Gives the input `index` of `parent` the inputs that `parent` declares for it.
    fn set_inner(&mut self, parent: usize, index: usize, declared: &Declared, depth: usize) {
        for (name, inner) in &declared.inputs {
            let inner_path = self.path(index, name);
            let target = match (self.overridden(&inner_path, None, depth), &inner.follows) {
                (Some(real), _) => Target::Node(real),
                (None, Some(follows)) => {
                    let path = follows.split('/').filter(|name| !name.is_empty());
                    Target::Follows(parent, path.map(str::to_owned).collect())
                }
                (None, None) if depth < DEEPEST => {
                    Target::Node(self.unlocked(index, inner_path, inner, depth + 1))
                }
                (None, None) => continue,
            };
            if let Some(draft) = self.drafts.get_mut(index) {
                draft.inputs.retain(|(input, _)| input != name);
                draft.inputs.push((name.clone(), target));
            }
        }
    }

    /// An overridden input keeps the date of what the lock file has for it, which tells the rules that its flake is written by.
    fn date_of_lock(&mut self, index: usize, name: &str, locks: &[(LockFile, String)]) {
        let date = locks.iter().find_map(|(lock, key)| {
            let inputs = &lock.lock.node(key)?.inputs;
            let (_, edge) = inputs.iter().find(|(input, _)| input == name)?;
            lock.lock.node(lock.lock.target(edge)?)?.last_modified
        });
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.last_modified = date;
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.evaluator.session.kind_of(path) == Some(source::FileKind::Regular)
    }

    fn is_there(&self, path: &Path) -> bool {
        self.evaluator.session.kind_of(path).is_some()
    }

    fn read_lock(&mut self, directory: &Path) -> Option<LockFile> {
        let path = directory.join(LOCK_FILE);
        if !self.is_file(&path) {
            return None;
        }
        let file = self.evaluator.session.load(&path).ok()?;
        match self.given.sources.ahead.lock(&path, file.bytes()) {
            Ok(lock) => {
                self.locks += 1;
                Some(LockFile {
                    number: self.locks,
                    lock,
                })
            }
            Err(message) => {
                let text = format!("`flake.lock` can't be read: {message}");
                self.diagnostics.push(
                    Diagnostic::warning(BAD_LOCK_FILE, text)
                        .label(file.span(0, 0), "this lock file"),
                );
                None
            }
        }
    }

    fn declared(&self, directory: &Path) -> Vec<(String, Declared)> {
        let path = directory.join("flake.nix");
        // A flake whose inputs cannot be read cannot be evaluated either, and says so then.
        declared_inputs(self.evaluator, path.as_os_str().as_bytes()).unwrap_or_default()
    }

    /// Gives a node to each `follows` that leads to an input of something that is not on disk and not locked.
    fn settle(&mut self) {
        let mut made: HashMap<Vec<String>, usize> = HashMap::new();
        for index in 0..self.drafts.len() {
            let Some(draft) = self.drafts.get(index) else {
                continue;
            };
            let open = draft.inputs.iter().enumerate();
            let open: Vec<(usize, String, Vec<String>)> = open
                .filter(|(_, (_, target))| self.resolve(target, 0).is_none())
                .filter_map(|(at, (name, target))| match target {
                    Target::Follows(_, path) if path.iter().any(|name| !name.is_empty()) => {
                        Some((at, name.clone(), path.clone()))
                    }
                    _ => None,
                })
                .collect();
            for (at, name, path) in open {
                let last = path.last().map_or("", String::as_str);
                let kind = recognize(last, None).or_else(|| recognize(&name, None));
                let draft = Draft {
                    name: self.path(index, &name),
                    is_flake: true,
                    kind,
                    ..Draft::default()
                };
                let node = *made.entry(path).or_insert_with(|| self.add(draft));
                let inputs = self.drafts.get_mut(index).map(|draft| &mut draft.inputs);
                if let Some((_, target)) = inputs.and_then(|inputs| inputs.get_mut(at)) {
                    *target = Target::Node(node);
                }
            }
        }
    }

    fn finish(self) -> &'a [Node<'a>] {
        let arena = self.evaluator.arena;
        let nodes: Vec<Node<'a>> = self
            .drafts
            .iter()
            .map(|draft| {
                let inputs = draft.inputs.iter().filter_map(|(name, target)| {
                    let index = self.resolve(target, 0)?;
                    Some((self.evaluator.symbol(name), index))
                });
                let inputs: Vec<_> = inputs.collect();
                let follows = draft.follows.iter().map(|(name, followed)| {
                    let followed: &'a str = arena.alloc_str(followed);
                    (self.evaluator.symbol(name), followed)
                });
                let follows: Vec<_> = follows.collect();
                Node {
                    name: arena.alloc_str(&draft.name),
                    url: draft.url.as_deref().map(|url| &*arena.alloc_str(url)),
                    last_modified: draft.last_modified,
                    revision: draft
                        .revision
                        .as_deref()
                        .map(|revision| &*arena.alloc_str(revision)),
                    is_flake: draft.is_flake,
                    source: draft
                        .source
                        .as_ref()
                        .map(|(path, _)| self.path_in_arena(path)),
                    origin: draft.source.as_ref().map(|(_, origin)| *origin),
                    tree: draft.tree.as_ref().map(|tree| Tree {
                        nar_hash: arena.alloc_str(&tree.nar_hash),
                        store_path: arena.alloc_str(&tree.store_path),
                        directory: self.path_in_arena(&tree.directory),
                    }),
                    locked: arena.alloc_str(&draft.locked),
                    kind: draft.kind,
                    inputs: arena.alloc_slice_copy(&inputs),
                    follows: arena.alloc_slice_copy(&follows),
                    value: OnceCell::new(),
                }
            })
            .collect();
        arena.alloc_slice_fill_iter(nodes)
    }

    fn path_in_arena(&self, path: &Path) -> &'a Path {
        let bytes = path.as_os_str().as_bytes();
        to_path(self.evaluator.arena.alloc_slice_copy(bytes))
    }

    fn resolve(&self, target: &Target, hops: usize) -> Option<usize> {
        let (start, path) = match target {
            Target::Node(index) => return Some(*index),
            Target::Follows(start, path) => (*start, path),
        };
        path.iter().try_fold(start, |index, name| {
            let inputs = &self.drafts.get(index)?.inputs;
            let (_, target) = inputs.iter().find(|(input, _)| input == name)?;
            (hops < DEEPEST).then(|| self.resolve(target, hops + 1))?
        })
    }
}

/// A lock file that cannot be read.
pub const BAD_LOCK_FILE: &str = "bad-lock-file";

/// The inputs that a flake's file declares, and those that its outputs ask for beside them.
fn declared_inputs<'a>(evaluator: &Evaluator<'a>, file: &[u8]) -> Result<Vec<(String, Declared)>> {
    let flake = evaluator.import(file)?;
    let flake = evaluator.force_attrs(flake)?;
    let mut inputs = match flake.value(known::INPUTS) {
        Some(inputs) => declared_set(evaluator, inputs)?,
        None => vec![],
    };
    let outputs = flake
        .value(known::OUTPUTS)
        .map(|outputs| evaluator.force(outputs));
    if let Some(Ok(Value::Lambda(closure))) = outputs {
        let formals = closure
            .code
            .formals
            .iter()
            .flat_map(|formals| formals.entries.iter());
        for formal in formals {
            let name = evaluator.name_text(formal.name);
            let known = inputs.iter().any(|(input, _)| *input == name);
            if formal.name != known::SELF && formal.default.is_none() && !known {
                inputs.push((name, Declared::default()));
            }
        }
    }
    Ok(inputs)
}

fn declared_set<'a>(
    evaluator: &Evaluator<'a>,
    inputs: Value<'a>,
) -> Result<Vec<(String, Declared)>> {
    let inputs = evaluator.force_attrs(inputs)?;
    let mut declared = vec![];
    for attr in evaluator.ordered(inputs) {
        if attr.name != known::SELF {
            let input = declared_input(evaluator, attr.value)?;
            declared.push((evaluator.name_text(attr.name), input));
        }
    }
    Ok(declared)
}

fn declared_input<'a>(evaluator: &Evaluator<'a>, input: Value<'a>) -> Result<Declared> {
    let attrs = match evaluator.force(input)? {
        Value::Attrs(attrs) => attrs,
        other => {
            return Ok(Declared {
                url: text(evaluator, Some(other))?,
                ..Declared::default()
            });
        }
    };
    let get = |name: &str| text(evaluator, attrs.value(evaluator.symbol(name)));
    let url = match get("url")? {
        Some(url) => Some(url),
        None => match (get("type")?, get("owner")?, get("repo")?, get("path")?) {
            (Some(kind), Some(owner), Some(repo), _) => Some(format!("{kind}:{owner}/{repo}")),
            (Some(kind), _, _, Some(path)) => Some(format!("{kind}:{path}")),
            _ => None,
        },
    };
    Ok(Declared {
        url,
        follows: get("follows")?,
        is_flake: match attrs.value(known::FLAKE) {
            Some(is_flake) => Some(evaluator.force_bool(is_flake)?),
            None => None,
        },
        inputs: match attrs.value(known::INPUTS) {
            Some(inputs) => declared_set(evaluator, inputs)?,
            None => vec![],
        },
    })
}

fn text<'a>(evaluator: &Evaluator<'a>, value: Option<Value<'a>>) -> Result<Option<String>> {
    let Some(value) = value else { return Ok(None) };
    Ok(match evaluator.force(value)? {
        Value::String(string) | Value::Path(string) => Some(string.text()),
        _ => None,
    })
}
