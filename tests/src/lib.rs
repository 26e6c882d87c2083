//! Asks everything of a clan that can be asked, for tests that look for panics; and asks Nix.

pub mod cases;
pub mod markdown;
pub mod oracle;
pub mod spec;

use std::path::Path;
use std::sync::Arc;

use project::analysis::{AnalysedClan, Analysis, Request, analyse, relative};
use project::evaluate::{self, Evaluated, Form, Input, Text};
use project::session::{Limits, Options};
use report::diagnostic::{Format, Style, json, render};
use report::document::{Document, Surroundings};
use report::place::Places;
use report::table::Look;
use report::{explain, overview, yaml};
use resolve::Resolution;
use source::files::memory::Memory;
use source::{Diagnostic, SourceMap};

/// Enough for each fixture, and little enough for an endless one.
const LIMITS: Limits = Limits {
    steps: 2_000_000,
    memory: 256 << 20,
    depth: 10_000,
};

/// Everything that is written about a clan.
#[derive(Debug)]
pub struct Answers {
    /// What was found wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// All that the commands print, one after the other.
    pub text: String,
}

/// Analyses the clan at `target` and writes it in every form.
///
/// # Panics
///
/// If something on the way does; what panics in the evaluation is a diagnostic `internal-error` instead.
pub fn ask_everything(files: &Memory, target: &Path) -> Answers {
    let sources = Arc::new(SourceMap::new());
    let request = Request {
        explain: true,
        findings: false,
        places: false,
        codes: vec![],
        ..Request::of_path(target)
    };
    let options = Options {
        limits: LIMITS,
        pipes: true,
        ..Options::default()
    };
    let analysis = analyse(files, &sources, options, &request);
    let places = Places {
        sources: &sources,
        root: &analysis.root,
    };
    let mut text = findings(&analysis, places);
    if let Some(clan) = &analysis.clan {
        text.push_str(&answers(&analysis, clan, places));
    }
    Answers {
        diagnostics: analysis.diagnostics,
        text,
    }
}

/// Evaluates an expression in every form; what is found wrong.
pub fn evaluated(expression: &str) -> Vec<Diagnostic> {
    let forms = [Form::Nix, Form::Json, Form::Xml, Form::Raw];
    let found = forms.map(|form| evaluated_as(form, expression.as_bytes()).diagnostics);
    found.concat()
}

/// Evaluates an expression that lies in `/` and prints its value.
pub fn evaluated_as(form: Form, expression: &[u8]) -> Evaluated {
    let request = evaluate::Request {
        input: Input::Text(Text {
            name: "/expression.nix".into(),
            base: "/".into(),
            bytes: expression.to_vec(),
        }),
        attributes: vec![String::new()],
        arguments: vec![],
        form,
        places: true,
        strict: true,
        parse_only: false,
    };
    let options = Options {
        limits: LIMITS,
        ..Options::default()
    };
    let sources = Arc::new(SourceMap::new());
    evaluate::evaluate(&Memory::new(), &sources, options, &request)
}

fn findings(analysis: &Analysis, places: Places<'_>) -> String {
    let mut out = vec![];
    for format in Format::ALL {
        let style = Style::PLAIN;
        render(format, &analysis.diagnostics, places, &style, &mut out)
            .expect("writing to memory never fails");
    }
    String::from_utf8(out).expect("findings are text")
}

fn answers(analysis: &Analysis, clan: &AnalysedClan, places: Places<'_>) -> String {
    let resolution = &clan.resolution;
    let document = Document {
        resolution,
        surroundings: Surroundings {
            directory: relative(&analysis.root, &clan.directory),
            diagnostics: json::array(&analysis.diagnostics, places),
            places,
        },
    };
    let mut text = report::json::text(&document);
    text.push_str(&yaml::write(&report::json::value_of(&document)));
    text.push_str(&overview::clan(resolution, Look::PLAIN));
    for (name, machine) in &resolution.machines {
        text.push_str(&overview::machine(
            name,
            machine,
            resolution,
            places,
            Look::PLAIN,
        ));
        text.push_str(&explained(name, resolution, places));
    }
    for instance in &resolution.instances {
        text.push_str(&overview::instance(
            instance,
            resolution,
            places,
            Look::PLAIN,
        ));
        for (role, view) in &instance.roles {
            for machine in view.machines.keys() {
                let name = [&instance.service, &instance.instance, role, machine];
                let name = name.map(|part| format!("\"{part}\""));
                text.push_str(&explained(&name.join("."), resolution, places));
            }
        }
    }
    text
}

fn explained(what: &str, resolution: &Resolution, places: Places<'_>) -> String {
    let mut text = explain::text(what, resolution, places).unwrap_or_default();
    let json = explain::json::of(what, resolution, places);
    text.extend(json.map(|json| format!("{json:#}\n")));
    text
}
