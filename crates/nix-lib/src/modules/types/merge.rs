//! Merges the final definitions of an option by its type.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Attr, Attrs, Bool, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashMap;
use source::{Pos, Span};

use crate::modules::Modules;
use crate::modules::definition::{Definition, Loc, deeper, show_loc};
use crate::modules::errors;
use crate::modules::evaluate::{Evaluation, Input, Setup};
use crate::modules::option::option_from;
use crate::modules::properties::finals;
use crate::modules::types::check::{accepts_all, check};
use crate::modules::types::describe::describe;
use crate::modules::types::{Kind, Submodule, TypeRef};

/// What is said of each name.
type ByName<'a> = FxHashMap<Symbol, Vec<Definition<'a>>>;

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
            None => match self.empty_value(loc, of)? {
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
        if !accepts_all(of) {
            self.check_all(loc, of, winners)?;
        }
        self.merge(loc, of, winners)
    }

    fn check_all(self, loc: Loc<'a>, of: TypeRef<'a>, winners: &[Definition<'a>]) -> Result<()> {
        let mut refused = vec![];
        for definition in winners {
            if !check(self.evaluator, of, definition.value)? {
                refused.push(*definition);
            }
        }
        if refused.is_empty() {
            return Ok(());
        }
        let description = describe(self.evaluator, of);
        Err(errors::wrong_type(
            self.evaluator,
            loc,
            &description,
            &refused,
        ))
    }

    /// The value that stands where nobody defines anything.
    pub fn empty_value(self, loc: Loc<'a>, of: TypeRef<'a>) -> Result<Option<Value<'a>>> {
        Ok(Some(match of.kind {
            Kind::ListOf(_, false) => self.evaluator.list_of(&[]),
            Kind::AttrsOf { .. } | Kind::Attrs => self.evaluator.attrs(vec![]),
            Kind::NullOr(_) => Value::Null,
            Kind::Submodule(submodule) => {
                // As in nixpkgs, what nobody defines does not know its name.
                let name = self.evaluator.symbol("‹name›");
                let evaluation = self.named_evaluation(loc, name, submodule, &[]);
                evaluation.checked_config(self.evaluator)?
            }
            Kind::CoercedTo { to: element, .. } | Kind::Unique(_, element) => {
                return self.empty_value(loc, element);
            }
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

    /// Merges final definitions, at least one, that fit.
    pub fn merge(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        self.evaluator.check_stack()?;
        match of.kind {
            Kind::Unspecified => self.default(loc, winners),
            Kind::Raw | Kind::AttrTag(_) if winners.len() > 1 => {
                Err(errors::defined_twice(self.evaluator, loc, "", winners))
            }
            Kind::Raw => Ok(first(winners)),
            Kind::Anything => self.anything(loc, winners),
            Kind::Bool
            | Kind::Int(..)
            | Kind::Float
            | Kind::Str
            | Kind::NonEmptyStr
            | Kind::StrMatching(_)
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
            Kind::Package => match winners {
                [only] => self.evaluator.force(only.value),
                _ => Err(errors::defined_twice(self.evaluator, loc, "", winners)),
            },
            Kind::ListOf(element, _) => self.list(loc, element, winners),
            Kind::AttrsOf { element, lazy, .. } => self.attrs(loc, element, lazy, winners),
            Kind::NullOr(element) => self.null_or(loc, element, winners),
            Kind::Either(left, right) => self.either(loc, left, right, winners),
            Kind::CoercedTo { from, function, to } => {
                self.coerced(loc, from, function, to, winners)
            }
            Kind::Submodule(submodule) => self.submodule(loc, submodule, winners),
            Kind::DeferredModule(modules) => Ok(self.deferred(loc, modules, winners)),
            Kind::FunctionTo(element) => Ok(self.function(loc, element, winners)),
            Kind::Unique(message, element) => match winners {
                [_] => self.merge(loc, element, winners),
                _ => {
                    let message = String::from_utf8_lossy(message);
                    Err(errors::defined_twice(
                        self.evaluator,
                        loc,
                        &message,
                        winners,
                    ))
                }
            },
            Kind::AttrTag(tags) => self.tagged(loc, tags, winners),
            Kind::OptionType => self.option_type(loc, winners),
            Kind::Custom(attrs) => self.custom(loc, attrs, winners),
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
        if let Some(Value::Int(first)) = kinds.first()
            && kinds
                .iter()
                .all(|kind| matches!(kind, Value::Int(number) if number == first))
        {
            return Ok(Value::Int(*first));
        }
        Err(errors::conflict(self.evaluator, loc, winners))
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
            Some("string-like") => match winners {
                [only] => self.evaluator.force(only.value),
                _ => Err(errors::defined_twice(self.evaluator, loc, "", winners)),
            },
            Some("lambda") if winners.len() > 1 => {
                let element = self.lib.new_type(self.evaluator, Kind::Anything);
                Ok(self.function_value(loc, element, winners))
            }
            _ => self.equal(loc, winners),
        }
    }

    fn list(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let mut items = vec![];
        let trusting = accepts_all(element) && !matches!(element.kind, Kind::Anything);
        for (number, definition) in winners.iter().enumerate() {
            let values = self.evaluator.force_list(definition.value)?;
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
    fn place_of(self, value: Value<'a>) -> Pos {
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
        let (names, by_name) = self.by_name(winners)?;
        let mut attrs = Vec::with_capacity(names.len());
        for (name, place) in names {
            let definitions = by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
            let definitions = self.evaluator.arena.alloc_slice_copy(definitions);
            let lib = self.lib;
            let loc = deeper(self.evaluator, loc, name);
            let value = if lazy {
                self.evaluator.lazy(move |evaluator| {
                    Merge { evaluator, lib }.required(loc, element, definitions)
                })
            } else {
                let finals = finals(self.evaluator, definitions)?;
                if finals.winners.is_empty() {
                    continue;
                }
                let winners = finals.winners;
                self.evaluator
                    .lazy(move |evaluator| Merge { evaluator, lib }.checked(loc, element, winners))
            };
            attrs.push(Attr { name, place, value });
        }
        Ok(self.evaluator.attrs(attrs))
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
            _ => Err(errors::conflicting_kinds(self.evaluator, loc, winners)),
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
            let mut fits = true;
            for definition in winners {
                fits = fits && check(self.evaluator, side, definition.value)?;
            }
            if fits {
                return self.merge(loc, side, winners);
            }
        }
        match winners {
            [only] => self.evaluator.force(only.value),
            _ => Err(errors::conflict(self.evaluator, loc, winners)),
        }
    }

    fn coerced(
        self,
        loc: Loc<'a>,
        from: TypeRef<'a>,
        function: Value<'a>,
        to: TypeRef<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        let mut converted = vec![];
        for definition in winners {
            let value = if check(self.evaluator, from, definition.value)? {
                self.evaluator.call1(function, definition.value)?
            } else {
                definition.value
            };
            converted.push(definition.with_value(value));
        }
        let converted = self.evaluator.arena.alloc_slice_copy(&converted);
        match to.kind {
            // These look again at what they are given.
            Kind::ListOf(..)
            | Kind::AttrsOf { .. }
            | Kind::Submodule(_)
            | Kind::Either(..)
            | Kind::CoercedTo { .. } => self.checked(loc, to, converted),
            _ => self.merge(loc, to, converted),
        }
    }

    /// The config of the submodule that these definitions make.
    ///
    /// Errors: `mkOrder` stands around one of them, which nixpkgs' submodules do not bear.
    fn submodule(
        self,
        loc: Loc<'a>,
        submodule: &'a Submodule<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        if let Some(ordered) = winners.iter().find(|each| each.is_ordered) {
            return Err(errors::ordered_submodule(self.evaluator, loc, ordered));
        }
        let evaluation = self.submodule_evaluation(loc, submodule, winners);
        evaluation.checked_config(self.evaluator)
    }

    /// The module evaluation that a submodule with these definitions is.
    pub fn submodule_evaluation(
        self,
        loc: Loc<'a>,
        submodule: &'a Submodule<'a>,
        winners: &[Definition<'a>],
    ) -> &'a Evaluation<'a> {
        let name = loc.last().copied().unwrap_or(known::NAME);
        self.named_evaluation(loc, name, submodule, winners)
    }

    fn named_evaluation(
        self,
        loc: Loc<'a>,
        name: Symbol,
        submodule: &'a Submodule<'a>,
        winners: &[Definition<'a>],
    ) -> &'a Evaluation<'a> {
        let evaluator = self.evaluator;
        let args = evaluator.attrs_from([("name", evaluator.symbol_string(name))]);
        let module = evaluator.attrs_from([("args", args)]);
        let name_module = evaluator.attrs_from([("_module", module)]);
        let mut modules: Vec<Input<'a>> = submodule
            .modules
            .iter()
            .map(|module| Input::of(*module))
            .collect();
        modules.push(Input::of(name_module));
        for definition in winners {
            modules.push(Input {
                value: definition.value,
                file: Some(definition.file),
                place: definition.place,
                origin: definition.origin,
                is_definition: Some(submodule.shorthand_only_config == Some(true)),
            });
        }
        Evaluation::new(
            evaluator,
            self.lib,
            Setup {
                modules: evaluator.arena.alloc_slice_copy(&modules),
                special_args: submodule.special_args,
                prefix: loc,
                class: submodule.class,
            },
        )
    }

    fn deferred(
        self,
        loc: Loc<'a>,
        modules: &[Value<'a>],
        winners: &[Definition<'a>],
    ) -> Value<'a> {
        let evaluator = self.evaluator;
        let via = show_loc(evaluator, loc);
        let mut imports = modules.to_vec();
        for definition in winners {
            let file = String::from_utf8_lossy(definition.file);
            let file = evaluator.string(format!("{file}, via option {via}"));
            let inner = evaluator.list(&[definition.value]);
            imports.push(evaluator.attrs_from([("_file", file), ("imports", inner)]));
        }
        let imports = evaluator.list(&imports);
        evaluator.attrs_from([("imports", imports)])
    }

    fn function(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Value<'a> {
        let inner = self.function_value(loc, element, winners);
        let functor = self
            .evaluator
            .native("__functor", 2, move |evaluator, arguments| {
                let [_, argument] = nix_frontend::builtins::take(arguments)?;
                evaluator.call1(inner, argument)
            });
        self.evaluator.attrs_from([
            ("__functor", functor),
            ("__functionArgs", self.evaluator.attrs(vec![])),
        ])
    }

    fn function_value(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Value<'a> {
        let loc = deeper(
            self.evaluator,
            loc,
            self.evaluator.symbol("<function body>"),
        );
        let lib = self.lib;
        self.evaluator
            .native("merged function", 1, move |evaluator, arguments| {
                let [argument] = nix_frontend::builtins::take(arguments)?;
                let results: Vec<Definition<'a>> = winners
                    .iter()
                    .map(|each| {
                        let result = evaluator.lazy_call(each.value, &[argument], Span::NONE);
                        each.with_value(result)
                    })
                    .collect();
                Merge { evaluator, lib }.required(loc, element, &results)
            })
    }

    fn tagged(
        self,
        loc: Loc<'a>,
        tags: &'a Attrs<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        let Some(definition) = winners.first() else {
            return Err(errors::missing_value(self.evaluator, loc, Pos::NONE));
        };
        let attrs = self.evaluator.force_attrs(definition.value)?;
        let Some(attr) = self.evaluator.items(attrs).first() else {
            return Err(errors::missing_value(self.evaluator, loc, Pos::NONE));
        };
        let declared = tags.value(attr.name).unwrap_or(Value::Null);
        let loc = deeper(self.evaluator, loc, attr.name);
        let definition = definition.inner(attr.value, attr.place);
        let option = option_from(self.evaluator, self.lib, loc, declared, &[definition])?;
        Ok(self.evaluator.attrs(vec![Attr {
            value: option.value,
            ..*attr
        }]))
    }

    fn option_type(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let mut merged: Option<TypeRef<'a>> = None;
        for definition in winners {
            let next = self.lib.type_of(self.evaluator, definition.value)?;
            merged = Some(match merged {
                None => next,
                Some(before) => {
                    match crate::modules::types::unite::unite(
                        self.evaluator,
                        self.lib,
                        before,
                        next,
                    )? {
                        Some(united) => united,
                        None => return Err(errors::conflict(self.evaluator, loc, winners)),
                    }
                }
            });
        }
        match (merged, winners) {
            (_, [only]) => self.evaluator.force(only.value),
            (Some(merged), _) => Ok(self.lib.type_value(self.evaluator, merged)),
            (None, _) => Ok(Value::Null),
        }
    }

    /// A type made in Nix merges by its own function, on sets `{ file, value }`.
    fn custom(
        self,
        loc: Loc<'a>,
        attrs: &'a Attrs<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let Some(function) = attrs.value(known::MERGE) else {
            return self.default(loc, winners);
        };
        let definitions = definitions_to_nix(self.evaluator, winners);
        let loc = loc_to_nix(self.evaluator, loc);
        self.evaluator.call2(function, loc, definitions)
    }
}

fn first<'a>(winners: &[Definition<'a>]) -> Value<'a> {
    winners.first().map_or(Value::Null, |only| only.value)
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
