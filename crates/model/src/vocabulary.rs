//! What a clan may say, told to people: its services, their roles, and the options of their settings.

use indexmap::IndexMap;
use nix_frontend::eval::{Evaluator, Result, Value};
use nix_lib::modules::{Evaluation, Input, Setup};
use source::Span;

use crate::assemble::{entries, name_span};
use crate::data::{Data, read};
use crate::inventory::Inventory;
use crate::service::{Service, ServiceRole, Services};

/// What a clan may say.
#[derive(Clone, Default, Debug)]
pub struct Vocabulary {
    /// The service of each instance, in the order of the inventory; none for those that are not found.
    pub of_instances: Vec<Option<usize>>,
    /// The services that instances are of, each once.
    pub services: Vec<ServiceDescription>,
    /// Every service that an instance may name: `module.input`, none for clan-core's own, and `module.name`.
    pub offered: Vec<(Option<String>, String)>,
    /// clan-core's own modules of the services generation.
    pub modules: Vec<String>,
}

/// A service, told to people.
#[derive(Clone, Debug)]
pub struct ServiceDescription {
    /// `<input>-<name>`.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether these are all of its roles.
    pub is_known: bool,
    /// Its roles, in the order of names.
    pub roles: IndexMap<String, RoleDescription>,
}

/// A role, told to people.
#[derive(Clone, Default, Debug)]
pub struct RoleDescription {
    /// What it is for.
    pub description: Option<String>,
    /// Where the service's module defines it; none if that is in no file.
    pub span: Span,
    /// The fewest members.
    pub least: Option<i64>,
    /// The most members.
    pub most: Option<i64>,
    /// The options of its settings, in the order of their paths.
    pub options: Vec<OptionDescription>,
}

/// An option of settings, told to people.
#[derive(Clone, Debug)]
pub struct OptionDescription {
    /// Its path; `<name>` and `*` stand for any name.
    pub path: Vec<String>,
    /// Its type in words.
    pub of: String,
    /// Its default, as Nix.
    pub default: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// What the clan of `inventory` may say.
pub fn vocabulary<'a>(inventory: &Inventory<'a>, services: &Services<'a, '_>) -> Vocabulary {
    let mut vocabulary = Vocabulary {
        offered: offered(services),
        modules: services.catalogue.legacy_names(),
        ..Vocabulary::default()
    };
    for instance in &inventory.instances {
        let found = services.find(instance, &mut vec![]);
        let known = found.as_ref().and_then(|found| {
            let mut known = vocabulary.services.iter();
            known.position(|each| each.id == found.id)
        });
        let number = known.or_else(|| {
            vocabulary
                .services
                .push(describe(services, found.as_ref()?, false));
            Some(vocabulary.services.len() - 1)
        });
        vocabulary.of_instances.push(number);
    }
    services.library.modules.take_tolerated();
    vocabulary
}

fn offered(services: &Services<'_, '_>) -> Vec<(Option<String>, String)> {
    let evaluator = services.evaluator;
    let own = evaluator.select(
        services.clan.config,
        evaluator.symbol("modules"),
        Span::NONE,
    );
    let own = own
        .and_then(|own| entries(evaluator, own))
        .unwrap_or_default();
    let own = own
        .into_iter()
        .map(|(name, _)| (Some("self".to_owned()), name));
    let core = services.catalogue.modern_names().into_iter();
    own.chain(core.map(|name| (None, name))).collect()
}

/// A service, told to people; also with what its authors call internal, if that is wanted.
pub fn describe<'a>(
    services: &Services<'a, '_>,
    service: &Service<'a>,
    internal: bool,
) -> ServiceDescription {
    let roles = service.roles.iter();
    let roles = roles.map(|(name, role)| (name.clone(), describe_role(services, role, internal)));
    ServiceDescription {
        id: service.id.clone(),
        description: service.description.clone(),
        is_known: service.is_known,
        roles: roles.collect(),
    }
}

fn describe_role<'a>(
    services: &Services<'a, '_>,
    role: &ServiceRole<'a>,
    internal: bool,
) -> RoleDescription {
    let evaluator = services.evaluator;
    let description = role.description.map(|text| evaluator.force(text));
    let options = role
        .module
        .map(|interface| options(services, interface, internal));
    let mut options = options.and_then(Result::ok).unwrap_or_default();
    options.sort_by(|left, right| left.path.cmp(&right.path));
    RoleDescription {
        description: match description {
            Some(Ok(Value::String(text))) => Some(text.text()),
            _ => None,
        },
        span: name_span(evaluator, role.place),
        least: role.least,
        most: role.most,
        options,
    }
}

/// The options that an interface declares, as nixpkgs documents them.
fn options<'a>(
    services: &Services<'a, '_>,
    interface: Value<'a>,
    internal: bool,
) -> Result<Vec<OptionDescription>> {
    let (evaluator, library) = (services.evaluator, services.library);
    let meta = evaluator.out_of_reach("meta", "an interface is described without a clan");
    let args = evaluator.attrs_from([("meta", meta)]);
    let module = evaluator.attrs_from([("args", args)]);
    let inputs = [
        Input::of(interface),
        Input::of(evaluator.attrs_from([("_module", module)])),
    ];
    let evaluation = Evaluation::new(
        evaluator,
        library.modules,
        Setup {
            modules: evaluator.arena.alloc_slice_copy(&inputs),
            special_args: None,
            prefix: &[],
            class: None,
        },
    );
    let function = evaluator.symbol("optionAttrSetToDocList");
    let function = evaluator.select(library.lib, function, Span::NONE)?;
    let list = evaluator.call1(function, evaluation.options())?;
    let list = evaluator.force_list(list)?.iter();
    Ok(list
        .filter_map(|option| describe_option(evaluator, *option, internal))
        .collect())
}

fn describe_option<'a>(
    evaluator: &Evaluator<'a>,
    option: Value<'a>,
    internal: bool,
) -> Option<OptionDescription> {
    let attrs = evaluator.force_attrs(option).ok()?;
    let get = |name: &str| read(evaluator, attrs.value(evaluator.symbol(name))?).ok();
    let Data::List(path) = get("loc")? else {
        return None;
    };
    let path: Vec<String> = path.iter().filter_map(text).collect();
    let is_internal = get("internal") == Some(Data::Bool(true)) && !internal;
    let is_hidden = is_internal || get("visible") == Some(Data::Bool(false));
    if is_hidden || path.is_empty() || path.iter().any(|name| name == "_module") {
        return None;
    }
    Some(OptionDescription {
        path,
        of: get("type").as_ref().and_then(text).unwrap_or_default(),
        default: get("default").as_ref().and_then(text),
        description: get("description").as_ref().and_then(text),
    })
}

/// A string, or what documentation wraps around one.
fn text(data: &Data) -> Option<String> {
    match data {
        Data::String(text) => Some(text.clone()),
        Data::Set(_) => text(data.get("text")?),
        _ => None,
    }
}
