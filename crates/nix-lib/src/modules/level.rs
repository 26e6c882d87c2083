//! One level of the tree of options: the declarations of all modules by name, and what is defined of each.
//!
//! A name is an option if every module that declares it declares an option; it is a further level if none does. A mixture is allowed
//! where the options are submodules. Each name is looked into when it is asked for, not before. What is declared is known without a look
//! at what is defined: modules can define something if an option exists.

use nix_frontend::eval::{Attr, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::Pos;

use crate::modules::Modules;
use crate::modules::collect::{Module, UNKNOWN_FILE};
use crate::modules::declare;
use crate::modules::definition::{Definition, Loc, deeper, show_loc, show_name};
use crate::modules::errors::{as_in_nix, coded};
use crate::modules::once::Once;
use crate::modules::option::OptionInstance;
use crate::modules::properties::{push_down, tag};

/// What one module declares at a place: an option, or a set of further declarations.
#[derive(Clone, Copy)]
pub struct Declaration<'a> {
    /// The file of the module.
    pub file: &'a [u8],
    /// Where the name stands.
    pub place: Pos,
    /// The option or set.
    pub value: Value<'a>,
}

/// One level of the tree.
pub struct Level<'a> {
    /// Its path.
    pub loc: Loc<'a>,
    /// The declared names, sorted by symbol.
    pub entries: &'a [Entry<'a>],
    source: Source<'a>,
    definitions: Once<&'a Definitions<'a>>,
}

/// A declared name.
pub struct Entry<'a> {
    /// The name.
    pub name: Symbol,
    declarations: &'a [Declaration<'a>],
    child: Once<Child<'a>>,
}

/// What a declared name is.
#[derive(Clone, Copy)]
pub enum Child<'a> {
    /// An option.
    Option(&'a OptionInstance<'a>),
    /// A further level.
    Level(&'a Level<'a>),
}

/// Where the definitions of a level come from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// What modules define.
    Modules(&'a [&'a Module<'a>]),
    /// What a name of another level is defined as.
    Name(&'a Level<'a>, Symbol),
}

/// What is defined at a level.
struct Definitions<'a> {
    /// By name, sorted by symbol; of each name in the order of the modules.
    by_name: &'a [(Symbol, &'a [Definition<'a>])],
}

/// A definition of something that no module declares.
#[derive(Clone, Copy)]
pub struct Undeclared<'a> {
    /// The level at which it is unknown.
    pub level: &'a Level<'a>,
    /// Its path.
    pub loc: Loc<'a>,
    /// What is defined.
    pub definition: Definition<'a>,
}

impl Entry<'_> {
    /// Where the name is declared first.
    pub fn place(&self) -> Pos {
        let first = self.declarations.first();
        first.map_or(Pos::NONE, |first| first.place)
    }
}

impl<'a> Definitions<'a> {
    fn of(&self, name: Symbol) -> &'a [Definition<'a>] {
        let at = self.by_name.binary_search_by_key(&name, |(name, _)| *name);
        let found = at.ok().and_then(|at| self.by_name.get(at));
        found.map_or(&[], |(_, definitions)| definitions)
    }
}

/// What is said of each name, sorted by symbol; of each name in the order given.
fn gathered<'a, T: Copy>(evaluator: &Evaluator<'a>, all: &[(Symbol, T)]) -> Vec<(Symbol, &'a [T])> {
    let mut order: Vec<(Symbol, u32)> = all.iter().map(|(name, _)| *name).zip(0..).collect();
    order.sort();
    let mut items: Vec<T> = Vec::with_capacity(all.len());
    items.extend(
        order
            .iter()
            .filter_map(|(_, at)| all.get(*at as usize))
            .map(|(_, item)| *item),
    );
    let mut rest = &*evaluator.arena.alloc_slice_copy(&items);
    let groups = order.chunk_by(|(left, _), (right, _)| left == right);
    let groups = groups.filter_map(|group| {
        let (items, behind) = rest.split_at_checked(group.len())?;
        rest = behind;
        Some((group.first()?.0, items))
    });
    groups.collect()
}

impl<'a> Level<'a> {
    /// The level that these declarations make.
    ///
    /// Errors: a declaration that is no set.
    pub fn new(
        evaluator: &Evaluator<'a>,
        loc: Loc<'a>,
        declarations: &[Declaration<'a>],
        source: Source<'a>,
    ) -> Result<&'a Level<'a>> {
        let mut all = vec![];
        for declaration in declarations {
            let Value::Attrs(attrs) = evaluator.force(declaration.value)? else {
                return Err(not_declarations(evaluator, loc, declaration));
            };
            for attr in evaluator.items(attrs) {
                let inner = Declaration {
                    file: declaration.file,
                    place: attr.place,
                    value: attr.value,
                };
                all.push((attr.name, inner));
            }
        }
        let entries = gathered(evaluator, &all).into_iter();
        let entries = entries.map(|(name, declarations)| Entry {
            name,
            declarations,
            child: Once::new(),
        });
        let entries: Vec<Entry<'a>> = entries.collect();
        Ok(evaluator.arena.alloc(Level {
            loc,
            entries: evaluator.arena.alloc_slice_fill_iter(entries),
            source,
            definitions: Once::new(),
        }))
    }

    /// The declared name, if it is one.
    pub fn entry(&'a self, name: Symbol) -> Option<&'a Entry<'a>> {
        let at = self.entries.binary_search_by_key(&name, |entry| entry.name);
        self.entries.get(at.ok()?)
    }

    /// What a declared name is; looked into once. None for other names.
    pub fn child(
        &'a self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        name: Symbol,
    ) -> Result<Option<Child<'a>>> {
        match self.entry(name) {
            None => Ok(None),
            Some(entry) => self.look(evaluator, lib, entry).map(Some),
        }
    }

    fn look(
        &'a self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        entry: &'a Entry<'a>,
    ) -> Result<Child<'a>> {
        entry.child.get(|| {
            let loc = deeper(evaluator, self.loc, entry.name);
            let (mut has_options, mut sets) = (false, vec![]);
            for declaration in entry.declarations {
                if is_option(evaluator, loc, declaration)? {
                    has_options = true;
                } else {
                    sets.push(*declaration);
                }
            }
            if !has_options {
                let source = Source::Name(self, entry.name);
                let level = Level::new(evaluator, loc, entry.declarations, source)?;
                return Ok(Child::Level(level));
            }
            if !sets.is_empty() {
                let mut options = entry.declarations.to_vec();
                options.retain(|declaration| {
                    is_option(evaluator, loc, declaration).unwrap_or_default()
                });
                declare::check_nesting(evaluator, loc, &options, &sets)?;
            }
            let source = (self, entry.name);
            let option = OptionInstance::new(evaluator, lib, loc, entry.declarations, source);
            Ok(Child::Option(option))
        })
    }

    /// What is defined of a name. Looks at all that is defined at this level.
    pub fn definitions_of(
        &'a self,
        evaluator: &Evaluator<'a>,
        name: Symbol,
    ) -> Result<&'a [Definition<'a>]> {
        Ok(self.definitions(evaluator)?.of(name))
    }

    fn definitions(&'a self, evaluator: &Evaluator<'a>) -> Result<&'a Definitions<'a>> {
        self.definitions.get(|| {
            let definitions = self.source.definitions(evaluator)?;
            let mut all = vec![];
            for definition in definitions {
                let forced = evaluator.force(definition.value);
                let forced = forced.map_err(|error| shape_needs_itself(error, &definition));
                let Value::Attrs(attrs) = forced? else {
                    return Err(self.not_definitions(evaluator, &definition));
                };
                for attr in evaluator.items(attrs) {
                    all.push((attr.name, definition.inner(attr.value, attr.place)));
                }
            }
            let by_name = gathered(evaluator, &all);
            let by_name = evaluator.arena.alloc_slice_copy(&by_name);
            Ok(evaluator.arena.alloc(Definitions { by_name }))
        })
    }

    #[cold]
    fn not_definitions(
        &self,
        evaluator: &Evaluator<'a>,
        definition: &Definition<'a>,
    ) -> Box<EvalError> {
        let found = match evaluator.force(definition.value) {
            Ok(unknown @ Value::OutOfReach(_)) => return evaluator.expected("a set", unknown),
            Ok(found) => found.type_name().unwrap_or_default(),
            Err(error) => return error,
        };
        let entries = self.entries.iter();
        let names = entries.filter(|entry| entry.name != known::MODULE);
        let mut names: Vec<String> = names
            .map(|entry| show_name(evaluator, entry.name))
            .collect();
        names.sort();
        crate::modules::errors::no_set(evaluator, self.loc, definition, found, &names)
    }

    /// The values of all options as a set, each merged when it is read. Names have the place of their first definition if that is known.
    pub fn config(&'a self, evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
        let definitions = self.definitions.known();
        let attrs = self.entries.iter().map(|entry| {
            let first = definitions.and_then(|all| all.of(entry.name).first());
            let value =
                evaluator.lazy(move |evaluator| match self.look(evaluator, lib, entry)? {
                    Child::Option(option) => option.value(evaluator),
                    Child::Level(level) => Ok(level.config(evaluator, lib)),
                });
            Attr {
                name: entry.name,
                place: first.map_or(Pos::NONE, |first| first.place),
                value,
            }
        });
        Value::Attrs(evaluator.sorted_attrs(&attrs.collect::<Vec<_>>()))
    }

    /// The options themselves as a set: `options`.
    pub fn options(&'a self, evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
        let attrs = self.entries.iter().map(|entry| Attr {
            name: entry.name,
            place: Pos::NONE,
            value: evaluator.lazy(move |evaluator| match self.look(evaluator, lib, entry)? {
                Child::Option(option) => option.to_nix(evaluator),
                Child::Level(level) => Ok(level.options(evaluator, lib)),
            }),
        });
        evaluator.attrs(attrs.collect())
    }

    /// Everything from this level on that is defined but not declared, in the order of names. Looks at all levels.
    pub fn undeclared(
        &'a self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
    ) -> Result<Vec<Undeclared<'a>>> {
        let mut found = vec![];
        for (name, definitions) in self.definitions(evaluator)?.by_name {
            let below = match self.child(evaluator, lib, *name)? {
                Some(Child::Option(_)) => continue,
                Some(Child::Level(level)) => level.undeclared(evaluator, lib)?,
                None => {
                    let loc = deeper(evaluator, self.loc, *name);
                    let undeclared = |definition: &Definition<'a>| Undeclared {
                        level: self,
                        loc,
                        definition: *definition,
                    };
                    definitions.iter().map(undeclared).collect()
                }
            };
            if !below.is_empty() {
                found.push((evaluator.name(*name), below));
            }
        }
        found.sort_by_key(|(name, _)| *name);
        Ok(found.into_iter().flat_map(|(_, below)| below).collect())
    }
}

impl<'a> Source<'a> {
    /// The definitions, expanded around the whole set.
    fn definitions(self, evaluator: &Evaluator<'a>) -> Result<Vec<Definition<'a>>> {
        let mut definitions = vec![];
        match self {
            Source::Modules(modules) => {
                for module in modules {
                    for definition in module.definitions(evaluator) {
                        let pushed = push_down(evaluator, definition);
                        let pushed = pushed.map_err(|error| shape_needs_itself(error, &definition));
                        definitions.extend(pushed?);
                    }
                }
            }
            Source::Name(level, name) => {
                for definition in level.definitions_of(evaluator, name)? {
                    let pushed = push_down(evaluator, *definition);
                    let pushed = pushed.map_err(|error| shape_needs_itself(error, definition));
                    definitions.extend(pushed?);
                }
            }
        }
        Ok(definitions)
    }
}

fn is_option<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    declaration: &Declaration<'a>,
) -> Result<bool> {
    let Value::Attrs(attrs) = evaluator.force(declaration.value)? else {
        return Ok(false);
    };
    if attrs.get(known::TYPE_TAG).is_none() {
        return Ok(false);
    }
    match tag(evaluator, attrs)? {
        Some(b"option") => Ok(true),
        other => {
            let tag = String::from_utf8_lossy(other.unwrap_or_default()).into_owned();
            let file = String::from_utf8_lossy(declaration.file);
            let option = show_loc(evaluator, loc);
            let message = format!("`{option}` must be declared with `mkOption`, not as `{tag}`");
            let error = coded("evaluation-error", message)
                .at(evaluator.session.sources.word(declaration.place));
            let in_nix = format!(
                "In module {file}: expected an option declaration at option path `{option}` but got an attribute set with type {tag}"
            );
            let error = as_in_nix(error, in_nix);
            Err(match other {
                Some(b"option-type") => error.help("write `lib.mkOption { type = …; }` around it"),
                _ => error,
            })
        }
    }
}

/// Advice where which options are defined depends on what they are.
#[cold]
fn shape_needs_itself(error: Box<EvalError>, definition: &Definition<'_>) -> Box<EvalError> {
    if error.kind != ErrorKind::InfiniteRecursion || error.help.is_some() {
        return error;
    }
    let module = match definition.file {
        UNKNOWN_FILE => "a module".to_owned(),
        file => format!("`{}`", String::from_utf8_lossy(file)),
    };
    error.help(format!(
        "which options {module} defines cannot depend on `config`: write `lib.mkIf condition {{ … }}` instead of `if` or `lib.optionalAttrs`, and `lib.mkMerge [ … ]` instead of `//`"
    ))
}

#[cold]
fn not_declarations<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    declaration: &Declaration<'a>,
) -> Box<EvalError> {
    let found = match evaluator.force(declaration.value) {
        Ok(unknown @ Value::OutOfReach(_)) => return evaluator.expected("a set", unknown),
        Ok(found) => found.type_name().unwrap_or_default(),
        Err(error) => return error,
    };
    let option = show_loc(evaluator, loc);
    let error = coded(
        "evaluation-error",
        format!("the declarations of `{option}` must be a set of options"),
    )
    .at(evaluator.session.sources.word(declaration.place));
    let in_nix = format!(
        "An option declaration for `{option}' has type `{found}' rather than an attribute set.\nDid you mean to define this outside of `options'?"
    );
    as_in_nix(error, in_nix).help(
        "below `options` stand options, as `lib.mkOption { default = …; }`; values stand below `config`",
    )
}
