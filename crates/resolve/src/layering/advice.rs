//! Ways out of faults in settings, in the words of the inventory: the module system knows only the place at which it merges them.

use nix_frontend::eval::{ErrorKind, EvalError};

/// What a role has beside its settings, and is looked for in them.
const BESIDE_SETTINGS: [&str; 4] = ["extraModules", "machines", "settings", "tags"];

/// Where an error has its setting: `instances.<instance>.roles.<role>.machines.<machine>.settings.<setting>`.
struct Place<'m> {
    /// Up to `.settings`.
    member: &'m str,
    role: &'m str,
    setting: &'m str,
}

impl<'m> Place<'m> {
    fn of(message: &'m str) -> Option<Place<'m>> {
        let option = message
            .split('`')
            .find(|part| part.starts_with("instances."))?;
        let (member, setting) = option.split_once(".settings.")?;
        let (_, role) = member.split_once(".roles.")?;
        let (role, _) = role.split_once(".machines.")?;
        Some(Place {
            member,
            role,
            setting,
        })
    }
}

/// The error with a help that speaks of the instance.
pub(crate) fn advised(error: &EvalError) -> EvalError {
    let mut error = error.clone();
    let Some(place) = Place::of(&error.message) else {
        return error;
    };
    let help = match error.kind {
        ErrorKind::Coded("unknown-option") => {
            let first = place.setting.split('.').next();
            let first = first.filter(|name| BESIDE_SETTINGS.contains(name));
            first.map(|name| {
                let role = place.role;
                format!("it stands beside `settings`: write `roles.{role}.{name} = …;`")
            })
        }
        ErrorKind::Coded("missing-value") => {
            let of_role = match place.member.rsplit_once(".machines.") {
                Some((role, _)) => format!("inventory.{role}.settings"),
                None => return error,
            };
            let written = format!("{}.settings", place.member);
            let help = error.help.as_deref();
            help.map(|help| help.replace(&written, &of_role).replace(" in a module", ""))
        }
        _ => None,
    };
    if let Some(help) = help {
        error.help = Some(help);
        error.fix = None;
    }
    error
}
