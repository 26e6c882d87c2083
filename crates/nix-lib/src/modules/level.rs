//! One level of the tree of options: the declarations of all modules by name, and what is defined of each.
//!
//! A name is an option if every module that declares it declares an option; it is a further level if none does. A mixture is allowed
//! where the options are submodules. Each name is looked into when it is asked for, not before.

use std::cell::OnceCell;

use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashMap;
use source::Pos;

use crate::modules::Modules;
use crate::modules::definition::{Definition, Loc, deeper, show_loc};
use crate::modules::errors::coded;
use crate::modules::option::{OptionInstance, declare, submodule_of_set};
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
    /// What is defined but not declared, by name, in the order of definition.
    pub undeclared: &'a [(Symbol, &'a [Definition<'a>])],
}

/// A declared name.
pub struct Entry<'a> {
    /// The name.
    pub name: Symbol,
    declarations: &'a [Declaration<'a>],
    definitions: &'a [Definition<'a>],
    child: OnceCell<Child<'a>>,
}

/// What a declared name is.
#[derive(Clone, Copy)]
pub enum Child<'a> {
    /// An option.
    Option(&'a OptionInstance<'a>),
    /// A further level.
    Level(&'a Level<'a>),
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

#[derive(Default)]
struct Gathered<'a> {
    declarations: Vec<Declaration<'a>>,
    definitions: Vec<Definition<'a>>,
}

impl<'a> Level<'a> {
    /// The level that these declarations and definitions (expanded around the whole set already) make.
    ///
    /// Errors: a declaration or a definition that is no set.
    pub fn new(
        evaluator: &Evaluator<'a>,
        loc: Loc<'a>,
        declarations: &[Declaration<'a>],
        definitions: &[Definition<'a>],
    ) -> Result<&'a Level<'a>> {
        let mut names: Vec<Symbol> = vec![];
        let mut gathered: FxHashMap<Symbol, Gathered<'a>> = FxHashMap::default();
        for declaration in declarations {
            let Value::Attrs(attrs) = evaluator.force(declaration.value)? else {
                return Err(not_declarations(evaluator, loc, declaration));
            };
            for attr in evaluator.items(attrs) {
                let entry = gathered.entry(attr.name).or_default();
                if entry.declarations.is_empty() {
                    names.push(attr.name);
                }
                entry.declarations.push(Declaration {
                    file: declaration.file,
                    place: attr.place,
                    value: attr.value,
                });
            }
        }
        let declared = names.len();
        for definition in definitions {
            let Value::Attrs(attrs) = evaluator.force(definition.value)? else {
                return Err(not_definitions(evaluator, loc, definition));
            };
            for attr in evaluator.items(attrs) {
                let entry = gathered.entry(attr.name).or_default();
                if entry.declarations.is_empty() && entry.definitions.is_empty() {
                    names.push(attr.name);
                }
                entry
                    .definitions
                    .push(definition.inner(attr.value, attr.place));
            }
        }
        let undeclared = names.split_off(declared);
        names.sort_unstable();
        let arena = evaluator.arena;
        let entries: Vec<Entry<'a>> = names
            .into_iter()
            .map(|name| {
                let entry = gathered.remove(&name).unwrap_or_default();
                Entry {
                    name,
                    declarations: arena.alloc_slice_copy(&entry.declarations),
                    definitions: arena.alloc_slice_copy(&entry.definitions),
                    child: OnceCell::new(),
                }
            })
            .collect();
        let undeclared: Vec<(Symbol, &'a [Definition<'a>])> = undeclared
            .into_iter()
            .map(|name| {
                let entry = gathered.remove(&name).unwrap_or_default();
                (name, &*arena.alloc_slice_copy(&entry.definitions))
            })
            .collect();
        Ok(arena.alloc(Level {
            loc,
            entries: arena.alloc_slice_fill_iter(entries),
            undeclared: arena.alloc_slice_copy(&undeclared),
        }))
    }

    /// The declared name, if it is one.
    pub fn entry(&'a self, name: Symbol) -> Option<&'a Entry<'a>> {
        let at = self.entries.binary_search_by_key(&name, |entry| entry.name);
        self.entries.get(at.ok()?)
    }

    /// The values of all options as a set, each merged when it is read.
    pub fn config(&'a self, evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
        let attrs = self.entries.iter().map(|entry| {
            let place = entry
                .definitions
                .first()
                .map_or(Pos::NONE, |each| each.place);
            let value =
                evaluator.lazy(
                    move |evaluator| match entry.child(evaluator, lib, self.loc)? {
                        Child::Option(option) => evaluator.force(option.value),
                        Child::Level(level) => Ok(level.config(evaluator, lib)),
                    },
                );
            Attr {
                name: entry.name,
                place,
                value,
            }
        });
        evaluator.attrs(attrs.collect())
    }

    /// The options themselves as a set: `options`.
    pub fn options(&'a self, evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
        let attrs = self.entries.iter().map(|entry| Attr {
            name: entry.name,
            place: Pos::NONE,
            value: evaluator.lazy(move |evaluator| {
                match entry.child(evaluator, lib, self.loc)? {
                    Child::Option(option) => option.to_nix(evaluator, lib),
                    Child::Level(level) => Ok(level.options(evaluator, lib)),
                }
            }),
        });
        evaluator.attrs(attrs.collect())
    }

    /// Everything below this level that is defined but not declared. Looks at all levels.
    pub fn all_undeclared(
        &'a self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        into: &mut Vec<Undeclared<'a>>,
    ) -> Result<()> {
        for entry in self.entries {
            if entry.definitions.is_empty() || entry.is_only_options(evaluator, self.loc)? {
                continue;
            }
            if let Child::Level(level) = entry.child(evaluator, lib, self.loc)? {
                level.all_undeclared(evaluator, lib, into)?;
            }
        }
        for (name, definitions) in self.undeclared {
            let loc = deeper(evaluator, self.loc, *name);
            into.extend(definitions.iter().map(|definition| Undeclared {
                level: self,
                loc,
                definition: *definition,
            }));
        }
        Ok(())
    }
}

impl<'a> Entry<'a> {
    /// What the name is; looked into once.
    pub fn child(
        &'a self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        parent: Loc<'a>,
    ) -> Result<Child<'a>> {
        if let Some(child) = self.child.get() {
            return Ok(*child);
        }
        let child = self.look(evaluator, lib, parent)?;
        Ok(*self.child.get_or_init(|| child))
    }

    /// Whether all declarations are options. They need not go together: that matters only to who reads the option.
    fn is_only_options(&self, evaluator: &Evaluator<'a>, parent: Loc<'a>) -> Result<bool> {
        let loc = deeper(evaluator, parent, self.name);
        for declaration in self.declarations {
            if !is_option(evaluator, loc, declaration)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The definitions as the modules gave them.
    pub fn definitions(&self) -> &'a [Definition<'a>] {
        self.definitions
    }

    fn look(
        &'a self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        parent: Loc<'a>,
    ) -> Result<Child<'a>> {
        let loc = deeper(evaluator, parent, self.name);
        let mut options = vec![];
        let mut sets = 0;
        for declaration in self.declarations {
            if is_option(evaluator, loc, declaration)? {
                options.push(*declaration);
            } else {
                sets += 1;
            }
        }
        if options.is_empty() {
            let mut definitions = Vec::with_capacity(self.definitions.len());
            for definition in self.definitions {
                definitions.extend(push_down(evaluator, *definition)?);
            }
            let level = Level::new(evaluator, loc, self.declarations, &definitions)?;
            return Ok(Child::Level(level));
        }
        let mut declarations = self.declarations.to_vec();
        if sets > 0 {
            for declaration in &mut declarations {
                if !is_option(evaluator, loc, declaration)? {
                    *declaration = submodule_of_set(evaluator, lib, declaration);
                }
            }
        }
        let option = declare(evaluator, lib, loc, &declarations, sets > 0)?;
        Ok(Child::Option(OptionInstance::new(
            evaluator,
            lib,
            option,
            self.definitions,
        )))
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
            let option = show_loc(evaluator, loc);
            let message = format!("`{option}` must be declared with `mkOption`, not as `{tag}`");
            Err(coded("evaluation-error", message)
                .at(evaluator.session.sources.word(declaration.place)))
        }
    }
}

#[cold]
fn not_declarations<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    declaration: &Declaration<'a>,
) -> Box<nix_frontend::eval::EvalError> {
    if let Ok(unknown @ Value::OutOfReach(_)) = evaluator.force(declaration.value) {
        return evaluator.expected("a set", unknown);
    }
    let option = show_loc(evaluator, loc);
    coded(
        "evaluation-error",
        format!("the declarations of `{option}` must be a set of options"),
    )
    .at(evaluator.session.sources.word(declaration.place))
}

#[cold]
fn not_definitions<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definition: &Definition<'a>,
) -> Box<nix_frontend::eval::EvalError> {
    if let Ok(unknown @ Value::OutOfReach(_)) = evaluator.force(definition.value) {
        return evaluator.expected("a set", unknown);
    }
    crate::modules::errors::wrong_type(
        evaluator,
        loc,
        "attribute set",
        std::slice::from_ref(definition),
    )
}
