//! clan-core's services that are deprecated or gone, and what took their place: the one table of them is `data/retired.json`.
//!
//! Source: the warnings in clan-core's `clanModules` (2025-05-14 to 2025-08-13) and the history of `clanServices`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::inventory::Generation;

const TEXT: &str = include_str!("../../data/retired.json");

/// A service that clan-core warns of, or has no more.
#[derive(PartialEq, Eq, Debug, Deserialize)]
pub struct Retired {
    /// The day of its deprecation, or of its end.
    pub since: String,
    /// The service of the instances generation that does the same, if there is one.
    pub service: Option<String>,
    instead: Option<String>,
}

/// All of them by name.
#[derive(Default, Deserialize)]
struct Table {
    /// Modules of the services generation: clan-core warns of each since.
    modules: BTreeMap<String, Retired>,
    /// Services of the instances generation: clan-core has none of them since.
    services: BTreeMap<String, Retired>,
}

impl Retired {
    /// What to do instead of using `name`, in words.
    pub fn way_out(&self, name: &str) -> String {
        match (self.instead.as_deref(), self.service.as_deref()) {
            (Some(instead), _) => instead.to_owned(),
            (None, Some(service)) if service == name => {
                "use the service of that name in `inventory.instances`".to_owned()
            }
            (None, Some(service)) => {
                format!("use the service `{service}` in `inventory.instances`")
            }
            (None, None) => "configure it in the machines themselves".to_owned(),
        }
    }
}

/// What became of one of clan-core's services, if anything did.
pub fn retired_service(generation: Generation, name: &str) -> Option<&'static Retired> {
    let all = match generation {
        Generation::Services => &table().modules,
        Generation::Instances => &table().services,
    };
    all.get(name)
}

fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(TEXT).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{TEXT, Table};
    use crate::Dialect;
    use crate::catalogue::Catalogue;

    #[test]
    fn the_table_names_services_that_there_are() {
        let table: Table = serde_json::from_str(TEXT).unwrap();
        let catalogue = Catalogue::get();
        let all = table.modules.values().chain(table.services.values());
        for retired in all {
            assert!(Dialect::parse(&retired.since).is_some(), "{retired:?}");
            assert!(
                retired
                    .service
                    .as_deref()
                    .is_none_or(|name| catalogue.has_modern(name))
            );
        }
        let legacy = catalogue.legacy_names();
        assert!(table.modules.keys().all(|name| legacy.contains(name)));
        assert!(
            table
                .services
                .keys()
                .all(|name| !catalogue.has_modern(name))
        );
    }
}
