//! Module evaluations: `evalModules`, and every submodule.

use std::cell::OnceCell;

use nix_frontend::eval::{Attr, Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::functions::attrsets::update_recursively;
use crate::modules::collect::{Arguments, Collected, Module, collect};
use crate::modules::definition::{Declared, Definition, Loc};
use crate::modules::errors::{self, unknown_option};
use crate::modules::level::{Child, Declaration, Level, Source, Undeclared};
use crate::modules::once::Once;
use crate::modules::types::merge::Merge;
use crate::modules::types::{Kind, Submodule, TypeRef};
use crate::modules::{Modules, library};

/// What is evaluated.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
    /// The modules, in the order given.
    pub modules: &'a [Input<'a>],
    /// What their functions may ask for, `imports` included.
    pub special_args: Option<&'a Attrs<'a>>,
    /// The path of the whole.
    pub prefix: Loc<'a>,
    /// The class of modules that are allowed.
    pub class: Option<&'a [u8]>,
}

/// One module that an evaluation is given.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The module: a set, a function, a path.
    pub value: Value<'a>,
    /// The file it counts as, if it does not say so itself.
    pub file: Option<&'a [u8]>,
    /// Where it stands.
    pub place: Pos,
    /// Where the list that has it is named.
    pub listed: Pos,
    /// What the caller calls it; goes along with its definitions.
    pub origin: u32,
    /// For a definition of a submodule: whether a set is always config.
    pub is_definition: Option<bool>,
}

impl<'a> Input<'a> {
    /// A module of which nothing else is known.
    pub fn of(value: Value<'a>) -> Input<'a> {
        Input {
            value,
            file: None,
            place: Pos::NONE,
            listed: Pos::NONE,
            origin: 0,
            is_definition: None,
        }
    }
}

/// A module evaluation. Nothing happens until something of it is read.
pub struct Evaluation<'a> {
    /// What is evaluated.
    pub setup: Setup<'a>,
    lib: &'a Modules<'a>,
    collected: Once<&'a Collected<'a>>,
    root: Once<&'a Level<'a>>,
    freeform: Once<Option<Value<'a>>>,
    config: OnceCell<Value<'a>>,
    options: OnceCell<Value<'a>>,
    checked: OnceCell<Value<'a>>,
}

/// What nixpkgs says where the arguments of modules lead back to their imports.
const RECURSION_HINT: &str = "if you get an infinite recursion here, you probably reference `config` in `imports`. If you are trying to achieve a conditional import behavior dependent on `config`, consider importing unconditionally, and using `mkEnableOption` and `mkIf` to control its effect.";

pub(crate) const INTERNAL: &[u8] = b"lib/modules.nix";

impl<'a> Evaluation<'a> {
    /// An evaluation of `setup`.
    pub fn new(
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        setup: Setup<'a>,
    ) -> &'a Evaluation<'a> {
        let evaluation: &'a Evaluation<'a> = evaluator.arena.alloc(Evaluation {
            setup,
            lib,
            collected: Once::new(),
            root: Once::new(),
            freeform: Once::new(),
            config: OnceCell::new(),
            options: OnceCell::new(),
            checked: OnceCell::new(),
        });
        let config = evaluator.lazy(move |evaluator| evaluation.unchecked(evaluator));
        let options = evaluator.lazy(move |evaluator| {
            let root = evaluation.root(evaluator)?;
            Ok(root.options(evaluator, evaluation.lib))
        });
        let checked = evaluator.lazy(move |evaluator| evaluation.check(evaluator));
        evaluation.config.get_or_init(|| config);
        evaluation.options.get_or_init(|| options);
        evaluation.checked.get_or_init(|| checked);
        evaluation
    }

    /// `config`, without a look at undeclared definitions; as modules see it, with `_module`.
    pub fn config(&self) -> Value<'a> {
        self.config.get().copied().unwrap_or(Value::Null)
    }

    /// `options`.
    pub fn options(&self) -> Value<'a> {
        self.options.get().copied().unwrap_or(Value::Null)
    }

    /// `config` as the caller gets it: without `_module`. Errors: something undeclared is defined.
    pub fn checked_config(&self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        evaluator.force(self.checked.get().copied().unwrap_or(Value::Null))
    }

    fn check(&'a self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        for error in self.unknown_options(evaluator)? {
            if !self.lib.is_tolerant() {
                return Err(Box::new(error));
            }
            self.lib.tolerate(error);
        }
        // Whatever is defined was looked at by now: so every name knows its place.
        let config = self.unchecked(evaluator)?;
        let config = without_module(evaluator, evaluator.force_attrs(config)?);
        self.lib.remember_evaluation(config, self);
        Ok(config)
    }

    /// `config` without `_module` and without a look at undeclared definitions.
    pub fn config_without_module(&self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        let config = evaluator.force_attrs(self.config())?;
        Ok(without_module(evaluator, config))
    }

    /// An error for each definition of something undeclared; none where a freeform type takes them or `_module.check` is off.
    pub fn unknown_options(&'a self, evaluator: &Evaluator<'a>) -> Result<Vec<EvalError>> {
        if !self.wants_check(evaluator)? {
            return Ok(vec![]);
        }
        let undeclared = self.undeclared(evaluator)?;
        self.errors_of(evaluator, &undeclared)
    }

    /// An error for each definition of something undeclared below `path`, also where a freeform type takes it.
    pub fn unknown_options_below(
        &'a self,
        evaluator: &Evaluator<'a>,
        path: &[Symbol],
    ) -> Result<Vec<EvalError>> {
        let depth = self.setup.prefix.len();
        let mut undeclared = self.undeclared(evaluator)?;
        undeclared.retain(|each| {
            let inner = each.loc.get(depth..).unwrap_or_default();
            inner.starts_with(path)
        });
        self.errors_of(evaluator, &undeclared)
    }

    fn errors_of(
        &'a self,
        evaluator: &Evaluator<'a>,
        undeclared: &[Undeclared<'a>],
    ) -> Result<Vec<EvalError>> {
        if undeclared.is_empty() {
            return Ok(vec![]);
        }
        let root = self.root(evaluator)?;
        let is_empty = root.entries.iter().all(|entry| entry.name == known::MODULE);
        let nothing_declared = is_empty.then_some(self.setup.prefix);
        let errors = undeclared.iter().map(|each| {
            let names = each.level.entries.iter();
            let is_root = std::ptr::eq(each.level, root);
            let siblings = names.filter(|entry| !(is_root && entry.name == known::MODULE));
            let siblings: Vec<(Symbol, Pos)> =
                siblings.map(|entry| (entry.name, entry.place())).collect();
            let unknown = errors::Unknown {
                loc: each.loc,
                definition: &each.definition,
                siblings: &siblings,
                nothing_declared,
            };
            *unknown_option(evaluator, &unknown)
        });
        Ok(errors.collect())
    }

    fn wants_check(&'a self, evaluator: &Evaluator<'a>) -> Result<bool> {
        let check = self.module_option(evaluator, known::CHECK)?;
        Ok(evaluator.force_bool(check)? && self.freeform_type(evaluator)?.is_none())
    }

    /// What is defined but not declared.
    pub fn undeclared(&'a self, evaluator: &Evaluator<'a>) -> Result<Vec<Undeclared<'a>>> {
        self.root(evaluator)?.undeclared(evaluator, self.lib)
    }

    fn module_option(&'a self, evaluator: &Evaluator<'a>, name: Symbol) -> Result<Value<'a>> {
        let root = self.root(evaluator)?;
        let Some(Child::Level(module)) = root.child(evaluator, self.lib, known::MODULE)? else {
            return Ok(Value::Null);
        };
        match module.child(evaluator, self.lib, name)? {
            Some(Child::Option(option)) => option.value(evaluator),
            _ => Ok(Value::Null),
        }
    }

    /// The freeform type, if there is one.
    pub fn freeform_type(&'a self, evaluator: &Evaluator<'a>) -> Result<Option<TypeRef<'a>>> {
        // That somebody says what it is, is found out first: what goes wrong there is not its fault.
        self.freeform_place(evaluator)?;
        let value = self.module_option(evaluator, known::FREEFORM_TYPE);
        match value.map_err(freeform_needs_config)? {
            Value::Null => Ok(None),
            value => self.lib.type_of(evaluator, value).map(Some),
        }
    }

    /// Where the freeform type is given.
    fn freeform_place(&'a self, evaluator: &Evaluator<'a>) -> Result<Pos> {
        let root = self.root(evaluator)?;
        let Some(Child::Level(module)) = root.child(evaluator, self.lib, known::MODULE)? else {
            return Ok(Pos::NONE);
        };
        let given = module.definitions_of(evaluator, known::FREEFORM_TYPE)?;
        Ok(given.first().map_or(Pos::NONE, |first| first.place))
    }

    /// The modules, loaded.
    pub(crate) fn collected(&'a self, evaluator: &Evaluator<'a>) -> Result<&'a Collected<'a>> {
        self.collected.get(|| {
            let arguments = self.arguments(evaluator);
            let internal = self.internal_module(evaluator);
            let collected = collect(evaluator, self.lib, self.setup, internal, arguments)?;
            Ok(&*evaluator.arena.alloc(collected))
        })
    }

    /// The tree of options. Loads all modules.
    pub fn root(&'a self, evaluator: &Evaluator<'a>) -> Result<&'a Level<'a>> {
        self.root.get(|| {
            let modules = self.collected(evaluator)?.modules;
            let declarations = modules.iter().filter_map(|module| {
                Some(Declaration {
                    file: module.file,
                    place: module.place,
                    value: module.options?,
                })
            });
            let declarations: Vec<Declaration<'a>> = declarations.collect();
            let source = Source::Modules(modules);
            Level::new(evaluator, self.setup.prefix, &declarations, source)
        })
    }

    fn arguments(&'a self, evaluator: &Evaluator<'a>) -> Arguments<'a> {
        let special = match self.setup.special_args {
            Some(special) => special,
            None => evaluator.attrs_ref(vec![]),
        };
        let class = match self.setup.class {
            Some(class) => evaluator.borrowed_string(class),
            None => Value::Null,
        };
        let prefix = crate::modules::definition::loc_to_nix(evaluator, self.setup.prefix);
        let config = self.config();
        let config = evaluator.lazy(move |evaluator| {
            let config = evaluator.force(config);
            config.map_err(|error| error.context(RECURSION_HINT, Span::NONE))
        });
        let own = [
            (known::LIB, self.lib.lib()),
            (known::OPTIONS, self.options()),
            (known::CONFIG, config),
            (known::CLASS_META, class),
            (evaluator.symbol("_prefix"), prefix),
            (evaluator.symbol("specialArgs"), Value::Attrs(special)),
        ];
        let own = own.map(|(name, value)| Attr {
            name,
            place: Pos::NONE,
            value,
        });
        let own = evaluator.attrs_ref(own.to_vec());
        Arguments {
            given: own.update(special, evaluator.arena),
            config,
        }
    }

    /// The module that declares `_module`.
    fn internal_module(&'a self, evaluator: &Evaluator<'a>) -> Module<'a> {
        let mut module = Module::empty(INTERNAL, INTERNAL, 0, Pos::NONE);
        let is_outermost = self.setup.prefix.is_empty();
        module.options = Some(library::internal_options(evaluator, self.lib, is_outermost));
        let special = match self.setup.special_args {
            Some(special) => Value::Attrs(special),
            None => evaluator.attrs(vec![]),
        };
        let extend = library::extend_modules(evaluator, self);
        let kind = evaluator.lazy(move |evaluator| Ok(self.type_value(evaluator)));
        let args = evaluator.attrs_from([("extendModules", extend), ("moduleType", kind)]);
        let inner = evaluator.attrs_from([("args", args), ("specialArgs", special)]);
        module.config = Some((evaluator.attrs_from([("_module", inner)]), Pos::NONE));
        module
    }

    /// The submodule type of these modules: `type` of an evaluation.
    pub fn type_value(&self, evaluator: &Evaluator<'a>) -> Value<'a> {
        let modules = self.setup.modules.iter().map(|input| input.value);
        let modules: Vec<Value<'a>> = modules.collect();
        let modules = evaluator.arena.alloc_slice_copy(&modules);
        let submodule = evaluator.arena.alloc(Submodule {
            special_args: self.setup.special_args,
            shorthand_only_config: Some(false),
            class: self.setup.class,
            ..Submodule::new(evaluator, self.lib, modules)
        });
        let of = self.lib.new_type(evaluator, Kind::Submodule(submodule));
        self.lib.type_value(evaluator, of)
    }

    /// What all evaluations of the run share.
    pub fn modules(&self) -> &'a Modules<'a> {
        self.lib
    }

    fn unchecked(&'a self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        let root = self.root(evaluator)?;
        let free = self.freeform(evaluator)?;
        let declared = root.config(evaluator, self.lib);
        let config = match free {
            None => declared,
            Some(free) => update_recursively(evaluator, free, declared)?,
        };
        if self.setup.prefix.is_empty() {
            self.lib.remember_evaluation(config, self);
        }
        Ok(config)
    }

    /// What the freeform type makes of what is not declared, if there is such.
    fn freeform(&'a self, evaluator: &Evaluator<'a>) -> Result<Option<Value<'a>>> {
        self.freeform.get(|| {
            let Some(freeform) = self.freeform_type(evaluator)? else {
                return Ok(None);
            };
            let undeclared = self.undeclared(evaluator)?;
            if undeclared.is_empty() {
                return Ok(None);
            }
            let definitions = undeclared.iter().map(|each| {
                let path = each.loc.get(self.setup.prefix.len()..).unwrap_or_default();
                nested(evaluator, path, each.definition)
            });
            let definitions: Vec<Definition<'a>> = definitions.collect();
            let definitions = evaluator.arena.alloc_slice_copy(&definitions);
            let merge = Merge::new(evaluator, self.lib).of_option(Declared {
                place: self.freeform_place(evaluator)?,
                of: freeform,
                is_freeform: true,
            });
            let merged = merge.merge(self.setup.prefix, freeform, definitions)?;
            Ok(Some(merged))
        })
    }
}

/// Advice where the freeform type depends on what it decides.
#[cold]
fn freeform_needs_config(error: Box<EvalError>) -> Box<EvalError> {
    if error.kind != ErrorKind::InfiniteRecursion || error.help.is_some() {
        return error;
    }
    error.help("`freeformType` cannot depend on `config`, since it decides what is in `config`")
}

fn without_module<'a>(evaluator: &Evaluator<'a>, config: &'a Attrs<'a>) -> Value<'a> {
    let items = evaluator.items(config).iter();
    let items = items.filter(|attr| attr.name != known::MODULE).copied();
    evaluator.attrs(items.collect())
}

/// `{ a.b = value; }` for the path `a.b`.
fn nested<'a>(
    evaluator: &Evaluator<'a>,
    path: &[Symbol],
    definition: Definition<'a>,
) -> Definition<'a> {
    let value = path.iter().rev().fold(definition.value, |value, name| {
        evaluator.attrs(vec![Attr {
            name: *name,
            place: definition.place,
            value,
        }])
    });
    definition.with_value(value)
}
