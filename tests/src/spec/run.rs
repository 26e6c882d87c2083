//! From the blocks of a section to its findings and its clan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use project::analysis::{AnalysedClan, Dialect, Request, analyse};
use project::evaluate::{self, Form, Input, Text, evaluate};
use project::session::{Limits, Options};
use report::codes;
use report::fix::{self, Permitted};
use report::place::Places;
use source::files::memory::Memory;
use source::{Diagnostic, SourceMap};

use super::marks::{differences, marks, unmarked};
use crate::markdown::Section;

/// The flake around the arguments of a clan.
const FLAKE: &str = r#"{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs =
    { self, clan-core, ... }:
    { clan = clan-core.lib.clan { inherit self; imports = [ ./clan.nix ]; }; };
}
"#;
/// The day from which a clan takes `self`.
const SELF_SINCE: &str = "2025-01-24";
const ROOT: &str = "/clan";
/// Enough for any specification, and little enough for one about an endless one.
const LIMITS: Limits = Limits {
    steps: 2_000_000,
    memory: 64 << 20,
    depth: 2_000,
};

/// The flake around the arguments of a clan, as that day's clan-core takes it.
pub fn flake(day: Option<&Dialect>) -> String {
    match day.is_none_or(|day| day.since(SELF_SINCE)) {
        true => FLAKE.to_owned(),
        false => FLAKE.replace("inherit self;", "directory = self;"),
    }
}

/// What a section says to run.
struct Given {
    files: BTreeMap<String, String>,
    expression: Option<String>,
    dialect: Option<Dialect>,
}

/// What came of a section.
pub struct Ran {
    /// The texts.
    pub sources: Arc<SourceMap>,
    /// What files are named from.
    pub root: PathBuf,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The clan.
    pub clan: Option<AnalysedClan>,
    /// The value of an expression.
    pub value: Option<String>,
    /// The files after all fixes, without marks.
    pub fixed: BTreeMap<String, String>,
    /// What is wrong with the fixes.
    bad_fixes: Vec<String>,
}

/// Runs a section. Errors: what is wrong with it as a specification.
pub fn run(section: &Section) -> Result<Ran, String> {
    let given = given(section)?;
    let mut ran = ran(&given);
    let mending = fix::apply(&ran.diagnostics, &ran.sources, Permitted::Unsafe);
    let mut mended = Given {
        files: given.files.clone(),
        ..given
    };
    for file in &mending.files {
        let name = relative(&file.path, &ran.root);
        let after = String::from_utf8_lossy(&file.after).into_owned();
        match mended.expression.as_mut().filter(|_| name == "expression") {
            Some(expression) => *expression = after,
            None => drop(mended.files.insert(name, after)),
        }
    }
    if !mending.applied.is_empty() {
        let left = self::ran(&mended).diagnostics;
        let stays = |(diagnostic, _): &&(&Diagnostic, &source::Fix)| {
            let mut left = left.iter();
            left.any(|each| each.code == diagnostic.code && each.message == diagnostic.message)
        };
        let staying = mending.applied.iter().filter(stays);
        ran.bad_fixes = staying
            .map(|(diagnostic, fix)| {
                format!("the fix `{}` does not mend {}", fix.title, diagnostic.code)
            })
            .collect();
    }
    let expression = mended
        .expression
        .map(|text| ("expression".to_owned(), text));
    let fixed = mended
        .files
        .iter()
        .map(|(name, text)| (name.clone(), unmarked(text)));
    ran.fixed = fixed.chain(expression).collect();
    Ok(ran)
}

impl Ran {
    /// For naming places.
    pub fn places(&self) -> Places<'_> {
        Places {
            sources: &self.sources,
            root: &self.root,
        }
    }

    /// Where the section's marks are not what was found, and fixes that do not mend.
    pub fn faults(&self, section: &Section) -> Vec<String> {
        let files = section.blocks.iter().filter_map(|block| {
            let name = file_name(&block.kind).or((block.kind == "nix").then_some("expression"))?;
            Some(marks(name, &block.text))
        });
        let marks: Vec<_> = files.flatten().collect();
        let is_reported = section.blocks.iter().any(|block| block.kind == "report");
        let mut faults = differences(
            &marks,
            &self.diagnostics,
            &self.sources,
            &self.root,
            is_reported,
        );
        faults.extend(self.bad_fixes.iter().cloned());
        let has_fix = self.diagnostics.iter().any(|each| !each.fixes.is_empty());
        let is_fixed = section
            .blocks
            .iter()
            .any(|block| block.kind.starts_with("fixed"));
        if has_fix && !is_fixed {
            faults.push("there is a fix, and no block `fixed FILE`".to_owned());
        }
        faults
    }
}

fn given(section: &Section) -> Result<Given, String> {
    let mut given = Given {
        files: BTreeMap::new(),
        expression: None,
        dialect: None,
    };
    for block in &section.blocks {
        if block.kind == "nix" {
            given.expression = Some(block.text.clone());
        } else if let Some(name) = file_name(&block.kind) {
            given.files.insert(name.to_owned(), block.text.clone());
        }
        if let Some(day) = block.kind.strip_prefix("nix clan ") {
            let dialect = Dialect::parse(day);
            given.dialect = Some(dialect.ok_or_else(|| format!("`{day}` is no day"))?);
        }
    }
    if given.files.is_empty() && given.expression.is_none() {
        return Err("there is nothing to run".to_owned());
    }
    Ok(given)
}

/// The file that a block is, if it is one.
fn file_name(kind: &str) -> Option<&str> {
    match kind.split_once(' ')? {
        ("nix", name) if name == "clan" || name.starts_with("clan ") => Some("clan.nix"),
        ("nix" | "json" | "toml" | "text", name) => Some(name),
        _ => None,
    }
}

fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn ran(given: &Given) -> Ran {
    let mut files = Memory::new();
    if given.files.contains_key("clan.nix") {
        let flake = flake(given.dialect.as_ref());
        files.insert(Path::new(ROOT).join("flake.nix"), flake);
    }
    for (name, text) in &given.files {
        files.insert(Path::new(ROOT).join(name), text.clone());
    }
    match &given.expression {
        Some(expression) => of_expression(&files, expression),
        None => of_clan(&files, given),
    }
}

fn options() -> Options {
    Options {
        limits: LIMITS,
        ..Options::default()
    }
}

fn of_clan(files: &Memory, given: &Given) -> Ran {
    let sources = Arc::new(SourceMap::new());
    let is_flake = given.files.contains_key("clan.nix") || given.files.contains_key("flake.nix");
    let only = given.files.keys().next().filter(|_| !is_flake);
    let target = only.map_or(PathBuf::from(ROOT), |name| Path::new(ROOT).join(name));
    let request = Request {
        dialect: given.dialect.clone(),
        explain: true,
        findings: true,
        codes: codes::list().collect(),
        ..Request::of_path(target)
    };
    let analysis = analyse(files, &sources, options(), &request);
    Ran {
        sources,
        root: analysis.root,
        diagnostics: analysis.diagnostics,
        clan: analysis.clan,
        value: None,
        fixed: BTreeMap::new(),
        bad_fixes: vec![],
    }
}

fn of_expression(files: &Memory, expression: &str) -> Ran {
    let request = evaluate::Request {
        input: Input::Text(Text {
            name: PathBuf::from("expression"),
            base: PathBuf::from(ROOT),
            bytes: expression.as_bytes().to_vec(),
        }),
        attributes: vec![String::new()],
        arguments: vec![],
        form: Form::Nix,
        strict: true,
        places: false,
        parse_only: false,
    };
    let sources = Arc::new(SourceMap::new());
    let evaluated = evaluate(files, &sources, options(), &request);
    Ran {
        sources,
        root: PathBuf::from(ROOT),
        diagnostics: evaluated.diagnostics,
        clan: None,
        value: Some(String::from_utf8_lossy(&evaluated.output).into_owned()),
        fixed: BTreeMap::new(),
        bad_fixes: vec![],
    }
}
