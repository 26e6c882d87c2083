//! Definitions, and the paths of options.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::Pos;
use source::spelling::is_word;

use crate::modules::types::TypeRef;

/// The path of an option.
pub type Loc<'a> = &'a [Symbol];

/// One definition of an option: what one module says of it.
#[derive(Clone, Copy)]
pub struct Definition<'a> {
    /// The file of the module, or what stands for it.
    pub file: &'a [u8],
    /// The value; markers are taken off once the definition is final.
    pub value: Value<'a>,
    /// Where the name stands that is given this value; none for what no file says.
    pub place: Pos,
    /// The override priority; less is stronger.
    pub priority: i64,
    /// The order priority; less comes first.
    pub order: i64,
    /// Whether `mkOrder` gave the order priority; nixpkgs then keeps it beside the value.
    pub is_ordered: bool,
    /// Whether nobody knows if it is there: the condition of its `mkIf` is out of reach. So is its value then.
    pub is_doubtful: bool,
    /// What the caller of the evaluation called the module that it comes from; 0 for none.
    pub origin: u32,
}

/// The option that has something in it, for what is said of it.
#[derive(Clone, Copy)]
pub struct Declared<'a> {
    /// Where it is declared first.
    pub place: Pos,
    /// Its type.
    pub of: TypeRef<'a>,
    /// Whether it is no option, but the type for what no module declares.
    pub is_freeform: bool,
}

/// The override priority of a plain definition.
pub const PLAIN: i64 = 100;
/// The override priority of an option's default.
pub const OPTION_DEFAULT: i64 = 1500;
/// The order priority of a plain definition.
pub const PLAIN_ORDER: i64 = 1000;

impl<'a> Definition<'a> {
    /// A plain definition.
    pub fn new(file: &'a [u8], value: Value<'a>, place: Pos, origin: u32) -> Definition<'a> {
        Definition {
            file,
            value,
            place,
            priority: PLAIN,
            order: PLAIN_ORDER,
            is_ordered: false,
            is_doubtful: false,
            origin,
        }
    }

    /// The same definition with another value.
    pub fn with_value(self, value: Value<'a>) -> Definition<'a> {
        Definition { value, ..self }
    }

    /// What an attribute of this definition's value says: plain again.
    pub fn inner(self, value: Value<'a>, place: Pos) -> Definition<'a> {
        let place = if place.is_none() { self.place } else { place };
        Definition::new(self.file, value, place, self.origin)
    }
}

/// `loc` with one more name.
pub fn deeper<'a>(evaluator: &Evaluator<'a>, loc: Loc<'a>, name: Symbol) -> Loc<'a> {
    let at = |at: usize| loc.get(at).copied().unwrap_or(name);
    evaluator.arena.alloc_slice_fill_with(loc.len() + 1, at)
}

/// The path as `a.b."c d"`; placeholders such as `<name>` and `*` stay as they are.
pub fn show_loc(evaluator: &Evaluator<'_>, loc: &[Symbol]) -> String {
    let parts: Vec<String> = loc.iter().map(|name| show_name(evaluator, *name)).collect();
    parts.join(".")
}

/// One name of an option path, quoted if it must be.
pub fn show_name(evaluator: &Evaluator<'_>, name: Symbol) -> String {
    let text = evaluator.name_text(name);
    let placeholder = text == "*" || (text.starts_with('<') && text.ends_with('>'));
    if placeholder || is_word(text.as_bytes()) {
        text
    } else {
        format!("{text:?}")
    }
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
