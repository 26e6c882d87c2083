//! Opens the clan that a command is about.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use project::analysis::{AnalysedClan, Analysis, Entry, Request, analyse};
use report::place::Places;
use source::files::disk::Disk;
use source::{Diagnostic, Severity, SourceMap};

use crate::args::Global;
use crate::commands::{Exit, Failure};
use crate::revision::{Around, Revision};
use crate::surroundings::{
    absolute, disk, flake_directory, input_sources, options, standard_input,
};
use crate::terminal::Terminal;

/// A clan that was read, with the texts that it was read from.
pub struct Opened {
    /// What came out.
    pub analysis: Analysis,
    /// The texts.
    pub sources: Arc<SourceMap>,
    /// The directory that files are named from.
    pub root: PathBuf,
}

impl Opened {
    /// Names places.
    pub fn places(&self) -> Places<'_> {
        Places {
            sources: &self.sources,
            root: &self.root,
        }
    }

    /// Tells what was found wrong and what evaluation said.
    pub fn tell(&self, terminal: &Terminal) {
        terminal.notices(&self.analysis.notices);
        terminal.beside_answer(&self.analysis.diagnostics, &self.sources, &self.root);
    }

    /// The clan and how the command ends; without a clan, or with errors and without `keep_going`, only the latter.
    ///
    /// Errors: no clan was found at all.
    pub fn clan(&self, keep_going: bool) -> Result<(Option<&AnalysedClan>, Exit), Failure> {
        let missing = ["no-clan", "no-such-file"];
        let mut diagnostics = self.analysis.diagnostics.iter();
        let is_missing =
            |each: &&Diagnostic| each.severity == Severity::Error && missing.contains(&each.code);
        if let Some(found) = diagnostics.find(is_missing) {
            return Err(Failure::Unusable(found.message.clone()));
        }
        let exit = if self.analysis.has_errors() {
            Exit::Errors
        } else {
            Exit::Done
        };
        let shown = exit == Exit::Done || keep_going;
        Ok((self.analysis.clan.as_ref().filter(|_| shown), exit))
    }
}

/// What is wanted of a clan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// The answer.
    Answered,
    /// The answer with all that is said of each setting.
    Explained,
    /// Everything that may be wrong.
    Checked,
}

/// Opens what `path` points at, for the rest of the process; `-` is an expression on standard input.
pub fn open(global: &Global, path: &Path, depth: Depth) -> Result<&'static Opened, Failure> {
    let opened = open_in(global, path, depth, &Arc::new(SourceMap::new()))?;
    Ok(Box::leak(Box::new(opened)))
}

/// Like [`open`]; the texts go into `sources`.
pub fn open_in(
    global: &Global,
    path: &Path,
    depth: Depth,
    sources: &Arc<SourceMap>,
) -> Result<Opened, Failure> {
    let prepared = prepare(global, path, depth)?;
    let Prepared {
        disk,
        options,
        request,
        root,
    } = prepared;
    Ok(Opened {
        analysis: analyse(&disk, sources, options, &request),
        sources: sources.clone(),
        root,
    })
}

/// All that an analysis takes.
pub struct Prepared {
    /// The files that it may read.
    pub disk: Disk,
    /// How it evaluates.
    pub options: project::session::Options,
    /// What is wanted.
    pub request: Request,
    /// The directory that files are named from.
    pub root: PathBuf,
}

/// Prepares the analysis of what `path` points at.
pub fn prepare(global: &Global, path: &Path, depth: Depth) -> Result<Prepared, Failure> {
    let (target, directory) = target(global, path)?;
    let root = flake_directory(&directory).unwrap_or_else(|| directory.clone());
    let request = request(global, target, depth)?;
    let disk = disk(global, beside(&request).chain([root.clone()])).for_one_run();
    Ok(Prepared {
        disk,
        options: session(global),
        request,
        root,
    })
}

/// Opens what lies at `path` in a revision, whose flake is in `root`.
pub fn open_revision(
    global: &Global,
    revision: Revision,
    path: &Path,
    depth: Depth,
) -> Result<Opened, Failure> {
    let directory = path.parent().filter(|_| revision.is_file(path));
    let directory = directory.unwrap_or(path).to_owned();
    let root = revision.flake_directory(&directory).unwrap_or(directory);
    let request = request(global, Entry::Path(path.to_owned()), depth)?;
    let files = Around {
        revision,
        others: disk(global, beside(&request)),
    };
    let sources = Arc::new(SourceMap::new());
    let analysis = analyse(&files, &sources, session(global), &request);
    Ok(Opened {
        analysis,
        sources,
        root,
    })
}

fn request(global: &Global, target: Entry, depth: Depth) -> Result<Request, Failure> {
    let services = match &global.services {
        Some(services) => Some(absolute(services)?),
        None => None,
    };
    Ok(Request {
        dialect: dialect(&global.dialect)?,
        services,
        input_sources: input_sources(global)?,
        clan: global.clan.clone(),
        explain: depth == Depth::Explained,
        findings: depth == Depth::Checked,
        codes: report::codes::list().collect(),
        ..Request::of(target)
    })
}

/// The directories beside the clan's own that may be read.
fn beside(request: &Request) -> impl Iterator<Item = PathBuf> {
    let given = request.input_sources.directories();
    let given = given.map(|(directory, _)| directory);
    request.services.iter().cloned().chain(given)
}

fn session(global: &Global) -> project::session::Options {
    project::session::Options {
        pipes: true,
        ..options(global)
    }
}

/// What `path` points at, and the directory that it lies in.
fn target(global: &Global, path: &Path) -> Result<(Entry, PathBuf), Failure> {
    if path == Path::new("-") {
        let name = match &global.stdin_filename {
            Some(name) => absolute(name)?,
            None => absolute(Path::new("«stdin».nix"))?,
        };
        let directory = name.parent().unwrap_or(Path::new("/")).to_owned();
        return Ok((Entry::Text(name, standard_input()?), directory));
    }
    let path = absolute(path)?;
    if !path.exists() {
        return Err(Failure::Unusable(format!(
            "there is no file or directory `{}`",
            path.display()
        )));
    }
    let directory = match path.is_dir() {
        true => path.clone(),
        false => path.parent().unwrap_or(Path::new("/")).to_owned(),
    };
    Ok((Entry::Path(path), directory))
}

/// The state of clan-core that `--dialect` names; none for `auto`.
pub fn dialect(text: &str) -> Result<Option<project::analysis::Dialect>, Failure> {
    if text == "auto" {
        return Ok(None);
    }
    match project::analysis::Dialect::parse(text) {
        Some(dialect) => Ok(Some(dialect)),
        None => Err(Failure::Unusable(format!(
            "`{text}` is no day: `--dialect` takes `auto` or `YYYY-MM-DD`"
        ))),
    }
}

/// Tells a path and a name apart where either may be left out: a single word is the name unless it is a path, or looks like one.
pub fn path_and_name(first: Option<&Path>, second: Option<&str>) -> (PathBuf, Option<String>) {
    match (first, second) {
        (Some(path), Some(name)) => (path.to_owned(), Some(name.to_owned())),
        (Some(word), None) => {
            match word
                .to_str()
                .filter(|text| !word.exists() && !looks_like_path(text))
            {
                Some(name) => (PathBuf::from("."), Some(name.to_owned())),
                None => (word.to_owned(), None),
            }
        }
        (None, _) => (PathBuf::from("."), None),
    }
}

/// Whether a word can only be meant as a path: so a path that does not exist is not looked up as a name. Services may have names such as
/// `@scope/name`, and settings quoted ones.
fn looks_like_path(word: &str) -> bool {
    let has_slash = word.contains('/') && !word.starts_with('@') && !word.contains('"');
    word == "-" || has_slash || word.ends_with(".nix") || word.ends_with(".json")
}

#[cfg(test)]
mod tests {
    use super::looks_like_path;

    #[test]
    fn slashes_and_extensions_make_paths() {
        for path in [
            "-",
            "no/such",
            "./jon",
            "../x",
            "/x",
            "clan.nix",
            "inventory.json",
        ] {
            assert!(looks_like_path(path), "{path}");
        }
        for name in [
            "jon",
            "wifi.default.jon",
            "@lake/uptime.web.target.jon",
            "i.r.m.\"a/b\"",
        ] {
            assert!(!looks_like_path(name), "{name}");
        }
    }
}
