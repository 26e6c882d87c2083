//! Priorities in the config layers of a services instance: clan-core resolves them inside the layer and forgets them.

use nix_frontend::eval::Value;
use nix_frontend::ir::symbol::known;
use nix_lib::modules::properties::{Marker, marker};
use source::{Pos, Span};

use super::Decoder;
use crate::assemble::{is_own, name_span};

/// A priority that acts in its layer only, where nothing else is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weightless {
    /// The setting that it is given to.
    pub path: Vec<String>,
    /// Where the setting's name stands.
    pub span: Span,
    /// `50` for `mkForce`.
    pub priority: i64,
}

/// No author nests settings deeper.
const MOST_DEPTH: usize = 32;

impl<'a> Decoder<'a, '_> {
    /// The priorities in `config` of a submodule, if one definition alone makes it: between several of the same layer they do act.
    pub(super) fn weightless(&self, submodule: Value<'a>) -> Vec<Weightless> {
        let mut found = vec![];
        let evaluation = self.library.modules.evaluation_of(submodule);
        let root = evaluation.and_then(|evaluation| evaluation.root(self.evaluator).ok());
        let name = self.evaluator.symbol("config");
        let definitions = root.and_then(|root| root.definitions_of(self.evaluator, name).ok());
        let own = definitions.into_iter().flatten();
        let mut own = own.filter(|definition| !is_own(self.evaluator, definition.place));
        if let (Some(only), None) = (own.next(), own.next()) {
            self.look_for_priorities(only.value, only.place, &mut vec![], &mut found);
        }
        found
    }

    fn look_for_priorities(
        &self,
        value: Value<'a>,
        place: Pos,
        path: &mut Vec<String>,
        into: &mut Vec<Weightless>,
    ) {
        if path.len() > MOST_DEPTH {
            return;
        }
        match marker(self.evaluator, value) {
            Ok(Some((Marker::Override, attrs))) => {
                let priority = attrs.value(known::PRIORITY);
                let priority = priority.and_then(|value| self.evaluator.force_int(value).ok());
                into.extend(priority.map(|priority| Weightless {
                    path: path.clone(),
                    span: name_span(self.evaluator, place),
                    priority,
                }));
            }
            Ok(None) => {
                let Ok(Value::Attrs(attrs)) = self.evaluator.force(value) else {
                    return;
                };
                for attr in self.evaluator.ordered(attrs) {
                    path.push(self.evaluator.name_text(attr.name));
                    self.look_for_priorities(attr.value, attr.place, path, into);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}
