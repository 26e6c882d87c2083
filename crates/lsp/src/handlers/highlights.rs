//! `textDocument/documentHighlight`

use gen_lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, DocumentHighlightRequest,
};

use crate::dispatch::Answer;
use crate::state::State;
use crate::uri;

pub(crate) fn highlights(
    state: &State,
    parameters: DocumentHighlightParams,
) -> Answer<DocumentHighlightRequest> {
    let position = &parameters.text_document_position_params;
    let path = uri::to_path(&position.text_document.uri);
    let (Some((places, place)), Some(path)) = (state.here(position), path) else {
        return Ok(None);
    };
    let found = ide::highlights::highlights(places.snapshot, &path, place).into_iter();
    let highlights = found.filter_map(|highlight| {
        Some(DocumentHighlight {
            range: places.range(highlight.span)?,
            kind: Some(match highlight.is_declaration {
                true => DocumentHighlightKind::Write,
                false => DocumentHighlightKind::Read,
            }),
        })
    });
    Ok(Some(highlights.collect()))
}
