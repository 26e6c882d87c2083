//! Collects modules: loads them, brings them into one shape, follows their imports.
//!
//! A module is a set, a function to one, or a path to a file with either. A set with `config` or `options` is in the long form and may
//! have nothing else beside the module's own words; any other set is all config. Modules with one key count once; the key is the
//! file's path, what `key` says, or the place in the list of imports.

mod apply;
mod disabled;
mod errors;
mod shape;

use nix_frontend::eval::{At, Attr, EvalError, Evaluator, Result, Value};
use nix_frontend::import::to_path;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashSet;
use source::{Pos, Span};

use crate::modules::collect::errors::while_importing;
use crate::modules::definition::Definition;
use crate::modules::errors::{NOT_A_MODULE, as_in_nix, coded};
use crate::modules::evaluate::{Input, Setup};
use crate::modules::shown;
use crate::modules::spelled::written;
use crate::modules::{Modules, Skipped};

pub use apply::Arguments;

/// A module in the one shape.
#[derive(Clone, Copy)]
pub struct Module<'a> {
    /// Its file, or what stands for it.
    pub file: &'a [u8],
    /// What it counts once by.
    pub key: &'a [u8],
    /// The class that it says it is of.
    pub class: Option<&'a [u8]>,
    /// What it imports.
    pub imports: &'a [Value<'a>],
    /// Whether what it imports is a definition's value.
    inner: bool,
    /// What it disables.
    pub disabled: &'a [Value<'a>],
    /// Its declarations.
    pub options: Option<Value<'a>>,
    /// Its definitions, and where they stand.
    pub config: Option<(Value<'a>, Pos)>,
    /// Its freeform type, and where it stands.
    pub freeform: Option<(Value<'a>, Pos)>,
    /// What the caller called it.
    pub origin: u32,
    /// Where it stands.
    pub place: Pos,
    /// Where its own words stand.
    words: Words,
}

/// Where a module's own words stand.
#[derive(Clone, Copy)]
struct Words {
    imports: Pos,
    disabled: Pos,
    class: Pos,
}

/// What is being loaded, for what imports itself.
#[derive(Clone, Copy)]
struct Loading<'a> {
    /// What tells it from others: a file's path, or the address of a value.
    identity: Identity<'a>,
    file: &'a [u8],
    /// Where it is imported.
    imported: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Identity<'a> {
    File(&'a [u8]),
    Value(usize),
}

/// A module and what it imports.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// The module.
    pub module: Module<'a>,
    /// What it imports.
    pub imports: &'a [Node<'a>],
}

/// The collected modules of an evaluation.
pub struct Collected<'a> {
    /// In the order of merging: what comes first has its list elements first.
    pub modules: &'a [&'a Module<'a>],
    /// The modules as they were given, with their imports.
    pub nodes: &'a [Node<'a>],
    /// The keys that are disabled.
    pub disabled: &'a [&'a [u8]],
}

struct Collector<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    lib: &'a Modules<'a>,
    setup: Setup<'a>,
    arguments: Arguments<'a>,
    disabled: Vec<&'a [u8]>,
    loading: Vec<Loading<'a>>,
}

/// What stands for the file of a module of which nobody knows it.
pub(crate) const UNKNOWN_FILE: &[u8] = b"<unknown-file>";

/// Collects the modules of an evaluation.
pub fn collect<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    setup: Setup<'a>,
    internal: Module<'a>,
    arguments: Arguments<'a>,
) -> Result<Collected<'a>> {
    let mut collector = Collector {
        evaluator,
        lib,
        setup,
        arguments,
        disabled: vec![],
        loading: vec![],
    };
    let mut nodes = vec![];
    for (number, input) in setup.modules.iter().enumerate() {
        nodes.extend(collector.input(*input, number)?);
    }
    nodes.push(Node {
        module: internal,
        imports: &[],
    });
    let nodes = &*evaluator.arena.alloc_slice_copy(&nodes);
    let mut modules = collector.breadth_first(nodes);
    modules.reverse();
    Ok(Collected {
        modules: evaluator.arena.alloc_slice_copy(&modules),
        nodes,
        disabled: evaluator.arena.alloc_slice_copy(&collector.disabled),
    })
}

impl<'a> Collector<'a, '_> {
    fn breadth_first(&self, nodes: &'a [Node<'a>]) -> Vec<&'a Module<'a>> {
        let mut seen: FxHashSet<&'a [u8]> = FxHashSet::default();
        let mut queue: std::collections::VecDeque<&'a Node<'a>> = nodes.iter().collect();
        let mut modules = vec![];
        while let Some(node) = queue.pop_front() {
            let disabled = self.disabled.contains(&node.module.key);
            if disabled || !seen.insert(node.module.key) {
                continue;
            }
            modules.push(&node.module);
            queue.extend(node.imports);
        }
        modules
    }

    fn input(&mut self, input: Input<'a>, number: usize) -> Result<Option<Node<'a>>> {
        let file = input.file.unwrap_or(UNKNOWN_FILE);
        let key = self.numbered(b"", number);
        let Some(shorthand_only) = input.is_definition else {
            return self.load(
                input.value,
                file,
                key,
                input.origin,
                (input.place, input.listed),
            );
        };
        let mut module = Module::empty(file, key, input.origin, input.place);
        if shorthand_only && let Value::Attrs(_) = self.evaluator.force(input.value)? {
            module.config = Some((input.value, input.place));
            return Ok(Some(Node {
                module,
                imports: &[],
            }));
        }
        module.imports = self.evaluator.arena.alloc_slice_copy(&[input.value]);
        module.inner = true;
        self.with_imports(module).map(Some)
    }

    fn numbered(&self, parent: &[u8], number: usize) -> &'a [u8] {
        let mut key = parent.to_vec();
        key.extend_from_slice(format!(":anon-{}", number + 1).as_bytes());
        self.evaluator.arena.alloc_slice_copy(&key)
    }

    fn with_imports(&mut self, module: Module<'a>) -> Result<Node<'a>> {
        self.evaluator.check_stack()?;
        if let Some(expected) = self.setup.class
            && let Some(class) = module.class.filter(|class| *class != expected)
        {
            return Err(self.wrong_class(&module, class, expected));
        }
        for item in module.disabled {
            match self.disabled_key(&module, *item) {
                Ok(key) => self.disabled.push(key),
                // A module that is out of reach is left out anyway.
                Err(error) if error.is_out_of_reach() => {}
                Err(error) => {
                    let sources = &self.evaluator.session.sources;
                    return Err(error.at(sources.word(module.words.disabled)));
                }
            }
        }
        let mut imports = vec![];
        for (number, import) in module.imports.iter().enumerate() {
            let key = self.numbered(module.key, number);
            let place = if module.inner {
                module.place
            } else {
                Pos::NONE
            };
            let places = (place, module.words.imports);
            imports.extend(self.load(*import, module.file, key, module.origin, places)?);
        }
        let imports = self.evaluator.arena.alloc_slice_copy(&imports);
        Ok(Node { module, imports })
    }

    /// Loads a module; none if its source is not here, which is noted. `listed` is where the list with it stands.
    fn load(
        &mut self,
        value: Value<'a>,
        file: &'a [u8],
        key: &'a [u8],
        origin: u32,
        (place, listed): (Pos, Pos),
    ) -> Result<Option<Node<'a>>> {
        let evaluator = self.evaluator;
        let standing = self.standing(value, listed);
        let place = if place.is_none() {
            standing.start
        } else {
            place
        };
        let forced = match evaluator.force(value) {
            Ok(forced) => forced,
            Err(error) if error.is_out_of_reach() => {
                self.skip_error(&error, place);
                return Ok(None);
            }
            Err(error) => return Err(while_importing(error.at(standing), standing)),
        };
        let module = match forced {
            Value::OutOfReach(unknown) => {
                let error = EvalError::out_of_reach(&evaluator.session.symbols, unknown);
                self.skip_error(&error, place);
                match unknown.open_set() {
                    Some(known) => self.unify(Value::Attrs(known), file, key, origin, place)?,
                    None => return Ok(None),
                }
            }
            Value::Attrs(attrs) if attrs.get(known::FUNCTOR).is_none() => {
                match self.tag(attrs, file)? {
                    None | Some(b"module") => self.unify(forced, file, key, origin, place)?,
                    Some(b"if" | b"override") => {
                        let mut module = Module::empty(file, key, origin, place);
                        module.config = Some((forced, place));
                        module
                    }
                    Some(tag) => {
                        return Err(self
                            .not_a_module(
                                tag,
                                &format!("\"{}\"", String::from_utf8_lossy(tag)),
                                file,
                            )
                            .at(standing));
                    }
                }
            }
            Value::List(_) => {
                let definition = Definition::new(file, forced, place, origin);
                let shown = shown::definitions(evaluator, &[definition])?;
                let error = coded(NOT_A_MODULE, "imports cannot be nested lists")
                    .at(standing)
                    .help("remove one level of brackets");
                let in_nix = format!(
                    "Module imports can't be nested lists. Perhaps you meant to remove one level of lists? Definitions: {shown}"
                );
                return Err(as_in_nix(error, in_nix));
            }
            Value::Path(_) | Value::String(_) => {
                return self.load_file(forced, origin, standing);
            }
            function if crate::modules::types::check::is_function(function) => {
                let applied = match self.apply(function, key, standing) {
                    Err(error) if error.is_out_of_reach() => {
                        self.skip_error(&error, place);
                        return Ok(None);
                    }
                    result => result?,
                };
                self.unify(applied, file, key, origin, place)?
            }
            other => {
                // As in nixpkgs it would be imported as a file.
                let text = other.type_with_article();
                let error = coded(NOT_A_MODULE, format!("{text} is no module"));
                let (file, key) = (String::from_utf8_lossy(file), String::from_utf8_lossy(key));
                let in_nix = format!("module {file} ({key}) does not look like a module.");
                return Err(as_in_nix(error.at(standing), in_nix));
            }
        };
        match identity(forced) {
            None => self.with_imports(module).map(Some),
            Some(identity) => self.inside(identity, module, standing),
        }
    }

    /// Follows the imports of a module. Errors: it imports itself.
    fn inside(
        &mut self,
        identity: Identity<'a>,
        module: Module<'a>,
        imported: Span,
    ) -> Result<Option<Node<'a>>> {
        let file = module.file;
        let begun = self
            .loading
            .iter()
            .position(|each| each.identity == identity);
        self.loading.push(Loading {
            identity,
            file,
            imported,
        });
        if let Some(begun) = begun {
            return Err(self.circle(begun));
        }
        let node = self.with_imports(module)?;
        self.loading.pop();
        Ok(Some(node))
    }

    /// Where a module stands, or the list that has it.
    fn standing(&self, value: Value<'a>, listed: Pos) -> Span {
        let own = match value {
            Value::Thunk(thunk) => thunk.span(),
            Value::String(string) => self
                .evaluator
                .session
                .span_of_bytes(string.bytes)
                .unwrap_or(Span::NONE),
            _ => Span::NONE,
        };
        if own.is_none() {
            self.evaluator.session.sources.word(listed)
        } else {
            own
        }
    }

    fn skip_error(&self, error: &EvalError, place: Pos) {
        if let Some((name, because)) = error.unknown() {
            self.lib.open(self.setup.prefix, error);
            self.lib.skip(Skipped {
                name: name.to_owned(),
                because: because.to_owned(),
                place: if error.span.is_none() {
                    place
                } else {
                    error.span.start
                },
            });
        }
    }

    fn load_file(
        &mut self,
        path: Value<'a>,
        origin: u32,
        standing: Span,
    ) -> Result<Option<Node<'a>>> {
        let evaluator = self.evaluator;
        let path = evaluator.coerce_to_path(path).at(standing)?.bytes;
        let value = evaluator.import(path).map_err(|error| {
            let sources = &evaluator.session.sources;
            let own = written(sources, standing.start, to_path(path));
            error.at(own.unwrap_or(standing))
        })?;
        let applied = if crate::modules::types::check::is_function(value) {
            match self.apply(value, path, standing) {
                Err(error) if error.is_out_of_reach() => {
                    self.skip_error(&error, standing.start);
                    return Ok(None);
                }
                result => result?,
            }
        } else {
            value
        };
        let module = self.unify(applied, path, path, origin, standing.start)?;
        self.inside(Identity::File(path), module, standing)
    }
}

/// What tells the value of a module from others, if it can import anything.
fn identity(value: Value<'_>) -> Option<Identity<'_>> {
    Some(Identity::Value(match value {
        Value::Attrs(attrs) => std::ptr::from_ref(attrs).addr(),
        Value::Lambda(closure) => std::ptr::from_ref(closure).addr(),
        _ => return None,
    }))
}

impl<'a> Module<'a> {
    /// A module that says nothing.
    pub fn empty(file: &'a [u8], key: &'a [u8], origin: u32, place: Pos) -> Module<'a> {
        Module {
            file,
            key,
            class: None,
            imports: &[],
            inner: false,
            disabled: &[],
            options: None,
            config: None,
            freeform: None,
            origin,
            place,
            words: Words {
                imports: Pos::NONE,
                disabled: Pos::NONE,
                class: Pos::NONE,
            },
        }
    }

    /// What it defines, its freeform type included.
    pub(crate) fn definitions(&self, evaluator: &Evaluator<'a>) -> Vec<Definition<'a>> {
        let config = self.config.iter().copied();
        let freeform = self.freeform.iter().map(|(freeform, place)| {
            let of = |name, value| {
                let place = *place;
                evaluator.attrs(vec![Attr { name, place, value }])
            };
            let inner = of(known::FREEFORM_TYPE, *freeform);
            (of(known::MODULE, inner), *place)
        });
        let all = config.chain(freeform);
        all.map(|(value, place)| Definition::new(self.file, value, place, self.origin))
            .collect()
    }
}
