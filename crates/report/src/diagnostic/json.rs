//! Findings as JSON, in the shape that the command line promises.

use serde_json::{Value as Json, json};
use source::{Diagnostic, Edit, Fix, LineColumn};

use super::located::{Located, labels};
use crate::place::Places;

/// The findings as a JSON array.
///
/// Shape: for each `code`, `severity`, `message`, `help` (or null), `labels` with places, `related` (further sentences) and `fixes`.
/// Lines and columns count from 1, columns in characters; bytes from 0. A label whose place is unknown is among `related`.
/// With `--show-trace` an error of evaluation also has its `trace`: places with a text, innermost first.
pub fn array(diagnostics: &[Diagnostic], places: Places<'_>) -> Json {
    diagnostics
        .iter()
        .map(|diagnostic| object(diagnostic, places))
        .collect()
}

/// One finding as a JSON object.
pub fn object(diagnostic: &Diagnostic, places: Places<'_>) -> Json {
    let (labels, lost) = labels(diagnostic, places);
    let labels = labels.iter().map(|label| {
        let mut object = place(&label.place, places);
        object["text"] = json!(label.text);
        object["primary"] = json!(label.primary);
        object
    });
    let notes = diagnostic.notes.iter().map(String::as_str);
    let related = lost.into_iter().chain(notes);
    let related = related.map(|message| json!({ "message": message }));
    let mut object = json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity.name(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "labels": labels.collect::<Vec<Json>>(),
        "related": related.collect::<Vec<Json>>(),
        "fixes": diagnostic.fixes.iter().filter_map(|each| fix(each, places)).collect::<Vec<Json>>(),
    });
    let frames = diagnostic.trace.iter().filter_map(|frame| {
        let mut object = place(&Located::new(places, frame.span)?, places);
        object["text"] = json!(frame.text);
        Some(object)
    });
    let frames: Vec<Json> = frames.collect();
    if !frames.is_empty() {
        object["trace"] = json!(frames);
    }
    object
}

/// A fix; `None` if the place of an edit is unknown, since half a fix is none.
fn fix(fix: &Fix, places: Places<'_>) -> Option<Json> {
    let edits = fix.edits.iter().map(|edit| {
        let Edit { span, text } = edit;
        let mut object = place(&Located::new(places, *span)?, places);
        object["text"] = json!(text);
        Some(object)
    });
    let edits = edits.collect::<Option<Vec<Json>>>()?;
    Some(json!({ "title": fix.title, "safe": fix.safe, "edits": edits }))
}

fn place(place: &Located, places: Places<'_>) -> Json {
    json!({
        "file": place.path(places),
        "start": point(place.start(), place.range.start),
        "end": point(place.end(), place.range.end),
    })
}

fn point(point: LineColumn, byte: usize) -> Json {
    json!({ "line": point.line, "column": point.column, "byte": byte })
}
