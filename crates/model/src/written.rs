//! Where files write what `inventory.services` says: every name that a definition has, with its place.
//!
//! What decides between definitions is not looked at: a name below `mkIf false` or one that `mkForce` elsewhere outdoes is written all the same.
//! Names are told down to the single setting (`services.<s>.<i>.roles.<r>.config.<key>`); what stands below is the setting's value.

use nix_frontend::eval::{Attrs, Evaluator, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use nix_lib::modules::definition::Definition;
use nix_lib::modules::properties::{Marker, marker};
use source::{Pos, Span};

use crate::assemble::{Clan, is_own};

/// A name that a definition of `inventory.services` has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// Its path from `services` on.
    pub path: Vec<String>,
    /// Where it stands; none if no file says it.
    pub place: Pos,
    /// The number of the definition it belongs to: one for each module that defines `services`.
    pub definition: usize,
}

/// All names that are written below `inventory.services`, in the order of the definitions.
pub fn written_services<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    clan: &Clan<'a>,
) -> Vec<Written> {
    let mut reader = Reader {
        evaluator,
        definition: 0,
        written: vec![],
    };
    let definitions = definitions(evaluator, library, clan).unwrap_or_default();
    for (number, definition) in definitions.iter().enumerate() {
        if is_own(evaluator, definition.place) {
            continue;
        }
        reader.definition = number;
        let path = vec!["services".to_owned()];
        reader.name(path, definition.place, definition.value);
    }
    reader.written
}

fn definitions<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    clan: &Clan<'a>,
) -> Option<&'a [Definition<'a>]> {
    let inventory = evaluator.select(clan.config, evaluator.symbol("inventory"), Span::NONE);
    let inventory = library.modules.evaluation_of(inventory.ok()?)?;
    let root = inventory.root(evaluator).ok()?;
    let name = evaluator.symbol("services");
    root.definitions_of(evaluator, name).ok()
}

struct Reader<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    definition: usize,
    written: Vec<Written>,
}

impl<'a> Reader<'a, '_> {
    fn name(&mut self, path: Vec<String>, place: Pos, value: Value<'a>) {
        if has_names_below(&path) {
            for attrs in self.sets(value) {
                self.names_of(&path, attrs);
            }
        }
        self.written.push(Written {
            path,
            place,
            definition: self.definition,
        });
    }

    fn names_of(&mut self, path: &[String], attrs: &'a Attrs<'a>) {
        for attr in self.evaluator.ordered(attrs) {
            let mut path = path.to_vec();
            path.push(self.evaluator.name_text(attr.name));
            self.name(path, attr.place, attr.value);
        }
    }

    /// The sets that a value is made of: itself, or what is within markers. What fails is none.
    fn sets(&self, value: Value<'a>) -> Vec<&'a Attrs<'a>> {
        if self.evaluator.check_stack().is_err() {
            return vec![];
        }
        let inner = |attrs: &'a Attrs<'a>, name| attrs.value(name).map(|value| self.sets(value));
        match marker(self.evaluator, value) {
            Ok(None) => self.evaluator.force_attrs(value).into_iter().collect(),
            Ok(Some((Marker::Merge, attrs))) => {
                let contents = attrs.value(known::CONTENTS);
                let contents = contents.map(|contents| self.evaluator.force_list(contents));
                let contents = contents.and_then(Result::ok).unwrap_or_default();
                contents.iter().flat_map(|item| self.sets(*item)).collect()
            }
            Ok(Some((Marker::Definition, attrs))) => inner(attrs, known::VALUE).unwrap_or_default(),
            Ok(Some((_, attrs))) => inner(attrs, known::CONTENT).unwrap_or_default(),
            Err(_) => vec![],
        }
    }
}

/// Whether what stands below a path, from `services` on, are names of the inventory rather than values.
pub fn has_names_below(path: &[String]) -> bool {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] | [_] | [_, _] | [_, _, _] => true,
        [_, _, _, part] => matches!(*part, "roles" | "machines" | "config" | "meta"),
        [_, _, _, "roles" | "machines", _] => true,
        [_, _, _, "roles" | "machines", _, part] => *part == "config",
        _ => false,
    }
}
