//! Module evaluations: `evalModules`, and every submodule.

use std::cell::OnceCell;

use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Pos;

use crate::functions::attrsets::update_recursively;
use crate::modules::collect::{Arguments, Module, collect};
use crate::modules::definition::{Definition, Loc};
use crate::modules::errors::unknown_option;
use crate::modules::level::{Child, Declaration, Level, Undeclared};
use crate::modules::properties::push_down;
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
    root: OnceCell<&'a Level<'a>>,
    config: OnceCell<Value<'a>>,
    options: OnceCell<Value<'a>>,
    checked: OnceCell<Value<'a>>,
}

const INTERNAL: &[u8] = b"lib/modules.nix";

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
            root: OnceCell::new(),
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
                return Err(error);
            }
            self.lib.tolerate(*error);
        }
        let config = self.config_without_module(evaluator)?;
        self.lib.remember_evaluation(config, self);
        Ok(config)
    }

    /// `config` without `_module` and without a look at undeclared definitions.
    pub fn config_without_module(&self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        let config = evaluator.force_attrs(self.config())?;
        let items = evaluator.items(config).iter();
        let items = items.filter(|attr| attr.name != known::MODULE).copied();
        Ok(evaluator.attrs(items.collect()))
    }

    /// An error for each definition of something undeclared; none where a freeform type takes them or `_module.check` is off.
    pub fn unknown_options(
        &'a self,
        evaluator: &Evaluator<'a>,
    ) -> Result<Vec<Box<nix_frontend::eval::EvalError>>> {
        let undeclared = self.undeclared(evaluator)?;
        if undeclared.is_empty() || !self.wants_check(evaluator)? {
            return Ok(vec![]);
        }
        let errors = undeclared.iter().map(|each| {
            let siblings: Vec<_> = each.level.entries.iter().map(|entry| entry.name).collect();
            unknown_option(evaluator, each.loc, &each.definition, &siblings)
        });
        Ok(errors.collect())
    }

    fn wants_check(&'a self, evaluator: &Evaluator<'a>) -> Result<bool> {
        if self.freeform_type(evaluator)?.is_some() {
            return Ok(false);
        }
        evaluator.force_bool(self.module_option(evaluator, known::CHECK)?)
    }

    /// What is defined but not declared.
    pub fn undeclared(&'a self, evaluator: &Evaluator<'a>) -> Result<Vec<Undeclared<'a>>> {
        let mut undeclared = vec![];
        self.root(evaluator)?
            .all_undeclared(evaluator, self.lib, &mut undeclared)?;
        Ok(undeclared)
    }

    fn module_option(
        &'a self,
        evaluator: &Evaluator<'a>,
        name: nix_frontend::ir::Symbol,
    ) -> Result<Value<'a>> {
        let root = self.root(evaluator)?;
        let Some(entry) = root.entry(known::MODULE) else {
            return Ok(Value::Null);
        };
        let Child::Level(module) = entry.child(evaluator, self.lib, root.loc)? else {
            return Ok(Value::Null);
        };
        match module.entry(name) {
            None => Ok(Value::Null),
            Some(entry) => match entry.child(evaluator, self.lib, module.loc)? {
                Child::Option(option) => evaluator.force(option.value),
                Child::Level(_) => Ok(Value::Null),
            },
        }
    }

    /// The freeform type, if there is one.
    pub fn freeform_type(&'a self, evaluator: &Evaluator<'a>) -> Result<Option<TypeRef<'a>>> {
        match self.module_option(evaluator, known::FREEFORM_TYPE)? {
            Value::Null => Ok(None),
            value => self.lib.type_of(evaluator, value).map(Some),
        }
    }

    /// The tree of options. Loads all modules.
    pub fn root(&'a self, evaluator: &Evaluator<'a>) -> Result<&'a Level<'a>> {
        if let Some(root) = self.root.get() {
            return Ok(root);
        }
        let arguments = self.arguments(evaluator);
        let internal = self.internal_module(evaluator);
        let collected = collect(evaluator, self.lib, self.setup, internal, arguments)?;
        let mut declarations = vec![];
        let mut definitions = vec![];
        for module in &collected.modules {
            if let Some(options) = module.options {
                declarations.push(Declaration {
                    file: module.file,
                    place: module.place,
                    value: options,
                });
            }
            if let Some((config, place)) = module.config {
                let definition = Definition::new(module.file, config, place, module.origin);
                definitions.extend(push_down(evaluator, definition)?);
            }
            if let Some((freeform, place)) = module.freeform {
                let value = freeform_config(evaluator, freeform, place);
                definitions.push(Definition::new(module.file, value, place, module.origin));
            }
        }
        let root = Level::new(evaluator, self.setup.prefix, &declarations, &definitions)?;
        Ok(self.root.get_or_init(|| root))
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
        let prefix = crate::modules::types::merge::loc_to_nix(evaluator, self.setup.prefix);
        let own = [
            (known::LIB, self.lib.lib()),
            (known::OPTIONS, self.options()),
            (known::CONFIG, self.config()),
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
            config: self.config(),
        }
    }

    /// The module that declares `_module`.
    fn internal_module(&'a self, evaluator: &Evaluator<'a>) -> Module<'a> {
        let mut module = Module::empty(INTERNAL, INTERNAL, 0, Pos::NONE);
        module.options = Some(library::internal_options(evaluator, self.lib));
        let special = match self.setup.special_args {
            Some(special) => Value::Attrs(special),
            None => evaluator.attrs(vec![]),
        };
        let extend = evaluator.native("extendModules", 1, move |evaluator, arguments| {
            let [arguments] = nix_frontend::builtins::take(arguments)?;
            library::extend_modules(evaluator, self, arguments)
        });
        let kind = evaluator.lazy(move |evaluator| Ok(self.type_value(evaluator)));
        let args = evaluator.attrs_from([("extendModules", extend), ("moduleType", kind)]);
        let inner = evaluator.attrs_from([("args", args), ("specialArgs", special)]);
        module.config = Some((evaluator.attrs_from([("_module", inner)]), Pos::NONE));
        module
    }

    /// The submodule type of these modules: `type` of an evaluation.
    pub fn type_value(&self, evaluator: &Evaluator<'a>) -> Value<'a> {
        let modules: Vec<Value<'a>> = self.setup.modules.iter().map(|input| input.value).collect();
        let submodule = evaluator.arena.alloc(Submodule {
            modules: evaluator.arena.alloc_slice_copy(&modules),
            special_args: self.setup.special_args,
            shorthand_only_config: Some(false),
            class: self.setup.class,
            description: None,
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
        let declared = root.config(evaluator, self.lib);
        let Some(freeform) = self.freeform_type(evaluator)? else {
            return Ok(declared);
        };
        let definitions: Vec<Definition<'a>> = self
            .undeclared(evaluator)?
            .iter()
            .map(|each| {
                let path = each.loc.get(self.setup.prefix.len()..).unwrap_or_default();
                nested(evaluator, path, each.definition)
            })
            .collect();
        if definitions.is_empty() {
            return Ok(declared);
        }
        let definitions = evaluator.arena.alloc_slice_copy(&definitions);
        let merge = Merge {
            evaluator,
            lib: self.lib,
        };
        let free = merge.merge(self.setup.prefix, freeform, definitions)?;
        update_recursively(evaluator, free, declared)
    }
}

fn freeform_config<'a>(evaluator: &Evaluator<'a>, freeform: Value<'a>, place: Pos) -> Value<'a> {
    let inner = evaluator.attrs(vec![Attr {
        name: known::FREEFORM_TYPE,
        place,
        value: freeform,
    }]);
    evaluator.attrs(vec![Attr {
        name: known::MODULE,
        place,
        value: inner,
    }])
}

/// `{ a.b = value; }` for the path `a.b`.
fn nested<'a>(
    evaluator: &Evaluator<'a>,
    path: &[nix_frontend::ir::Symbol],
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
