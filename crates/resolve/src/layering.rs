//! The settings of a member: layers, merged by the module system.
//!
//! Instances: the role's interface; the role's settings; one module importing the machine's settings and those of each tag (in the order of
//! names) that the machine carries and the role lists. Equal priority, markers act across layers.
//! Services: for every instance that has the machine, the roles' modules and the extra modules, then one definition of
//! `clan.<service>` that merges the instance's config, the machine's, and that of each role (by name, where not empty). Markers were
//! resolved inside each layer already and do not act across layers.
//! Source: clan-core `lib/inventory/distributed-service/service-module.nix`; `lib/inventory/build-inventory` (2024-12).

mod advice;
mod declared;
mod explain;
mod settings_word;

use std::collections::HashMap;

use model::data::read_with;
use model::inventory::{Generation, Instance, Role, Setting};
use model::service::ServiceRole;
use model::{Data, Service};
use nix_frontend::eval::error::describe;
use nix_frontend::eval::{ErrorKind, EvalError, Evaluator, Result, Value};
use nix_lib::Library;
use nix_lib::modules::level::{Child, Level};
use nix_lib::modules::types::Kind;
use nix_lib::modules::{Evaluation, Input, Setup};

use crate::view::{Layer, SettingView};

/// Definitions of one option that no type brings together.
pub(crate) const CONFLICT: ErrorKind = ErrorKind::Coded("conflicting-definitions");

pub(crate) use advice::{SettingPlace, advised};
pub(crate) use settings_word::tell_settings_word;

/// Merges settings.
#[derive(Clone, Copy)]
pub struct Layering<'a, 'e> {
    /// The run.
    pub evaluator: &'e Evaluator<'a>,
    /// `lib` and the module system.
    pub library: Library<'a>,
    /// `inventory.meta`, where interfaces may ask for it.
    pub meta: Option<Value<'a>>,
}

/// What merging came to.
pub struct Merged<'a> {
    /// The final settings; what failed in them is unknown.
    pub settings: Data,
    /// What failed.
    pub errors: Vec<EvalError>,
    /// The options that the settings were merged by.
    pub interface: Option<&'a Level<'a>>,
}

/// One layer of a member's settings.
pub struct LayerOf<'a> {
    /// Which.
    pub layer: Layer,
    /// What it says.
    pub setting: Setting<'a>,
}

/// A role of an instance.
pub struct RoleOf<'a, 'r> {
    /// The instance.
    pub instance: &'r Instance<'a>,
    /// Its service, if that is known.
    pub service: Option<&'r Service<'a>>,
    /// The role's name.
    pub name: &'r str,
    /// What the instance says of the role.
    pub role: &'r Role<'a>,
    /// What the service says of it.
    pub described: &'r ServiceRole<'a>,
}

/// The layers of a member of an instance's role, in the order role, machine, tags.
pub fn layers<'a>(
    role: &Role<'a>,
    name: &str,
    machine: &str,
    carried: &[&str],
) -> Vec<LayerOf<'a>> {
    let mut layers = vec![];
    if let Some(setting) = role.settings {
        let layer = Layer::Role(name.to_owned());
        layers.push(LayerOf { layer, setting });
    }
    if let Some(setting) = role.machine_settings.get(machine) {
        layers.push(LayerOf {
            layer: Layer::Machine,
            setting: *setting,
        });
    }
    for (tag, setting) in &role.tag_settings {
        if carried.contains(&tag.as_str()) {
            layers.push(LayerOf {
                layer: Layer::Tag(tag.clone()),
                setting: *setting,
            });
        }
    }
    layers
}

impl<'a> Layering<'a, '_> {
    /// The final settings of a member of an instance's role.
    pub fn member(
        &self,
        of: &RoleOf<'a, '_>,
        service: &Service<'a>,
        machine: &str,
        layers: &[LayerOf<'a>],
    ) -> Merged<'a> {
        let evaluator = self.evaluator;
        if let Some(unknown) = self.unknown_layer(layers) {
            return unknown;
        }
        let class = format!("{}.{}.settings", service.manifest_name, of.name);
        let mut inputs = vec![match of.described.module {
            Some(interface) => Input::of(interface),
            None => Input::of(self.anything()),
        }];
        let settings = evaluator.symbol("settings");
        let located = |layer: &LayerOf<'a>| {
            let file = evaluator.session.sources.file(layer.setting.place);
            let file = file.map_or_else(
                || "<unknown-file>".to_owned(),
                |file| file.path.display().to_string(),
            );
            let file = evaluator.string(file);
            let imports = evaluator.list(&[layer.setting.value]);
            evaluator.attrs_from([("_file", file), ("imports", imports)])
        };
        let (of_role, others): (Vec<_>, Vec<_>) = layers
            .iter()
            .partition(|layer| matches!(layer.layer, Layer::Role(_)));
        for layer in of_role {
            inputs.push(Input::of(located(layer)));
        }
        if !others.is_empty() {
            let imports: Vec<Value<'a>> = others.into_iter().map(located).collect();
            let imports = evaluator.list(&imports);
            inputs.push(Input::of(evaluator.attrs_from([("imports", imports)])));
        }
        let args = evaluator.attrs_from(self.meta.map(|meta| ("meta", meta)));
        let module = evaluator.attrs_from([("args", args)]);
        inputs.push(Input::of(evaluator.attrs_from([("_module", module)])));
        let prefix = [
            "instances",
            &of.instance.name.value,
            "roles",
            of.name,
            "machines",
            machine,
        ]
        .map(|name| evaluator.symbol(name));
        let prefix = [&prefix[..], &[settings]].concat();
        let evaluation = Evaluation::new(
            evaluator,
            self.library.modules,
            Setup {
                modules: evaluator.arena.alloc_slice_copy(&inputs),
                special_args: None,
                prefix: evaluator.arena.alloc_slice_copy(&prefix),
                class: Some(evaluator.arena.alloc_slice_copy(class.as_bytes())),
            },
        );
        let is_declared = of.described.module.is_some();
        let merged = self.read(evaluation.checked_config(evaluator), is_declared);
        Merged {
            interface: evaluation.root(evaluator).ok(),
            ..merged
        }
    }

    /// Whether a role's interface declares a setting.
    pub fn has_setting(&self, interface: &'a Level<'a>, name: &str) -> bool {
        let (evaluator, modules) = (self.evaluator, self.library.modules);
        let child = interface.child(evaluator, modules, evaluator.symbol(name));
        matches!(child, Ok(Some(_)))
    }

    /// What comes of settings of which one layer is out of reach: it may say anything.
    fn unknown_layer(&self, layers: &[LayerOf<'a>]) -> Option<Merged<'a>> {
        let evaluator = self.evaluator;
        layers.iter().find_map(|layer| {
            let value = evaluator.force(layer.setting.value);
            let Ok(Value::OutOfReach(unknown)) = evaluator.or_unknown(value) else {
                return None;
            };
            if unknown.open_set().is_some() {
                return None;
            }
            Some(Merged {
                settings: Data::Unknown {
                    name: describe(&evaluator.session.symbols, unknown),
                    because: unknown.root().1.to_owned(),
                },
                errors: vec![],
                interface: None,
            })
        })
    }

    /// A module that takes any setting, for services whose module is not here.
    fn anything(&self) -> Value<'a> {
        let (evaluator, modules) = (self.evaluator, self.library.modules);
        let element = modules.new_type(evaluator, Kind::Anything);
        let of = modules.new_type(
            evaluator,
            Kind::AttrsOf {
                element,
                lazy: false,
                placeholder: evaluator.symbol("name"),
            },
        );
        evaluator.attrs_from([("freeformType", modules.type_value(evaluator, of))])
    }

    /// The value as data, with what failed in it. Where modules that are not here may declare the settings, layers that disagree are no
    /// failure: the type that they are merged by is not known, and so is the value.
    fn read(&self, config: Result<Value<'a>>, is_declared: bool) -> Merged<'a> {
        let mut errors: Vec<EvalError> = vec![];
        let settings = match config {
            Err(error) => {
                errors.push(*error);
                Data::Unknown {
                    name: "settings".to_owned(),
                    because: "they cannot be merged".to_owned(),
                }
            }
            Ok(config) => {
                let data = read_with(self.evaluator, config, &mut |error| {
                    if !is_declared && error.kind == CONFLICT {
                        return Some(Data::Unknown {
                            name: "value".to_owned(),
                            because: "how the service merges its layers is not known".to_owned(),
                        });
                    }
                    errors.push(error.clone());
                    Some(Data::Unknown {
                        name: "error".to_owned(),
                        because: why(error),
                    })
                });
                data.unwrap_or_else(|error| {
                    errors.push(*error);
                    Data::empty()
                })
            }
        };
        for error in self.library.modules.take_tolerated() {
            errors.push(error);
        }
        Merged {
            settings,
            errors,
            interface: None,
        }
    }

    /// What reaches `clan.<service>` on a machine, for every service that it is a member of.
    ///
    /// `parts` are the machine's instances in the order of services and instances.
    pub fn machine(
        &self,
        machine: &str,
        parts: &[MachinePart<'a, '_>],
    ) -> Vec<(String, Merged<'a>)> {
        let evaluator = self.evaluator;
        let mut inputs = vec![Input::of(self.tolerant_machine(machine))];
        let mut services: Vec<&str> = vec![];
        for part in parts {
            let imports: Vec<Value<'a>> = part.modules.clone();
            let imports = evaluator.list(&imports);
            inputs.push(Input::of(evaluator.attrs_from([("imports", imports)])));
            if !part.layers.is_empty() {
                let layers: Vec<Value<'a>> = part
                    .layers
                    .iter()
                    .map(|layer| layer.setting.value)
                    .collect();
                let merge =
                    nix_lib::modules::properties::mk_merge(evaluator, evaluator.list(&layers));
                let service = evaluator.attrs_from([(part.service, merge)]);
                inputs.push(Input::of(evaluator.attrs_from([("clan", service)])));
            }
            if !services.contains(&part.service) {
                services.push(part.service);
            }
        }
        let evaluation = Evaluation::new(
            evaluator,
            self.library.modules,
            Setup {
                modules: evaluator.arena.alloc_slice_copy(&inputs),
                special_args: None,
                prefix: &[],
                class: None,
            },
        );
        let mut unknown = self.unknown_settings(evaluation, parts);
        let clan = evaluation.checked_config(evaluator).and_then(|config| {
            let config = evaluator.force_attrs(config)?;
            match config.value(evaluator.symbol("clan")) {
                Some(clan) => evaluator.force_attrs(clan).map(Some),
                None => Ok(None),
            }
        });
        match clan {
            Ok(None) => vec![],
            Ok(Some(clan)) => evaluator
                .ordered(clan)
                .iter()
                .map(|attr| {
                    let config = evaluator.force(attr.value);
                    let name = evaluator.name_text(attr.name);
                    let is_declared = are_known(parts, &name);
                    let mut merged = self.read(config, is_declared);
                    merged.interface = self.options_of(evaluation, &name);
                    let unknown = unknown.remove(&name).unwrap_or_default();
                    // What no module declares has no type to fit.
                    merged.errors.retain(|error| !is_below(error, &unknown));
                    merged.errors.extend(unknown);
                    (name, merged)
                })
                .collect(),
            Err(error) => services
                .into_iter()
                .map(|service| (service.to_owned(), self.read(Err(error.clone()), true)))
                .collect(),
        }
    }

    /// The options of a service on a machine.
    fn options_of(&self, evaluation: &'a Evaluation<'a>, service: &str) -> Option<&'a Level<'a>> {
        let (evaluator, modules) = (self.evaluator, self.library.modules);
        let root = evaluation.root(evaluator).ok()?;
        let path = ["clan", service].map(|name| evaluator.symbol(name));
        path.into_iter().try_fold(root, |level, name| {
            match level.child(evaluator, modules, name) {
                Ok(Some(Child::Level(inner))) => Some(inner),
                _ => None,
            }
        })
    }

    /// By service, the settings that its modules do not declare. A service of which some module is not known may declare any.
    fn unknown_settings(
        &self,
        evaluation: &'a Evaluation<'a>,
        parts: &[MachinePart<'a, '_>],
    ) -> HashMap<String, Vec<EvalError>> {
        let evaluator = self.evaluator;
        let mut unknown = HashMap::new();
        for part in parts {
            if !are_known(parts, part.service) || unknown.contains_key(part.service) {
                continue;
            }
            let path = ["clan", part.service].map(|name| evaluator.symbol(name));
            // What fails here fails again where the config is read.
            let errors = evaluation.unknown_options_below(evaluator, &path);
            let errors = errors.unwrap_or_default().into_iter();
            unknown.insert(part.service.to_owned(), errors.collect());
        }
        unknown
    }

    /// A machine's own modules are not here: whatever role modules define beside `clan` goes unread.
    fn tolerant_machine(&self, machine: &str) -> Value<'a> {
        let (evaluator, modules) = (self.evaluator, self.library.modules);
        let element = modules.new_type(evaluator, Kind::Anything);
        let of = modules.new_type(
            evaluator,
            Kind::AttrsOf {
                element,
                lazy: true,
                placeholder: evaluator.symbol("name"),
            },
        );
        let because = "the machine's own configuration is not evaluated";
        let unknown = |name: &str| evaluator.out_of_reach(name, because);
        let args = evaluator.attrs_from([
            ("pkgs", unknown("pkgs")),
            ("utils", unknown("utils")),
            ("modulesPath", unknown("modulesPath")),
            ("clan-core", unknown("clan-core")),
            ("inputs", unknown("inputs")),
            ("self", unknown("self")),
            ("name", evaluator.string(machine)),
        ]);
        let module = evaluator.attrs_from([("args", args)]);
        evaluator.attrs_from([
            ("_module", module),
            ("freeformType", modules.type_value(evaluator, of)),
        ])
    }

    /// Each single setting with everything that the layers say of it; with what the service's interface says, where that is asked for.
    pub fn explain(
        &self,
        merged: &Merged<'a>,
        layers: &[LayerOf<'a>],
        generation: Generation,
        with_declarations: bool,
    ) -> Vec<SettingView> {
        let are_modules = generation == Generation::Instances;
        let interface = merged.interface.filter(|_| with_declarations);
        let interface = interface.map(|interface| (self.library, interface));
        explain::explain(
            self.evaluator,
            &merged.settings,
            layers,
            are_modules,
            interface,
        )
    }
}

/// Whether all modules of a service on a machine are here, so that they declare each setting.
fn are_known(parts: &[MachinePart<'_, '_>], service: &str) -> bool {
    parts
        .iter()
        .all(|part| part.service != service || part.is_known)
}

/// Whether an error tells of one of the options that `unknown` ones tell of, or of something in it.
fn is_below(error: &EvalError, unknown: &[EvalError]) -> bool {
    let path = |error: &EvalError| {
        Some(
            error
                .message
                .split_once('`')?
                .1
                .split_once('`')?
                .0
                .to_owned(),
        )
    };
    let Some(own) = path(error) else {
        return false;
    };
    let mut unknown = unknown.iter().filter_map(path);
    unknown.any(|path| {
        let below = own.strip_prefix(&path);
        below.is_some_and(|below| below.is_empty() || below.starts_with('.'))
    })
}

/// What an instance of the services generation brings to a machine.
pub struct MachinePart<'a, 'n> {
    /// The service's name.
    pub service: &'n str,
    /// The modules of the machine's roles, then the extra modules.
    pub modules: Vec<Value<'a>>,
    /// Whether these are all of its modules, so that they declare each setting.
    pub is_known: bool,
    /// The layers of its config, in the order in which they are merged.
    pub layers: Vec<LayerOf<'a>>,
}

/// Why a value that failed is not known; the same for each machine that shares it.
fn why(error: &EvalError) -> String {
    if error.kind == ErrorKind::Coded("missing-value") {
        "it has no value".to_owned()
    } else {
        error.message.clone()
    }
}
