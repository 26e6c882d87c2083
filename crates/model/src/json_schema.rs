//! What an inventory, a clan or the settings of a service may be, as JSON Schema: from the options that are evaluated, not written a second time.

use nix_frontend::eval::{Evaluator, Result, Value};
use nix_lib::Library;
use source::Span;

use crate::assemble::{Clan, own_text};
use crate::data::{Data, read};
use crate::service::Service;

const TEXT: &str = include_str!("../data/jsonschema.nix");
const PATH: &str = "/«clan-core»/jsonschema.nix";

/// Which side of an evaluation is described.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// What a user writes: what has a default may be missing.
    Input,
    /// What comes out: everything is there.
    Output,
}

/// Writes schemas.
pub struct Schemas<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    functions: Value<'a>,
}

impl<'a, 'e> Schemas<'a, 'e> {
    /// Of one form, without the options of these names. Errors: none that a user could cause.
    pub fn new(
        evaluator: &'e Evaluator<'a>,
        library: Library<'a>,
        form: Form,
        hidden: &[&str],
    ) -> Result<Schemas<'a, 'e>> {
        let function = own_text(evaluator, PATH, TEXT)?;
        let hidden: Vec<Value<'a>> = hidden.iter().map(|name| evaluator.string(name)).collect();
        let arguments = evaluator.attrs_from([
            ("hidden", evaluator.list(&hidden)),
            ("lib", library.lib),
            ("output", Value::bool(form == Form::Output)),
        ]);
        let functions = evaluator.call1(function, arguments)?;
        Ok(Schemas {
            evaluator,
            functions,
        })
    }

    fn select(&self, set: Value<'a>, name: &str) -> Result<Value<'a>> {
        let set = self.evaluator.force(set)?;
        self.evaluator
            .select(set, self.evaluator.symbol(name), Span::NONE)
    }

    fn of(&self, function: &str, argument: Value<'a>) -> Result<Data> {
        let function = self.select(self.functions, function)?;
        let schema = self.evaluator.call1(function, argument)?;
        read(self.evaluator, schema)
    }

    /// Of the inventory that a clan has.
    pub fn inventory(&self, clan: &Clan<'a>) -> Result<Data> {
        let inventory = self.select(clan.evaluation.options(), "inventory")?;
        self.of("ofInventory", self.select(inventory, "type")?)
    }

    /// Of the arguments of a clan.
    pub fn clan(&self, clan: &Clan<'a>) -> Result<Data> {
        self.of("ofClan", clan.evaluation.options())
    }

    /// Of the settings that each role of a service takes: a set by role.
    pub fn service(&self, service: &Service<'a>) -> Result<Data> {
        let mut roles = vec![];
        for (name, role) in &service.roles {
            if let Some(module) = role.module {
                let schema = self.of("ofModule", module)?;
                roles.push((name.clone(), source::Pos::NONE, schema));
            }
        }
        Ok(Data::Set(roles))
    }
}
