//! Brings modules into one shape.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{At, Attr, Attrs, ErrorKind, EvalError, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::modules::collect::errors::while_importing;
use crate::modules::collect::{Collector, Module, Words};
use crate::modules::errors::{MODULE_SYNTAX, NOT_A_MODULE, as_in_nix, coded};

impl<'a> Collector<'a, '_> {
    /// A module in the one shape.
    pub(super) fn unify(
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
            // What only names a file is not worth a failure.
            Some(named) => match evaluator.coerce_to_string(named, Coercion::TO_STRING) {
                Ok(named) => named.bytes,
                Err(error) if error.is_catchable() || error.is_out_of_reach() => file,
                Err(error) if error.kind == ErrorKind::Type => file,
                Err(error) => return Err(error),
            },
            None => file,
        };
        let fallback = key;
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
        let stands = |name| attrs.get(name).map_or(Pos::NONE, |attr| attr.place);
        module.words = Words {
            imports: stands(known::IMPORTS),
            disabled: stands(known::DISABLED_MODULES),
            class: stands(known::CLASS_META),
        };
        module.disabled = match attrs.value(known::DISABLED_MODULES) {
            Some(list) => {
                let span = evaluator.session.sources.word(module.words.disabled);
                evaluator.force_list(list).at(span)?
            }
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
            self.check_long_form(attrs, fallback)?;
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
            Err(error) if error.kind == ErrorKind::InfiniteRecursion => {
                Err(while_importing(error.at(span), span))
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
        error.label = Some("stands beside it".to_owned());
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
        let is_option = self.evaluator.force_attrs(bad.value).ok();
        let is_option = is_option.and_then(|value| value.value(known::TYPE_TAG));
        let is_option = is_option.and_then(|tag| self.evaluator.force_string(tag).ok());
        let is_option = is_option.is_some_and(|tag| tag.bytes == b"option");
        Err(as_in_nix(error, in_nix).help(match is_option {
            true => format!("an option is declared below `options`: write `options.{name}`"),
            false => format!("move `{name}` into `config`"),
        }))
    }
}
