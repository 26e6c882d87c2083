//! One expression, evaluated and printed as `nix-instantiate --eval` does it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flake::Sources;
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::string::StringBuilder;
use nix_frontend::eval::xml::XmlStyle;
use nix_frontend::eval::{Attr, EvalError, Evaluator, Options, Result, Value};
use nix_frontend::ir::show::show_into;
use nix_frontend::session::LowerOptions;
use source::{Diagnostic, Files, Severity, SourceMap};

use crate::session;
use crate::trace::{Libraries, arranged};

/// Where the expression comes from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file, or a directory with a `default.nix`; absolute.
    File(PathBuf),
    /// What `<…>` finds in the search path.
    SearchPath(String),
    /// A text.
    Text(Text),
}

/// A text that is no file.
#[derive(Clone, Debug)]
pub struct Text {
    /// What messages call it, such as `«string»`.
    pub name: PathBuf,
    /// Where its relative paths start; absolute.
    pub base: PathBuf,
    /// What it says.
    pub bytes: Vec<u8>,
}

/// How the value is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// In Nix's syntax.
    Nix,
    /// As JSON.
    Json,
    /// As XML.
    Xml,
    /// A string's own bytes.
    Raw,
}

/// An argument for the functions that are met.
#[derive(Clone, Debug)]
pub enum Argument {
    /// An expression.
    Expression(Text),
    /// A string.
    String(String),
}

/// What is to be evaluated and printed.
#[derive(Clone, Debug)]
pub struct Request {
    /// The expression.
    pub input: Input,
    /// The attribute paths of what is printed; an empty one is the value itself.
    pub attributes: Vec<String>,
    /// What functions on the way are called with.
    pub arguments: Vec<(String, Argument)>,
    /// How it is printed.
    pub form: Form,
    /// Whether XML tells the places of attributes and functions.
    pub places: bool,
    /// Whether everything in the value is evaluated first.
    pub strict: bool,
    /// Whether the text is only parsed.
    pub parse_only: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// What is printed; with an error, what was printed before it.
    pub output: Vec<u8>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether there is no value because of an error.
    pub failed: bool,
}

/// Evaluates and prints.
pub fn evaluate(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    request: &Request,
) -> Evaluated {
    let run = session::run(files, sources, options, |evaluator| {
        let lib = evaluator.lazy(|evaluator| Ok(nix_lib::library(evaluator).lib));
        let path = nix_frontend::import::virtual_search("nixpkgs/lib");
        evaluator.provide_import(path.as_bytes(), lib);
        let calls = evaluator.arena.alloc(std::cell::Cell::new(&[][..]));
        flake::provide_get_flake(evaluator, nix_lib::library, Sources::default(), calls);
        let mut output = vec![];
        let error = print(evaluator, request, &mut output).err();
        let libraries = Libraries::of_search_path(&evaluator.options.search_path);
        let show = evaluator.options.show_trace;
        let error = error.map(|error| arranged(finding(&error), sources, &libraries, show));
        (output, error)
    });
    let mut diagnostics = run.diagnostics;
    let (mut output, error) = run.result.unwrap_or_default();
    let is_faulty = diagnostics
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    let failed = is_faulty || error.is_some();
    if is_faulty {
        // Nix evaluates nothing of a faulty text; what came of it here only follows from the faults.
        output.clear();
    } else {
        diagnostics.extend(error);
    }
    for finding in &mut diagnostics {
        name_first_place(finding, sources);
    }
    Evaluated {
        output,
        diagnostics,
        failed,
    }
}

/// In Nix' words a finding of an attribute that is defined twice ends with the first place, as a whole path. Who reads them looks for it there.
fn name_first_place(finding: &mut Diagnostic, sources: &SourceMap) {
    if finding.code != "duplicate-attribute" || !finding.message.ends_with("already defined") {
        return;
    }
    let first = finding.labels.get(1).map(|label| label.span.start);
    if let Some((path, place)) = first.and_then(|first| sources.locate(first)) {
        let (path, line, column) = (path.display(), place.line, place.column);
        let place = format!(" at {path}:{line}:{column}");
        finding.message.push_str(&place);
    }
}

/// A value out of reach is an error where somebody asks for that very value.
pub(crate) fn finding(error: &EvalError) -> Diagnostic {
    let mut diagnostic = error.diagnostic();
    diagnostic.severity = Severity::Error;
    diagnostic
}

fn print<'a>(evaluator: &Evaluator<'a>, request: &Request, output: &mut Vec<u8>) -> Result<()> {
    if request.parse_only {
        return parse(evaluator, &request.input, output);
    }
    let arguments = arguments(evaluator, request)?;
    let root = root(evaluator, &request.input)?;
    for path in &request.attributes {
        let mut value = evaluator.find_along(root, path, &arguments)?;
        if !arguments.is_empty() {
            value = evaluator.auto_call(value, &arguments)?;
        }
        if request.strict {
            evaluator.force_deep(value)?;
        }
        show(evaluator, value, request, output)?;
    }
    Ok(())
}

fn show<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    request: &Request,
    output: &mut Vec<u8>,
) -> Result<()> {
    let mut builder = StringBuilder::default();
    // Inside a value it is printed as such. Who asks for nothing else has no value.
    if let Value::OutOfReach(unknown) = evaluator.force(value)?
        && unknown.open_set().is_none()
        && matches!(request.form, Form::Nix | Form::Xml)
    {
        return Err(EvalError::out_of_reach(&evaluator.session.symbols, unknown));
    }
    match request.form {
        Form::Nix => {
            evaluator.print_into(output, value, request.strict)?;
            output.push(b'\n');
        }
        Form::Json => {
            evaluator.json_into(&mut builder, value)?;
            builder.bytes.push(b'\n');
        }
        Form::Xml => {
            let style = XmlStyle {
                strict: request.strict,
                places: request.places,
            };
            evaluator.xml_into(&mut builder, value, style)?;
        }
        Form::Raw => evaluator.coerce_into(value, Coercion::INTERPOLATION, &mut builder)?,
    }
    output.append(&mut builder.bytes);
    Ok(())
}

fn arguments<'a>(evaluator: &Evaluator<'a>, request: &Request) -> Result<Vec<Attr<'a>>> {
    let mut attrs: Vec<Attr<'a>> = vec![];
    for (name, argument) in &request.arguments {
        let value = match argument {
            Argument::String(text) => evaluator.string(text),
            Argument::Expression(text) => evaluate_text_later(evaluator, text)?,
        };
        let name = evaluator.symbol(name);
        attrs.retain(|attr| attr.name != name);
        attrs.push(Attr::unplaced(name, value));
    }
    Ok(attrs)
}

fn root<'a>(evaluator: &Evaluator<'a>, input: &Input) -> Result<Value<'a>> {
    match input {
        Input::File(path) => evaluator.import(path.as_os_str().as_bytes()),
        Input::SearchPath(name) => match evaluator.search_path(name)? {
            Value::Path(path) => evaluator.import(path.bytes),
            other => Ok(other),
        },
        Input::Text(text) => evaluate_text(evaluator, text),
    }
}

fn evaluate_text_later<'a>(evaluator: &Evaluator<'a>, text: &Text) -> Result<Value<'a>> {
    let file = evaluator.session.add(&text.name, text.bytes.clone());
    let file = file.map_err(|error| nix_frontend::import::file_error(&error))?;
    evaluator.evaluate_text_later(file, Some(text.base.clone()))
}

fn evaluate_text<'a>(evaluator: &Evaluator<'a>, text: &Text) -> Result<Value<'a>> {
    let file = evaluator.session.add(&text.name, text.bytes.clone());
    let file = file.map_err(|error| nix_frontend::import::file_error(&error))?;
    evaluator.evaluate_text(file, Some(text.base.clone()), &[])
}

/// Reads the text and prints what was understood; what is wrong with it is found in the session afterwards.
fn parse(evaluator: &Evaluator<'_>, input: &Input, output: &mut Vec<u8>) -> Result<()> {
    let session = evaluator.session;
    let (file, base) = match input {
        Input::Text(text) => (
            session.add(&text.name, text.bytes.clone()),
            Some(text.base.clone()),
        ),
        Input::File(path) => {
            let path = match session.kind_of(path) {
                Some(source::FileKind::Directory) => path.join("default.nix"),
                _ => path.clone(),
            };
            (session.load(&path), None)
        }
        Input::SearchPath(name) => match evaluator.search_path(name)? {
            Value::Path(path) => {
                let path = Path::new(OsStr::from_bytes(path.bytes)).to_owned();
                return parse(evaluator, &Input::File(path), output);
            }
            _ => return Ok(()),
        },
    };
    let file = file.map_err(|error| nix_frontend::import::file_error(&error))?;
    let options = LowerOptions {
        base,
        home: evaluator.options.home.clone(),
        extra: vec![],
        pipes: evaluator.options.pipes,
    };
    if let Some(lowered) = session.lower(file, &options) {
        show_into(output, session, &lowered.ir.root);
        output.push(b'\n');
    }
    Ok(())
}
