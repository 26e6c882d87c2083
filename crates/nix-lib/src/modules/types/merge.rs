//! Merges the final definitions of an option by its type.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Attr, Attrs, Bool, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashMap;
use source::{Pos, Span};

use crate::functions::tools::warn;
use crate::functions::trivial::function_args;
use crate::modules::Modules;
use crate::modules::declare::declare;
use crate::modules::definition::{Definition, Loc, deeper, show_loc};
use crate::modules::errors;
use crate::modules::level::Declaration;
use crate::modules::properties::finals;
use crate::modules::shown;
use crate::modules::types::check::{accepts_all, is_function};
use crate::modules::types::custom::{first_merge, own_merge, second_merge};
use crate::modules::types::describe::describe;
use crate::modules::types::meta::{refusal_of, refused};
use crate::modules::types::{Kind, TypeRef, resolved, submodule};

/// What is said of each name.
type ByName<'a> = FxHashMap<Symbol, Vec<Definition<'a>>>;

/// An attribute that sets define.
pub(crate) struct Attribute<'a> {
    pub name: Symbol,
    /// Where the first of them names it.
    pub place: Pos,
    /// Its path.
    pub loc: Loc<'a>,
    pub definitions: &'a [Definition<'a>],
}

/// Merging: where it happens.
#[derive(Clone, Copy)]
pub struct Merge<'a, 'e> {
    /// The run.
    pub evaluator: &'e Evaluator<'a>,
    /// What all module evaluations share.
    pub lib: &'a Modules<'a>,
}

impl<'a> Merge<'a, '_> {
    /// The value of an option: its definitions expanded, decided, checked and merged. `None`: nobody defines it.
    pub fn definitions(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definitions: &[Definition<'a>],
    ) -> Result<Option<Value<'a>>> {
        let finals = finals(self.evaluator, definitions)?;
        if finals.winners.is_empty() {
            return Ok(None);
        }
        self.checked(loc, of, finals.winners).map(Some)
    }

    /// The value of an option, or the empty value of its type. Errors: it has no value.
    pub fn required(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definitions: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        match self.definitions(loc, of, definitions)? {
            Some(value) => Ok(value),
            None => match self.empty_value(of)? {
                Some(value) => Ok(value),
                None => Err(errors::missing_value(self.evaluator, loc, Pos::NONE)),
            },
        }
    }

    /// Merges final definitions after checking each.
    pub fn checked(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        if let Kind::Custom(attrs) = of.kind
            && own_merge(self.evaluator, attrs)?.is_some()
        {
            let merged = second_merge(self.evaluator, loc, attrs, winners)?;
            if let Some(refusal) = refusal_of(self.evaluator, merged, winners)? {
                return Err(refused(self.evaluator, loc, of, &refusal));
            }
            return self
                .evaluator
                .select(Value::Attrs(merged), known::VALUE, Span::NONE);
        }
        if !accepts_all(of)
            && let Some(refusal) = self.refusal(loc, of, winners)?
        {
            return Err(refused(self.evaluator, loc, of, &refusal));
        }
        self.merge(loc, of, winners)
    }

    /// The value that stands where nobody defines anything.
    pub fn empty_value(self, of: TypeRef<'a>) -> Result<Option<Value<'a>>> {
        Ok(Some(match of.kind {
            Kind::ListOf(_, false) => self.evaluator.list_of(&[]),
            Kind::AttrsOf { .. } | Kind::Attrs => self.evaluator.attrs(vec![]),
            Kind::AttrListOf(list) if list.as_attrs => self.evaluator.attrs(vec![]),
            Kind::AttrListOf(_) => self.evaluator.list_of(&[]),
            Kind::NullOr(_) => Value::Null,
            Kind::Submodule(of) => {
                let base = submodule::base(self.evaluator, of)?;
                self.evaluator
                    .lazy(move |evaluator| base.checked_config(evaluator))
            }
            Kind::FileSet(_) => {
                let files = self.lib.member(self.evaluator, &["fileset", "empty"])?;
                self.evaluator.force(files)?
            }
            Kind::CoercedTo { to: element, .. } | Kind::Unique(_, element) => {
                return self.empty_value(element);
            }
            Kind::Later(later) => return self.empty_value(later.get(self.evaluator)?),
            Kind::Custom(attrs) => {
                let Some(empty) = attrs.value(self.evaluator.symbol("emptyValue")) else {
                    return Ok(None);
                };
                match self.evaluator.force(empty)? {
                    Value::Attrs(empty) => return Ok(empty.value(known::VALUE)),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        }))
    }

    /// Merges final definitions, at least one, that are not checked any more.
    pub fn merge(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        self.evaluator.check_stack()?;
        match of.kind {
            Kind::Unspecified | Kind::OptionDeclaration => self.default(loc, winners),
            Kind::Raw => self.only(loc, "", winners),
            Kind::Anything => self.anything(loc, winners),
            Kind::Bool
            | Kind::Int(..)
            | Kind::Float
            | Kind::Str
            | Kind::NonEmptyStr
            | Kind::StrMatching(_)
            | Kind::LuaInline
            | Kind::Path { .. }
            | Kind::Enum(_) => self.equal(loc, winners),
            Kind::BoolByOr => {
                for definition in winners {
                    if self.evaluator.force_bool(definition.value)? {
                        return Ok(Value::bool(true));
                    }
                }
                Ok(Value::bool(false))
            }
            Kind::SingleLineStr => {
                let merged = self.equal(loc, winners)?;
                let string = self.evaluator.force_string(merged)?;
                match string.bytes.strip_suffix(b"\n") {
                    Some(line) => Ok(self.evaluator.string_with_context(line, string.context)),
                    None => Ok(merged),
                }
            }
            Kind::SeparatedString(separator) => self.joined(separator, winners),
            Kind::Attrs => self.updated(winners),
            Kind::Package | Kind::ShellPackage => self.package(loc, winners),
            Kind::FileSet(_) => {
                let values: Vec<Value<'a>> = winners.iter().map(|each| each.value).collect();
                let unite = self.lib.member(self.evaluator, &["fileset", "unions"])?;
                self.evaluator.call1(unite, self.evaluator.list(&values))
            }
            Kind::ListOf(element, _) => self.list(loc, element, winners),
            Kind::AttrsOf { element, lazy, .. } => self.attrs(loc, element, lazy, winners),
            Kind::NullOr(element) => self.null_or(loc, element, winners),
            Kind::Either(left, right) => self.either(loc, left, right, winners),
            Kind::CoercedTo { from, function, to } => {
                let coerced = self.coerced(loc, from, function, winners)?;
                self.merge(loc, to, coerced)
            }
            Kind::Submodule(submodule) => self.submodule(loc, submodule, winners),
            Kind::DeferredModule(modules) => Ok(self.deferred(loc, modules, winners)),
            Kind::FunctionTo(element) => Ok(self.function(loc, element, winners)),
            Kind::Unique(message, element) => {
                self.only(loc, &String::from_utf8_lossy(message), winners)?;
                self.merge(loc, element, winners)
            }
            Kind::AttrListOf(list) => self.attr_list(loc, list, winners),
            Kind::Later(later) => self.merge(loc, later.get(self.evaluator)?, winners),
            Kind::AttrTag(tags) => self.tagged(loc, tags, winners),
            Kind::OptionType => self.option_type(loc, winners),
            Kind::Custom(attrs) => first_merge(self.evaluator, loc, attrs, winners),
        }
    }

    fn equal(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let Some((head, rest)) = winners.split_first() else {
            return Err(errors::missing_value(self.evaluator, loc, Pos::NONE));
        };
        for definition in rest {
            if !self.evaluator.equal(head.value, definition.value)? {
                return Err(errors::conflict(self.evaluator, loc, winners));
            }
        }
        self.evaluator.force(head.value)
    }

    /// What `types.unspecified` and types without a merge of their own do: join what can be joined.
    fn default(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Result<Value<'a>> {
        if let [only] = winners {
            return self.evaluator.force(only.value);
        }
        let mut kinds = vec![];
        for definition in winners {
            kinds.push(self.evaluator.force(definition.value)?);
        }
        let all = |fits: fn(&Value<'a>) -> bool| kinds.iter().all(fits);
        if all(|kind| is_function(*kind)) {
            return Ok(self.function_of_all(loc, winners));
        }
        if all(|kind| matches!(kind, Value::List(_))) {
            let mut items = vec![];
            for definition in winners {
                items.extend_from_slice(self.evaluator.force_list(definition.value)?);
            }
            return Ok(self.evaluator.list(&items));
        }
        if all(|kind| matches!(kind, Value::Attrs(_))) {
            return self.updated(winners);
        }
        if all(|kind| matches!(kind, Value::Bool(_))) {
            let any = kinds
                .iter()
                .any(|kind| matches!(kind, Value::Bool(Bool::True)));
            return Ok(Value::bool(any));
        }
        if all(|kind| matches!(kind, Value::String(_))) {
            return self.joined(b"", winners);
        }
        let is_one_number = all(|kind| matches!(kind, Value::Int(_)))
            && kinds.windows(2).all(|pair| match pair {
                [Value::Int(one), Value::Int(other)] => one == other,
                _ => true,
            });
        match kinds.first() {
            Some(number) if is_one_number => Ok(*number),
            _ => Err(errors::not_joinable(self.evaluator, loc, winners)),
        }
    }

    /// The function that joins what all functions give.
    fn function_of_all(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Value<'a> {
        let lib = self.lib;
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [argument] = nix_frontend::builtins::take(arguments)?;
            let results: Vec<Definition<'a>> = winners
                .iter()
                .map(|each| {
                    let result = evaluator.lazy_call(each.value, &[argument], Span::NONE);
                    each.with_value(result)
                })
                .collect();
            let results = evaluator.arena.alloc_slice_copy(&results);
            Merge { evaluator, lib }.default(loc, results)
        };
        self.evaluator.native("merged function", 1, run)
    }

    /// The value of the only definition. Errors: there are several.
    fn only(self, loc: Loc<'a>, message: &str, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        match winners {
            [only] => Ok(only.value),
            _ => Err(errors::defined_twice(self.evaluator, loc, message, winners)),
        }
    }

    fn package(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let value = evaluator.force(self.only(loc, "", winners)?)?;
        match value {
            Value::Path(_) => {}
            Value::String(string) if string.context.is_empty() => {}
            value => return Ok(value),
        }
        let make = self.lib.member(evaluator, &["toDerivation"])?;
        evaluator.call1(make, value)
    }

    fn joined(self, separator: &[u8], winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let mut builder = nix_frontend::eval::string::StringBuilder::default();
        for (at, definition) in winners.iter().enumerate() {
            if at > 0 {
                builder.bytes.extend_from_slice(separator);
            }
            self.evaluator
                .coerce_into(definition.value, Coercion::PATH_PART, &mut builder)?;
        }
        Ok(self.evaluator.built_string(builder))
    }

    fn updated(self, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let empty = self.evaluator.attrs_ref(vec![]);
        let mut merged: &'a Attrs<'a> = empty;
        for definition in winners {
            let attrs = self.evaluator.force_attrs(definition.value)?;
            merged = merged.update(attrs, self.evaluator.arena);
        }
        Ok(Value::Attrs(merged))
    }

    fn anything(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Result<Value<'a>> {
        let mut common = None;
        for definition in winners {
            let value = self.evaluator.force(definition.value)?;
            let kind = match value {
                Value::Attrs(attrs)
                    if attrs.get(known::OUT_PATH).is_some()
                        || attrs.get(known::TO_STRING).is_some() =>
                {
                    "string-like"
                }
                Value::OutOfReach(_) if winners.len() > 1 => {
                    return Err(self.evaluator.expected("a value", value));
                }
                value => value.type_name().unwrap_or_default(),
            };
            if *common.get_or_insert(kind) != kind {
                return Err(errors::conflicting_kinds(self.evaluator, loc, winners));
            }
        }
        match common {
            Some("set") => {
                let element = self.lib.new_type(self.evaluator, Kind::Anything);
                self.attrs(loc, element, false, winners)
            }
            Some("string-like") => self.evaluator.force(self.only(loc, "", winners)?),
            Some("lambda") => Ok(self.function_of_anything(loc, winners)),
            _ => self.equal(loc, winners),
        }
    }

    fn list(
        self,
        loc: Loc<'a>,
        mut element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let mut items = vec![];
        for (number, definition) in winners.iter().enumerate() {
            let values = self.evaluator.force_list(definition.value)?;
            if values.is_empty() {
                continue;
            }
            element = resolved(self.evaluator, element)?;
            let trusting = accepts_all(element) && !matches!(element.kind, Kind::Anything);
            for (entry, value) in values.iter().enumerate() {
                let definition = definition.inner(*value, self.place_of(*value));
                let simple = trusting && !matches!(value, Value::Thunk(_) | Value::Attrs(_));
                if simple {
                    items.push(*value);
                    continue;
                }
                let name = format!("[definition {}-entry {}]", number + 1, entry + 1);
                let loc = deeper(self.evaluator, loc, self.evaluator.symbol(name));
                let finals = finals(self.evaluator, &[definition])?;
                if finals.winners.is_empty() {
                    continue;
                }
                let (lib, winners) = (self.lib, finals.winners);
                items.push(self.evaluator.lazy(move |evaluator| {
                    Merge { evaluator, lib }.checked(loc, element, winners)
                }));
            }
        }
        Ok(self.evaluator.list(&items))
    }

    /// Where a string in a list stands in a file.
    pub(crate) fn place_of(self, value: Value<'a>) -> Pos {
        match value {
            Value::String(string) => {
                let span = self.evaluator.session.span_of_bytes(string.bytes);
                span.map_or(Pos::NONE, |span| span.start)
            }
            _ => Pos::NONE,
        }
    }

    fn attrs(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        lazy: bool,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let lib = self.lib;
        let attributes = self.attributes(loc, lazy, winners)?.into_iter();
        let attrs = attributes.map(|each| {
            let (loc, definitions) = (each.loc, each.definitions);
            let value = if lazy {
                self.evaluator.lazy(move |evaluator| {
                    Merge { evaluator, lib }.required(loc, element, definitions)
                })
            } else {
                self.evaluator.lazy(move |evaluator| {
                    Merge { evaluator, lib }.checked(loc, element, definitions)
                })
            };
            Attr {
                name: each.name,
                place: each.place,
                value,
            }
        });
        Ok(self.evaluator.attrs(attrs.collect()))
    }

    /// The attributes that sets define: with `lazy` with all that is said of each, otherwise those that are not switched off, with
    /// what wins.
    pub(crate) fn attributes(
        self,
        loc: Loc<'a>,
        lazy: bool,
        winners: &[Definition<'a>],
    ) -> Result<Vec<Attribute<'a>>> {
        let (names, by_name) = self.by_name(winners)?;
        let mut attributes = Vec::with_capacity(names.len());
        for (name, place) in names {
            let said = by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
            let definitions = if lazy {
                &*self.evaluator.arena.alloc_slice_copy(said)
            } else {
                finals(self.evaluator, said)?.winners
            };
            if !definitions.is_empty() {
                attributes.push(Attribute {
                    name,
                    place,
                    loc: deeper(self.evaluator, loc, name),
                    definitions,
                });
            }
        }
        Ok(attributes)
    }

    /// The names that any definition has, with the place of the first, and what is said of each.
    fn by_name(self, winners: &[Definition<'a>]) -> Result<(Vec<(Symbol, Pos)>, ByName<'a>)> {
        let mut names = vec![];
        let mut by_name = ByName::default();
        let mut positions: FxHashMap<Symbol, usize> = FxHashMap::default();
        for definition in winners {
            let attrs = match self.evaluator.force_attrs(definition.value) {
                // What one unknown definition would add is unknown; the others still hold.
                Err(error) if error.is_out_of_reach() && self.lib.is_tolerant() => {
                    let place = self.evaluator.session.sources.word(definition.place);
                    self.lib.tolerate(*error.at(place));
                    continue;
                }
                attrs => attrs?,
            };
            for attr in self.evaluator.items(attrs) {
                let said = by_name.entry(attr.name).or_default();
                if said.is_empty() {
                    positions.insert(attr.name, names.len());
                    names.push((attr.name, attr.place));
                } else if let Some((_, place)) =
                    positions.get(&attr.name).and_then(|at| names.get_mut(*at))
                    && self.is_own(*place)
                {
                    *place = attr.place;
                }
                said.push(definition.inner(attr.value, attr.place));
            }
        }
        Ok((names, by_name))
    }

    /// Whether a place lies in no file of the user's.
    fn is_own(self, place: Pos) -> bool {
        let file = self.evaluator.session.sources.file(place);
        file.is_none_or(|file| file.path.to_string_lossy().starts_with("/«"))
    }

    fn null_or(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let mut nulls = 0;
        for definition in winners {
            if let Value::Null = self.evaluator.force(definition.value)? {
                nulls += 1;
            }
        }
        match nulls {
            0 => self.merge(loc, element, winners),
            all if all == winners.len() => Ok(Value::Null),
            _ => Err(errors::null_and_not_null(self.evaluator, loc, winners)),
        }
    }

    fn either(
        self,
        loc: Loc<'a>,
        left: TypeRef<'a>,
        right: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        for side in [left, right] {
            if self.refusal(loc, side, winners)?.is_none() {
                return self.merge(loc, side, winners);
            }
        }
        let evaluator = self.evaluator;
        let option = show_loc(evaluator, loc);
        let (left, right) = (describe(evaluator, left)?, describe(evaluator, right)?);
        let shown = shown::definitions(evaluator, winners)?;
        warn(
            evaluator,
            format!(
                "One or more definitions did not pass the type-check of the 'either' type.\nThe option `{option}` is neither a value of type `{left}` nor `{right}`, Definition values: {shown}\nIf a freeform type contains it, put `attrsOf` before it: `freeformType = types.attrsOf (types.either t1 t2)`."
            ),
        )?;
        let only = self.only(loc, "", winners)?;
        evaluator.force(only)
    }

    fn function(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Value<'a> {
        let lib = self.lib;
        let loc = self.in_function(loc);
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [_, argument] = nix_frontend::builtins::take(arguments)?;
            let results = results(evaluator, winners, argument);
            Merge { evaluator, lib }.required(loc, element, results)
        };
        let args = self
            .evaluator
            .lazy(move |evaluator| common_args(evaluator, winners));
        self.evaluator.attrs_from([
            ("__functor", self.evaluator.native("__functor", 2, run)),
            ("__functionArgs", args),
        ])
    }

    fn function_of_anything(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Value<'a> {
        let lib = self.lib;
        let loc = self.in_function(loc);
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [argument] = nix_frontend::builtins::take(arguments)?;
            let results = results(evaluator, winners, argument);
            Merge { evaluator, lib }.anything(loc, results)
        };
        self.evaluator.native("merged function", 1, run)
    }

    fn in_function(self, loc: Loc<'a>) -> Loc<'a> {
        let name = self.evaluator.symbol("<function body>");
        deeper(self.evaluator, loc, name)
    }

    fn option_type(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        if let [only] = winners {
            return evaluator.force(only.value);
        }
        // The types of one option go together or not, as if it were declared with each.
        let declarations = winners.iter().map(|definition| Declaration {
            file: definition.file,
            place: definition.place,
            value: evaluator.attrs_from([
                ("_type", evaluator.borrowed_string(b"option")),
                ("type", definition.value),
            ]),
        });
        let declarations: Vec<Declaration<'a>> = declarations.collect();
        let declared = declare(evaluator, self.lib, loc, &declarations)?;
        Ok(self.lib.type_value(evaluator, declared.of))
    }
}

/// What functions give for an argument.
fn results<'a>(
    evaluator: &Evaluator<'a>,
    winners: &[Definition<'a>],
    argument: Value<'a>,
) -> &'a [Definition<'a>] {
    let results = winners.iter().map(|each| {
        let result = evaluator.lazy_call(each.value, &[argument], Span::NONE);
        each.with_value(result)
    });
    let results: Vec<Definition<'a>> = results.collect();
    evaluator.arena.alloc_slice_copy(&results)
}

/// The arguments that functions ask for; one has a default if it has one in each.
fn common_args<'a>(evaluator: &Evaluator<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
    let mut common: FxHashMap<Symbol, bool> = FxHashMap::default();
    for definition in winners {
        let args = function_args(evaluator, &[definition.value])?;
        for attr in evaluator.items(evaluator.force_attrs(args)?) {
            let has_default = evaluator.force_bool(attr.value)?;
            *common.entry(attr.name).or_insert(true) &= has_default;
        }
    }
    let args = common.into_iter();
    let args = args.map(|(name, has_default)| Attr::unplaced(name, Value::bool(has_default)));
    Ok(evaluator.attrs(args.collect()))
}

/// Definitions as Nix has them: `[ { file = …; value = …; } ]`. The place of each goes along as the place of `value`.
pub fn definitions_to_nix<'a>(
    evaluator: &Evaluator<'a>,
    definitions: &[Definition<'a>],
) -> Value<'a> {
    let sets: Vec<Value<'a>> = definitions
        .iter()
        .map(|definition| {
            let mut attrs = vec![
                Attr {
                    name: known::FILE,
                    place: Pos::NONE,
                    value: evaluator.borrowed_string(definition.file),
                },
                Attr {
                    name: known::VALUE,
                    place: definition.place,
                    value: definition.value,
                },
            ];
            if definition.is_ordered {
                let order = Value::Int(definition.order);
                attrs.push(Attr::unplaced(known::PRIORITY, order));
            }
            evaluator.attrs(attrs)
        })
        .collect();
    evaluator.list(&sets)
}

/// The inverse of [`definitions_to_nix`].
pub fn definitions_from_nix<'a>(
    evaluator: &Evaluator<'a>,
    list: Value<'a>,
) -> Result<Vec<Definition<'a>>> {
    let mut definitions = vec![];
    for item in evaluator.force_list(list)? {
        let attrs = evaluator.force_attrs(*item)?;
        let file = match attrs.value(known::FILE) {
            Some(file) => evaluator.coerce_to_string(file, Coercion::TO_STRING)?.bytes,
            None => b"<unknown-file>",
        };
        let value = attrs.get(known::VALUE);
        let place = value.map_or(Pos::NONE, |attr| attr.place);
        let value = value.map_or(Value::Null, |attr| attr.value);
        definitions.push(Definition {
            is_ordered: attrs.get(known::PRIORITY).is_some(),
            ..Definition::new(file, value, place, 0)
        });
    }
    Ok(definitions)
}

/// A path as Nix has it: a list of strings.
pub fn loc_to_nix<'a>(evaluator: &Evaluator<'a>, loc: Loc<'a>) -> Value<'a> {
    let names: Vec<Value<'a>> = loc
        .iter()
        .map(|name| evaluator.symbol_string(*name))
        .collect();
    evaluator.list(&names)
}

/// The inverse of [`loc_to_nix`].
pub fn loc_from_nix<'a>(evaluator: &Evaluator<'a>, list: Value<'a>) -> Result<Loc<'a>> {
    let mut names = vec![];
    for item in evaluator.force_list(list)? {
        names.push(evaluator.symbol(evaluator.force_string(*item)?.bytes));
    }
    Ok(evaluator.arena.alloc_slice_copy(&names))
}
