//! Collects modules: loads them, brings them into one shape, follows their imports.
//!
//! A module is a set, a function to one, or a path to a file with either. A set with `config` or `options` is in the long form and may
//! have nothing else beside the module's own words; any other set is all config. Modules with one key count once; the key is the
//! file's path, what `key` says, or the place in the list of imports.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{At, Attr, Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashSet;
use source::{Pos, Span};

use crate::functions::tools::text;
use crate::modules::definition::{Definition, show_loc};
use crate::modules::errors::{MODULE_SYNTAX, NOT_A_MODULE, as_in_nix, coded};
use crate::modules::evaluate::{Input, Setup};
use crate::modules::properties::tag;
use crate::modules::shown;
use crate::modules::{Modules, Skipped};

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
}

/// A module and what it imports.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// The module.
    pub module: Module<'a>,
    /// What it imports.
    pub imports: &'a [Node<'a>],
}

/// What module functions are called with.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// What every function gets.
    pub given: &'a Attrs<'a>,
    /// Where further arguments are looked up: `config._module.args`.
    pub config: Value<'a>,
}

/// The collected modules of an evaluation.
pub struct Collected<'a> {
    /// In the order of merging: what comes first has its list elements first.
    pub modules: &'a [Module<'a>],
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
}

const UNKNOWN_FILE: &[u8] = b"<unknown-file>";

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
    };
    let mut nodes = vec![];
    for (number, input) in setup.modules.iter().enumerate() {
        nodes.extend(collector.input(*input, number)?);
    }
    nodes.push(Node {
        module: internal,
        imports: &[],
    });
    let mut modules = collector.breadth_first(&nodes);
    modules.reverse();
    Ok(Collected {
        modules: evaluator.arena.alloc_slice_copy(&modules),
        nodes: evaluator.arena.alloc_slice_copy(&nodes),
        disabled: evaluator.arena.alloc_slice_copy(&collector.disabled),
    })
}

impl<'a> Collector<'a, '_> {
    fn breadth_first(&self, nodes: &[Node<'a>]) -> Vec<Module<'a>> {
        let mut seen: FxHashSet<&'a [u8]> = FxHashSet::default();
        let mut queue: std::collections::VecDeque<Node<'a>> = nodes.iter().copied().collect();
        let mut modules = vec![];
        while let Some(node) = queue.pop_front() {
            let disabled = self.disabled.contains(&node.module.key);
            if disabled || !seen.insert(node.module.key) {
                continue;
            }
            modules.push(node.module);
            queue.extend(node.imports);
        }
        modules
    }

    fn input(&mut self, input: Input<'a>, number: usize) -> Result<Option<Node<'a>>> {
        let file = input.file.unwrap_or(UNKNOWN_FILE);
        let key = self.numbered(b"", number);
        let Some(shorthand_only) = input.is_definition else {
            return self.load(input.value, file, key, input.origin, input.place);
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
                Err(error) => return Err(error),
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
            imports.extend(self.load(*import, module.file, key, module.origin, place)?);
        }
        let imports = self.evaluator.arena.alloc_slice_copy(&imports);
        Ok(Node { module, imports })
    }

    /// The key of a module that another disables.
    fn disabled_key(&self, module: &Module<'a>, item: Value<'a>) -> Result<&'a [u8]> {
        let evaluator = self.evaluator;
        let text = |value| Ok(text(evaluator, value)?.bytes);
        let item = evaluator.force(item)?;
        let key = match item {
            Value::Attrs(attrs) => attrs.value(known::KEY),
            _ => None,
        };
        match item {
            Value::String(string) if string.bytes.starts_with(b"/") => Ok(string.bytes),
            Value::String(string) => {
                let base = self.arguments.given.value(evaluator.symbol("modulesPath"));
                let base = match base {
                    Some(base) => text(base)?,
                    None => b"",
                };
                let key = [base, b"/", string.bytes].concat();
                Ok(evaluator.arena.alloc_slice_copy(&key))
            }
            item if is_convertible(evaluator, item)? => {
                let path = text(item)?;
                if let Some(key) = key
                    && text(key)? != path
                {
                    return Err(self.ambiguous_key(module, path, text(key)?));
                }
                Ok(path)
            }
            item => match key {
                Some(key) => text(key),
                None => Err(self.no_key(module, item)),
            },
        }
    }

    #[cold]
    fn ambiguous_key(&self, module: &Module<'a>, path: &[u8], key: &[u8]) -> Box<EvalError> {
        let [file, path, key] =
            [module.file, path, key].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let message = format!("`disabledModules` of `{file}` has a set of two keys");
        let in_nix = format!(
            "Module `{file}` contains a disabledModules item that is an attribute set that can be converted to a string ({path}) but also has a `.key` attribute ({key}) with a different value. This makes it ambiguous which module should be disabled."
        );
        as_in_nix(coded(NOT_A_MODULE, message), in_nix)
    }

    #[cold]
    fn no_key(&self, module: &Module<'a>, item: Value<'a>) -> Box<EvalError> {
        let file = String::from_utf8_lossy(module.file);
        if let Value::Attrs(_) = item {
            let message = format!("a set in `disabledModules` of `{file}` has no `key`");
            let in_nix = format!(
                "Module `{file}` contains a disabledModules item that is an attribute set, presumably a module, that does not have a `key` attribute. Name the module by its path, or by a set with its key."
            );
            return as_in_nix(coded(NOT_A_MODULE, message), in_nix);
        }
        let message = format!("{} disables no module", item.type_with_article());
        let in_nix = format!(
            "Each disabledModules item must be a path, string, or a attribute set with a key attribute, or a value supported by toString. However, one of the disabledModules items in `{file}` is none of that, but is of type {}.",
            item.type_name().unwrap_or_default()
        );
        as_in_nix(coded(NOT_A_MODULE, message), in_nix)
    }

    /// Loads a module; none if its source is not here, which is noted.
    fn load(
        &mut self,
        value: Value<'a>,
        file: &'a [u8],
        key: &'a [u8],
        origin: u32,
        place: Pos,
    ) -> Result<Option<Node<'a>>> {
        let evaluator = self.evaluator;
        let standing = match value {
            Value::Thunk(thunk) => thunk.span(),
            _ => Span::NONE,
        };
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
            Err(error) => return Err(error.at(standing)),
        };
        let module = match forced {
            Value::OutOfReach(unknown) => {
                let (_, because) = unknown.root();
                self.lib.skip(Skipped {
                    name: nix_frontend::eval::error::describe(&evaluator.session.symbols, unknown),
                    because: because.to_owned(),
                    place,
                });
                return Ok(None);
            }
            Value::Attrs(attrs) if attrs.get(known::FUNCTOR).is_none() => {
                match tag(evaluator, attrs)? {
                    None | Some(b"module") => self.unify(forced, file, key, origin, place)?,
                    Some(b"if" | b"override") => {
                        let mut module = Module::empty(file, key, origin, place);
                        module.config = Some((forced, place));
                        module
                    }
                    Some(tag) => return Err(self.not_a_module(tag, file).at(standing)),
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
        self.with_imports(module).map(Some)
    }

    fn skip_error(&self, error: &EvalError, place: Pos) {
        if let ErrorKind::OutOfReach(name) = &error.kind {
            let because = error.message.rsplit(": ").next().unwrap_or_default();
            self.lib.skip(Skipped {
                name: name.clone(),
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
        let value = evaluator.import(path).at(standing)?;
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
        self.with_imports(module).map(Some)
    }

    /// Calls a module function with what it asks for.
    fn apply(&self, function: Value<'a>, key: &'a [u8], span: Span) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let given = self.arguments.given;
        let config = self.arguments.config;
        let mut extra = vec![];
        for name in formals(evaluator, function)? {
            if given.get(name).is_some() {
                continue;
            }
            let value = evaluator.lazy(move |evaluator| {
                module_argument(evaluator, config, name, span)
                    .map_err(|error| while_asking(evaluator, error, name, key))
            });
            extra.push(Attr::unplaced(name, value));
        }
        let all = if extra.is_empty() {
            given
        } else {
            given.update(evaluator.attrs_ref(extra), evaluator.arena)
        };
        evaluator.call(function, &[Value::Attrs(all)], span)
    }

    fn unify(
        &self,
        value: Value<'a>,
        file: &'a [u8],
        key: &'a [u8],
        origin: u32,
        place: Pos,
    ) -> Result<Module<'a>> {
        let evaluator = self.evaluator;
        let Value::Attrs(attrs) = evaluator.force(value)? else {
            if let Value::OutOfReach(_) = value {
                return Err(evaluator.expected("a module", value));
            }
            let text = String::from_utf8_lossy(file);
            let found = evaluator.force(value)?.type_with_article();
            let error = coded(NOT_A_MODULE, format!("`{text}` is no module: {found}"));
            let key = String::from_utf8_lossy(key);
            let in_nix = format!("module {text} ({key}) does not look like a module.");
            return Err(as_in_nix(error.at(Span::at(place)), in_nix));
        };
        let file = match attrs.value(known::FILE_META) {
            Some(file) => evaluator.coerce_to_string(file, Coercion::TO_STRING)?.bytes,
            None => file,
        };
        let key = match attrs.value(known::KEY) {
            Some(key) => evaluator.coerce_to_string(key, Coercion::TO_STRING)?.bytes,
            None => key,
        };
        let mut module = Module::empty(file, key, origin, place);
        module.class = match attrs.value(known::CLASS_META) {
            Some(class) => match evaluator.force(class)? {
                Value::Null => None,
                class => Some(evaluator.force_string(class)?.bytes),
            },
            None => None,
        };
        module.disabled = match attrs.value(known::DISABLED_MODULES) {
            Some(list) => evaluator.force_list(list)?,
            None => &[],
        };
        module.imports = match attrs.get(known::IMPORTS) {
            Some(attr) => self.imports(attr)?,
            None => &[],
        };
        module.freeform = attrs
            .get(known::FREEFORM_TYPE)
            .map(|attr| (attr.value, attr.place));
        let long = attrs.get(known::CONFIG).is_some() || attrs.get(known::OPTIONS).is_some();
        if long {
            self.check_long_form(attrs, key)?;
            module.options = attrs.value(known::OPTIONS);
            module.config = match (attrs.get(known::CONFIG), attrs.get(known::META)) {
                (config, None) => config.map(|attr| (attr.value, attr.place)),
                (config, Some(meta)) => {
                    let meta = Value::Attrs(evaluator.attrs_ref(vec![*meta]));
                    let mut all = vec![];
                    all.extend(config.map(|attr| attr.value));
                    all.push(meta);
                    let merged =
                        crate::modules::properties::mk_merge(evaluator, evaluator.list(&all));
                    Some((merged, place))
                }
            };
        } else {
            if let Some(attr) = attrs.get(known::REQUIRE) {
                let required = self.imports(attr)?;
                module.imports = evaluator
                    .arena
                    .alloc_slice_copy(&[required, module.imports].concat());
            }
            module.config = Some((Value::Attrs(self.without_words(attrs)), place));
        }
        Ok(module)
    }

    fn imports(&self, attr: &Attr<'a>) -> Result<&'a [Value<'a>]> {
        let span = self.evaluator.session.sources.word(attr.place);
        match self.evaluator.force(attr.value) {
            Ok(Value::OutOfReach(unknown)) => {
                let error = EvalError::out_of_reach(&self.evaluator.session.symbols, unknown);
                self.skip_error(&error, attr.place);
                Ok(&[])
            }
            Err(error) if error.is_out_of_reach() => {
                self.skip_error(&error, attr.place);
                Ok(&[])
            }
            Err(error)
                if error.kind == ErrorKind::InfiniteRecursion =>
            {
                Err(error.at(span).help(
                    "`imports` cannot depend on `config` or on arguments from `_module.args`; import always, and use `lib.mkIf` inside",
                ))
            }
            result => self.evaluator.force_list(result.at(span)?).at(span),
        }
    }

    /// The set without the module's own words: what is left is config.
    fn without_words(&self, attrs: &'a Attrs<'a>) -> &'a Attrs<'a> {
        let is_word = |name: Symbol| {
            matches!(
                name,
                known::CLASS_META
                    | known::FILE_META
                    | known::KEY
                    | known::DISABLED_MODULES
                    | known::REQUIRE
                    | known::IMPORTS
                    | known::FREEFORM_TYPE
            )
        };
        let items = self.evaluator.items(attrs);
        if !items.iter().any(|attr| is_word(attr.name)) {
            return attrs;
        }
        let kept = items.iter().filter(|attr| !is_word(attr.name)).copied();
        self.evaluator.attrs_ref(kept.collect())
    }

    fn check_long_form(&self, attrs: &'a Attrs<'a>, key: &[u8]) -> Result<()> {
        let allowed = |name: Symbol| {
            matches!(
                name,
                known::CLASS_META
                    | known::FILE_META
                    | known::KEY
                    | known::DISABLED_MODULES
                    | known::IMPORTS
                    | known::OPTIONS
                    | known::CONFIG
                    | known::META
                    | known::FREEFORM_TYPE
            )
        };
        let sources = &self.evaluator.session.sources;
        let all = self.evaluator.ordered(attrs).iter();
        let all: Vec<&Attr<'a>> = all.filter(|attr| !allowed(attr.name)).collect();
        let Some(bad) = all.first() else {
            return Ok(());
        };
        let name = self.evaluator.name_text(bad.name);
        let word = if attrs.get(known::CONFIG).is_some() {
            "config"
        } else {
            "options"
        };
        let mut error = coded(
            MODULE_SYNTAX,
            format!("`{name}` cannot stand beside `{word}` in a module"),
        )
        .at(sources.word(bad.place));
        if let Some(attr) = attrs.get(known::CONFIG).or(attrs.get(known::OPTIONS)) {
            error = error.label(
                sources.word(attr.place),
                format!("`{word}` makes this the long form of a module"),
            );
        }
        let names: Vec<String> = all
            .iter()
            .map(|attr| self.evaluator.name_text(attr.name))
            .collect();
        let (key, names) = (String::from_utf8_lossy(key), names.join(" "));
        let in_nix = format!(
            "Module `{key}' has an unsupported attribute `{name}'. This is caused by introducing a top-level `config' or `options' attribute. Move everything else ({names}) into `config'."
        );
        Err(as_in_nix(error, in_nix).help(format!("move `{name}` into `config`")))
    }

    #[cold]
    fn not_a_module(&self, tag: &[u8], file: &[u8]) -> Box<EvalError> {
        let (tag, file) = (String::from_utf8_lossy(tag), String::from_utf8_lossy(file));
        let mut in_nix = format!("Expected a module, but found a value of type \"{tag}\"");
        if file.as_bytes() != UNKNOWN_FILE {
            in_nix.push_str(&format!(", while trying to load a module into {file}"));
        }
        if !self.setup.prefix.is_empty() {
            let prefix = show_loc(self.evaluator, self.setup.prefix);
            in_nix.push_str(&format!(", while trying to load a module into {prefix}"));
        }
        in_nix.push('.');
        if tag == "configuration" {
            in_nix.push_str("\nIf you really mean to import this configuration, instead please only import the modules that make up the configuration.");
        }
        let help = match &*tag {
            "merge" => "`mkMerge` cannot stand around a module; list the modules in `imports`",
            "flake" => "import one of its modules, such as `nixosModules.default`",
            _ => "a module is a set, a function to a set, or a path",
        };
        let message = format!("a value of type `{tag}` is imported as a module in `{file}`");
        as_in_nix(coded(NOT_A_MODULE, message), in_nix).help(help)
    }

    #[cold]
    fn wrong_class(&self, module: &Module<'a>, class: &[u8], expected: &[u8]) -> Box<EvalError> {
        let file = String::from_utf8_lossy(module.file);
        let (class, expected) = (
            String::from_utf8_lossy(class),
            String::from_utf8_lossy(expected),
        );
        let prefix = show_loc(self.evaluator, self.setup.prefix);
        let place = if prefix.is_empty() {
            String::new()
        } else {
            format!(" in `{prefix}`")
        };
        let message = format!(
            "the module `{file}` is of class `{class}`, but `{expected}` is expected{place}"
        );
        let in_nix = format!(
            "The module `{file}` (class: \"{class}\") cannot be imported into a module evaluation that expects class \"{expected}\"."
        );
        as_in_nix(coded(NOT_A_MODULE, message), in_nix).at(Span::at(module.place))
    }
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

/// `config._module.args.name`
fn module_argument<'a>(
    evaluator: &Evaluator<'a>,
    config: Value<'a>,
    name: Symbol,
    span: Span,
) -> Result<Value<'a>> {
    let config = evaluator.force(config)?;
    let module = evaluator.select(config, known::MODULE, Span::NONE)?;
    let args = evaluator.select(module, known::ARGS, Span::NONE)?;
    evaluator.select(args, name, span).map_err(|error| {
        if error.is_out_of_reach() || error.kind != ErrorKind::MissingAttribute {
            return error;
        }
        let argument = evaluator.name_text(name);
        error.help(format!("no module argument `{argument}` is given here"))
    })
}

#[cold]
fn while_asking(
    evaluator: &Evaluator<'_>,
    error: Box<EvalError>,
    name: Symbol,
    key: &[u8],
) -> Box<EvalError> {
    let name = evaluator.name_text(name);
    let key = String::from_utf8_lossy(key);
    let noting = format!(
        "noting that argument `{name}` is not externally provided, so querying `_module.args` instead, requiring `config`"
    );
    let asking = format!("while evaluating the module argument `{name}' in \"{key}\":");
    as_in_nix(as_in_nix(error, noting), asking)
}

/// Whether `toString` can be asked of a value.
fn is_convertible<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    Ok(match evaluator.force(value)? {
        Value::Attrs(attrs) => {
            attrs.get(known::OUT_PATH).is_some() || attrs.get(known::TO_STRING).is_some()
        }
        Value::List(list) => {
            for item in list.items {
                if !is_convertible(evaluator, *item)? {
                    return Ok(false);
                }
            }
            true
        }
        value => !value.is_function() && !matches!(value, Value::OutOfReach(_)),
    })
}

/// The names that a function's pattern asks for.
fn formals<'a>(evaluator: &Evaluator<'a>, function: Value<'a>) -> Result<Vec<Symbol>> {
    Ok(match function {
        Value::Lambda(closure) => match &closure.code.formals {
            Some(formals) => formals.entries.iter().map(|formal| formal.name).collect(),
            None => vec![],
        },
        Value::Builtin(builtin) => builtin.formals.iter().map(|(name, _)| *name).collect(),
        Value::Attrs(attrs) => match attrs.value(known::FUNCTION_ARGS) {
            Some(args) => {
                let args = evaluator.force_attrs(args)?;
                evaluator.items(args).iter().map(|attr| attr.name).collect()
            }
            None => match attrs.value(known::FUNCTOR) {
                Some(functor) => {
                    let functor = evaluator.call1(functor, function)?;
                    return formals(evaluator, functor);
                }
                None => vec![],
            },
        },
        _ => vec![],
    })
}
