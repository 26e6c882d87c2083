//! `types.attrTag`: sets of exactly one of several options.

use nix_frontend::eval::error::At;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::functions::strings::escapes::nix_identifier;
use crate::functions::tools::throw;
use crate::modules::Modules;
use crate::modules::declare::merge_declarations;
use crate::modules::definition::loc_to_nix;
use crate::modules::definition::{Definition, Loc, deeper, show_loc};
use crate::modules::errors;
use crate::modules::level::Declaration;
use crate::modules::option::OptionInstance;
use crate::modules::properties::tag;
use crate::modules::shown;
use crate::modules::types::merge::Merge;

/// The tags of a union, each an option that knows where it is declared; looked at when it is needed.
pub fn tags<'a>(evaluator: &Evaluator<'a>, given: &'a Attrs<'a>) -> &'a Attrs<'a> {
    let tags = evaluator.items(given).iter().map(|attr| {
        let attr = *attr;
        let value = evaluator.lazy(move |evaluator| {
            option(evaluator, attr).frame(
                || {
                    let name = identifier(evaluator, attr);
                    format!("while checking that the tag `{name}` is an option")
                },
                Span::at(attr.place),
            )
        });
        Attr { value, ..attr }
    });
    evaluator.attrs_ref(tags.collect())
}

fn identifier<'a>(evaluator: &Evaluator<'a>, attr: Attr<'a>) -> String {
    match nix_identifier(evaluator.name(attr.name)) {
        Ok(name) => String::from_utf8_lossy(&name).into_owned(),
        Err(_) => evaluator.name_text(attr.name),
    }
}

fn option<'a>(evaluator: &Evaluator<'a>, attr: Attr<'a>) -> Result<Value<'a>> {
    let value = evaluator.force(attr.value)?;
    let found = match value {
        Value::Attrs(set) => tag(evaluator, set)?,
        _ => None,
    };
    let (Value::Attrs(set), Some(b"option")) = (value, found) else {
        let name = identifier(evaluator, attr);
        let found = match found {
            None => "was not.".to_owned(),
            Some(b"option-type") => "was a bare type, not wrapped in mkOption.".to_owned(),
            Some(tag) => format!("was of type \"{}\".", String::from_utf8_lossy(tag)),
        };
        return Err(throw(format!(
            "In attrTag, each tag value must be an option, but tag {name} {found}"
        ))
        .at(Span::at(attr.place)));
    };
    let place = match attr.place.is_borrowed() {
        true => Value::Null,
        false => evaluator.place(evaluator.session.path_start(attr.place)),
    };
    let mut own = vec![];
    for name in ["declarations", "declarationPositions"] {
        if set.get(evaluator.symbol(name)).is_some() {
            continue;
        }
        let known = match place {
            Value::Null => vec![],
            place if name == "declarations" => {
                vec![evaluator.select(place, known::FILE, Span::NONE)?]
            }
            place => vec![place],
        };
        own.push(evaluator.attr(name, evaluator.list(&known)));
    }
    Ok(Value::Attrs(
        set.update(evaluator.attrs_ref(own), evaluator.arena),
    ))
}

/// The tags of two unions as one: what both have is declared twice.
pub(crate) fn of_both<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    (left, right): (&'a Attrs<'a>, &'a Attrs<'a>),
) -> Result<Value<'a>> {
    let get = |payload: &'a Attrs<'a>| {
        let tags = evaluator.select(Value::Attrs(payload), known::TAGS, Span::NONE)?;
        evaluator.force_attrs(tags)
    };
    let (left, right) = (get(left)?, get(right)?);
    let mut common = vec![];
    for attr in evaluator.items(right) {
        let (attr, Some(own)) = (*attr, left.value(attr.name)) else {
            continue;
        };
        let value = evaluator.lazy(move |evaluator| declared_twice(evaluator, lib, attr, own));
        common.push(Attr { value, ..attr });
    }
    let tags = left.update(right, evaluator.arena);
    let tags = tags.update(evaluator.attrs_ref(common), evaluator.arena);
    Ok(evaluator.attrs_from([("tags", Value::Attrs(tags))]))
}

fn declared_twice<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    other: Attr<'a>,
    own: Value<'a>,
) -> Result<Value<'a>> {
    let declaration = |value| Declaration {
        file: b"<attrTag {...}>",
        place: Pos::NONE,
        value,
    };
    let loc = evaluator.arena.alloc_slice_copy(&[other.name]);
    let both = [declaration(own), declaration(other.value)];
    let merged = merge_declarations(evaluator, lib, loc, &both)?;
    let mut places = vec![];
    for name in ["declarations", "declarationPositions"] {
        let mut all = vec![];
        for option in [own, other.value] {
            let option = evaluator.force(option)?;
            let more = evaluator.select(option, evaluator.symbol(name), Span::NONE)?;
            all.extend_from_slice(evaluator.force_list(more)?);
        }
        places.push(evaluator.attr(name, evaluator.list(&all)));
    }
    Ok(Value::Attrs(
        merged.update(evaluator.attrs_ref(places), evaluator.arena),
    ))
}

/// The options inside the union.
pub(crate) fn sub_options<'a>(
    evaluator: &Evaluator<'a>,
    tags: &'a Attrs<'a>,
    prefix: Loc<'a>,
) -> Value<'a> {
    let options = evaluator.items(tags).iter().map(|attr| {
        let attr = *attr;
        let value = evaluator.lazy(move |evaluator| {
            let loc = deeper(evaluator, prefix, attr.name);
            let loc = evaluator.attrs_ref(vec![evaluator.attr("loc", loc_to_nix(evaluator, loc))]);
            let option = evaluator.force_attrs(attr.value)?;
            Ok(Value::Attrs(option.update(loc, evaluator.arena)))
        });
        Attr { value, ..attr }
    });
    evaluator.attrs(options.collect())
}

impl<'a> Merge<'a, '_> {
    pub(crate) fn tagged(
        self,
        loc: Loc<'a>,
        tags: &'a Attrs<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let mut chosen: Option<Attr<'a>> = None;
        let mut definitions = vec![];
        for definition in winners {
            let attrs = evaluator.force_attrs(definition.value)?;
            let [attr] = evaluator.items(attrs) else {
                return Err(throw("a tagged union has exactly one attribute"));
            };
            let first = *chosen.get_or_insert(*attr);
            if first.name != attr.name {
                return Err(self.two_tags(loc, [first, *attr], winners));
            }
            definitions.push(definition.inner(attr.value, attr.place));
        }
        let Some(chosen) = chosen else {
            return Err(errors::never_defined(evaluator, loc));
        };
        let Some(option) = tags.get(chosen.name) else {
            let option = show_loc(evaluator, loc);
            let name = identifier(evaluator, chosen);
            return Err(throw(format!(
                "The option `{option}` is defined as {name}, but {name} is not among the valid choices."
            )));
        };
        let loc = deeper(evaluator, loc, chosen.name);
        let option = OptionInstance::alone(evaluator, self.lib, loc, option.value, &definitions);
        let value = evaluator.lazy(move |evaluator| option.value(evaluator));
        Ok(evaluator.attrs(vec![Attr { value, ..chosen }]))
    }

    fn two_tags(
        self,
        loc: Loc<'a>,
        [first, second]: [Attr<'a>; 2],
        winners: &[Definition<'a>],
    ) -> Box<nix_frontend::eval::EvalError> {
        let name = |attr: Attr<'a>| self.evaluator.name_text(attr.name);
        let option = show_loc(self.evaluator, loc);
        let files = shown::files(winners.iter().map(|each| each.file));
        let (one, other) = (name(first), name(second));
        let both = format!("is defined both as `{one}` and `{other}`");
        let error = errors::coded(
            errors::CONFLICTING_DEFINITIONS,
            format!("`{option}` {both}"),
        );
        let sources = &self.evaluator.session.sources;
        let labelled = [first, second].into_iter().fold(error, |error, attr| {
            let text = format!("says `{}`", name(attr));
            errors::with_place(error, sources.word(attr.place), text)
        });
        let in_nix = format!("The option `{option}` {both}, in {files}.");
        let error = errors::as_in_nix(labelled, in_nix);
        let help = format!("keep one: `{one}` or `{other}`");
        self.blame(error.help(help))
    }
}
