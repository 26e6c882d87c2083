//! Ways out of faults in settings, in the words of the inventory: the module system knows only the place at which it merges them.

use nix_frontend::eval::{ErrorKind, EvalError};
use source::spelling::attribute;

/// What a role has beside its settings, and is looked for in them.
const BESIDE_SETTINGS: [&str; 4] = ["extraModules", "machines", "settings", "tags"];

/// Where an error has its setting: `instances.<instance>.roles.<role>.machines.<machine>.settings.<setting>`.
#[derive(Clone, Copy)]
pub(crate) struct SettingPlace<'e> {
    instance: &'e str,
    role: &'e str,
    /// The names that lead to the setting.
    pub setting: &'e [String],
}

impl<'e> SettingPlace<'e> {
    /// The place of the setting that an error tells of.
    pub fn of(error: &'e EvalError) -> Option<SettingPlace<'e>> {
        let subject = error.subject.as_ref()?;
        let [
            instances,
            instance,
            roles,
            role,
            machines,
            _,
            settings,
            setting @ ..,
        ] = subject.path.as_slice()
        else {
            return None;
        };
        let words = [instances, roles, machines, settings].map(String::as_str);
        (words == ["instances", "roles", "machines", "settings"]).then_some(SettingPlace {
            instance,
            role,
            setting,
        })
    }
}

/// The error with a help that speaks of the instance.
pub(crate) fn advised(error: &EvalError) -> EvalError {
    let mut error = error.clone();
    if let Some(help) = SettingPlace::of(&error).and_then(|place| help(&error, place)) {
        error.help = Some(help);
        error.fix = None;
    }
    error
}

fn help(error: &EvalError, place: SettingPlace<'_>) -> Option<String> {
    let role = attribute(place.role);
    match error.kind {
        ErrorKind::Coded("unknown-option") => {
            let [name] = place.setting else {
                return None;
            };
            BESIDE_SETTINGS
                .contains(&name.as_str())
                .then(|| format!("it stands beside `settings`: write `roles.{role}.{name} = …;`"))
        }
        ErrorKind::Coded("missing-value") => {
            let instance = attribute(place.instance);
            let setting: Vec<String> = place.setting.iter().map(|name| attribute(name)).collect();
            let setting = setting.join(".");
            let path = format!("inventory.instances.{instance}.roles.{role}.settings.{setting}");
            let example = error.subject.as_ref()?.example;
            Some(match example {
                Some(example) => format!("write `{path} = {example};`"),
                None => format!("define `{path}`"),
            })
        }
        _ => None,
    }
}
