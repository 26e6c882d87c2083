//! Which modules a machine imports for a role. None of them is evaluated here; their files are read to find faults of syntax and scope.
//!
//! Services: the file of each role that the machine has in the instance, then the extra modules of the instance, of its `machines.<m>` and of the role.
//! Instances: what `perInstance` of the role and `perMachine` of the service give, then the extra modules of the role.
//! Source: clan-core `lib/inventory/build-inventory` (2024-12); `lib/inventory/distributed-service/service-module.nix`.

use model::inventory::{Generation, Instance, Role, Sourced};
use model::{Data, Service};
use nix_frontend::eval::{Evaluator, Value};
use source::Span;

use crate::view::{ImportView, ImportedBy};

/// The modules that `machine` imports for being in `name` of `instance`.
pub(crate) fn imports<'a>(
    evaluator: &Evaluator<'a>,
    instance: &Instance<'a>,
    service: Option<&Service<'a>>,
    (name, role): (&str, &Role<'a>),
    machine: &str,
) -> Vec<ImportView> {
    let mut found = match instance.generation {
        Generation::Services => vec![role_file(evaluator, service, name)],
        Generation::Instances => generated(service, name),
    };
    let own = instance.machines.get(machine);
    let own = own.map_or(&[][..], |own| &own.extra_modules);
    found.extend(extra(ImportedBy::Instance, &instance.extra_modules));
    found.extend(extra(ImportedBy::Machine, own));
    found.extend(extra(ImportedBy::Role, &role.extra_modules));
    found
}

fn role_file<'a>(
    evaluator: &Evaluator<'a>,
    service: Option<&Service<'a>>,
    name: &str,
) -> ImportView {
    let module = service.and_then(|service| service.roles.get(name)?.module);
    let module = module.and_then(|module| match evaluator.force(module) {
        Ok(Value::Path(path)) => {
            let path = String::from_utf8_lossy(path.bytes).into_owned();
            Some(Data::Path(path))
        }
        _ => None,
    });
    ImportView {
        by: ImportedBy::RoleFile,
        module,
        span: Span::NONE,
    }
}

/// What the service makes. Of a service that is known by its catalogue only, or not at all, it may make either.
fn generated(service: Option<&Service<'_>>, name: &str) -> Vec<ImportView> {
    let Some(service) = service else {
        return vec![];
    };
    let made = |by, span| ImportView {
        by,
        module: None,
        span,
    };
    if !service.is_known || service.is_catalogued {
        return vec![made(ImportedBy::Service, Span::NONE)];
    }
    let per_instance = service.roles.get(name).and_then(|role| role.per_instance);
    let per_instance = per_instance.map(|span| made(ImportedBy::PerInstance, span));
    let per_machine = service
        .per_machine
        .map(|span| made(ImportedBy::PerMachine, span));
    per_instance.into_iter().chain(per_machine).collect()
}

fn extra(by: ImportedBy, modules: &[Sourced<Data>]) -> impl Iterator<Item = ImportView> {
    modules.iter().map(move |module| ImportView {
        by,
        module: Some(module.value.clone()),
        span: module.span,
    })
}
