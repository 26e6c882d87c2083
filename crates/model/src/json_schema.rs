//! What an inventory, a clan or the settings of a service may be, as JSON Schema: from the options that are evaluated, not written a second time.

use nix_frontend::eval::{ErrorKind, Evaluator, Result, Value};
use nix_lib::Library;
use source::Span;

use crate::assemble::{Clan, own_text};
use crate::data::{Data, read};
use crate::dialect::Fact;
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
    /// Of one form, for what that clan has, without the options of these names. Errors: none that a user could cause.
    pub fn new(
        evaluator: &'e Evaluator<'a>,
        library: Library<'a>,
        clan: &Clan<'a>,
        form: Form,
        hidden: &[&str],
    ) -> Result<Schemas<'a, 'e>> {
        let function = own_text(evaluator, PATH, TEXT)?;
        let hidden: Vec<Value<'a>> = hidden.iter().map(|name| evaluator.string(name)).collect();
        let arguments = evaluator.attrs_from([
            ("args", arguments_of_interfaces(evaluator, clan)?),
            ("hasServices", Value::bool(clan.dialect.has_services())),
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
        self.read(schema, false)
    }

    /// A schema as data. A default that cannot be evaluated is left out: only where somebody says nothing does it count.
    ///
    /// `is_by_name`: whether it is no schema, but a set of them by the names of options.
    fn read(&self, schema: Value<'a>, is_by_name: bool) -> Result<Data> {
        let attrs = match self.evaluator.force(schema) {
            Ok(Value::Attrs(attrs)) => attrs,
            Ok(Value::List(list)) => {
                let items = list.items.iter();
                let items = items.map(|item| self.read(*item, false));
                return Ok(Data::List(items.collect::<Result<_>>()?));
            }
            // An error too is read, so that what is out of reach has its stand-in.
            _ => return read(self.evaluator, schema),
        };
        let mut all = vec![];
        for attr in self.evaluator.ordered(attrs) {
            let name = self.evaluator.name_text(attr.name);
            let value = match name.as_str() {
                _ if is_by_name => self.read(attr.value, false)?,
                "default" => match read(self.evaluator, attr.value) {
                    Ok(value) => value,
                    Err(error)
                        if matches!(error.kind, ErrorKind::Limit | ErrorKind::Interrupted) =>
                    {
                        return Err(error);
                    }
                    Err(_) => continue,
                },
                "enum" => read(self.evaluator, attr.value)?,
                name => self.read(attr.value, name == "properties")?,
            };
            all.push((name, attr.place, value));
        }
        Ok(Data::Set(all))
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

/// What the modules that declare a role's settings may ask for, besides what all modules may.
fn arguments_of_interfaces<'a>(evaluator: &Evaluator<'a>, clan: &Clan<'a>) -> Result<Value<'a>> {
    let select =
        |set: Value<'a>, name: &str| evaluator.lazy_select(set, evaluator.symbol(name), Span::NONE);
    let meta = select(select(clan.config, "inventory"), "meta");
    let has_meta = clan.dialect.has(Fact::MetaArgument);
    Ok(evaluator.attrs_from(has_meta.then_some(("meta", meta))))
}
