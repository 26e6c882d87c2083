//! `textDocument/inlayHint`

use gen_lsp_types::{InlayHint, InlayHintParams, InlayHintRequest, Label, Tooltip};
use source::Span;

use crate::dispatch::Answer;
use crate::state::State;
use crate::uri;

pub(crate) fn inlay_hint(state: &State, parameters: InlayHintParams) -> Answer<InlayHintRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let wanted = path.filter(|_| !state.settings.wishes.hides_inlay_hints);
    let Some((path, places)) = wanted.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let Some(file) = places.snapshot.file(&path) else {
        return Ok(None);
    };
    let whole = 0..file.text.len();
    let hints = ide::inlay_hints::inlay_hints(places.snapshot, &path, whole).into_iter();
    let hints = hints.filter_map(|hint| {
        let position = places.range(Span::at(hint.place))?.start;
        let range = parameters.range;
        (range.start <= position && position <= range.end).then(|| InlayHint {
            position,
            label: Label::String(hint.text),
            kind: None,
            text_edits: None,
            tooltip: Some(Tooltip::String(hint.tooltip)),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        })
    });
    Ok(Some(hints.collect()))
}
