//! What the server is told: on its command line, and by the client's configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use project::analysis::{Dialect, Sources};
use project::session::Options;
use serde_json::Value as Json;
use source::Severity;

/// The section of the client's configuration.
pub(crate) const SECTION: &str = "clan-inventory";

/// What the server is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its version, as the client is told.
    pub version: String,
    /// The state of clan-core to read clans by; none to find it out.
    pub dialect: Option<Dialect>,
    /// A directory laid out as clan-core, whose services are taken.
    pub services: Option<PathBuf>,
    /// Where the sources of flake inputs lie.
    pub input_sources: Sources,
    /// What evaluation may see and take.
    pub options: Options,
    /// Every diagnostic code there is.
    pub codes: Vec<&'static str>,
    /// Where the page of a code lies; `CODE` stands for it.
    pub code_page: String,
    /// The longest that an analysis may take.
    pub budget: Duration,
    /// The longest that a request waits for an analysis of the newest text.
    pub patience: Duration,
    /// What the client's configuration says beside that.
    pub wishes: Wishes,
}

/// What the client's configuration says.
#[derive(Clone, Default, Debug)]
pub struct Wishes {
    /// How bad codes are; none for not at all.
    pub severity: BTreeMap<String, Option<Severity>>,
    /// The state of clan-core to read clans by, unless it is to be found out.
    pub dialect: Option<Dialect>,
    /// Directories to take for flake inputs.
    pub override_input: Vec<(String, PathBuf)>,
    /// Whether names of the inventory are coloured.
    pub semantic_tokens: bool,
    /// Whether hints are shown in the text.
    pub hides_inlay_hints: bool,
    /// Whether lenses are shown above instances.
    pub hides_code_lenses: bool,
}

impl Default for Settings {
    /// A server that knows no codes, for clans whose inputs are stood in for.
    fn default() -> Settings {
        Settings {
            version: String::new(),
            dialect: None,
            services: None,
            input_sources: Sources::default(),
            options: Options::default(),
            codes: vec![],
            code_page: String::new(),
            budget: Duration::from_secs(10),
            patience: Duration::from_secs(2),
            wishes: Wishes::default(),
        }
    }
}

impl Settings {
    /// Takes in the client's configuration, whose relative paths start at `base`.
    pub(crate) fn configure(&mut self, section: &Json, base: &Path) {
        self.wishes = Wishes::read(section, base);
    }
}

impl Wishes {
    /// Reads the section of the configuration. What it does not understand is as if it were not there.
    fn read(section: &Json, base: &Path) -> Wishes {
        let section = section.get(SECTION).unwrap_or(section);
        let text = |name: &str| section.get(name).and_then(Json::as_str);
        let is = |name: &str, otherwise: bool| {
            let flag = section.get(name).and_then(Json::as_bool);
            flag.unwrap_or(otherwise)
        };
        let severity = entries(section, "severity");
        let severity = severity.filter_map(|(code, wish)| Some((code, severity_of(&wish)?)));
        let overrides = entries(section, "overrideInput");
        let overrides = overrides.map(|(name, directory)| (name, base.join(directory)));
        Wishes {
            severity: severity.collect(),
            dialect: text("dialect").and_then(Dialect::parse),
            override_input: overrides.collect(),
            semantic_tokens: is("semanticTokens", false),
            hides_inlay_hints: !is("inlayHints", true),
            hides_code_lenses: !is("codeLens", true),
        }
    }
}

/// The strings of a table.
fn entries(section: &Json, name: &str) -> impl Iterator<Item = (String, String)> {
    let table = section.get(name).and_then(Json::as_object);
    let entries = table.into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
}

fn severity_of(wish: &str) -> Option<Option<Severity>> {
    match wish {
        "off" => Some(None),
        "note" => Some(Some(Severity::Note)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        _ => None,
    }
}
