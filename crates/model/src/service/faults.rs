//! What is wrong with a service's module itself, and what follows from it.

use nix_frontend::eval::{ErrorKind, EvalError};
use source::spelling::quoted;
use source::{Span, suggest};

use super::Service;

/// The fault of a module without `manifest.name`; `id` is that of the service.
pub(super) fn nameless(id: &str) -> EvalError {
    let message = "`manifest.name` is used but has no value";
    let name = id.split_once('-').map_or(id, |(_, name)| name);
    let help = format!("write `manifest.name = {};` in the module", quoted(name));
    *EvalError::new(ErrorKind::Coded("missing-value"), message).help(help)
}

/// The service with its faults told at `place`, if they have no other.
pub(super) fn placed<'a>(mut service: Service<'a>, place: Span) -> Service<'a> {
    for fault in &mut service.faults {
        if fault.span.is_none() {
            fault.span = place;
            fault.label = Some("the service is read from here".to_owned());
        }
    }
    service
}

/// The service without what only a misspelt name leaves out: then its roles are not known, or the interface of one.
pub(super) fn without_consequences<'a>(mut service: Service<'a>) -> Service<'a> {
    for fault in &mut service.faults {
        let Some(subject) = fault.subject.as_ref() else {
            continue;
        };
        if fault.kind != ErrorKind::Coded("unknown-option") {
            continue;
        }
        let meant = fault
            .help
            .as_deref()
            .and_then(suggest::proposed)
            .map(str::to_owned);
        match (subject.path.as_slice(), meant.as_deref()) {
            ([_], Some("roles")) => service.is_known = false,
            ([_], None) => {
                service.is_known = false;
                let help = "a service has `manifest`, `roles` and `perMachine`; what its members import is the `nixosModule` of a role's `perInstance`";
                fault.help = Some(help.to_owned());
            }
            ([roles, role, _], Some("interface")) if roles == "roles" => {
                if let Some(role) = service.roles.get_mut(role) {
                    role.module = None;
                }
            }
            _ => {}
        }
    }
    service
}
