//! `textDocument/hover`

use gen_lsp_types::{Contents, Hover, HoverParams, HoverRequest, MarkupContent, MarkupKind};

use crate::dispatch::Answer;
use crate::state::State;

pub(crate) fn hover(state: &State, parameters: HoverParams) -> Answer<HoverRequest> {
    let Some((places, place)) = state.here(&parameters.text_document_position_params) else {
        return Ok(None);
    };
    let Some(hover) = ide::hover::hover(places.snapshot, place) else {
        return Ok(None);
    };
    let markdown = state
        .client
        .shows_markdown("/textDocument/hover/contentFormat");
    let kind = match markdown {
        true => MarkupKind::Markdown,
        false => MarkupKind::PlainText,
    };
    Ok(Some(Hover {
        contents: Contents::MarkupContent(MarkupContent {
            kind,
            value: hover.markdown,
        }),
        range: places.range(hover.span),
    }))
}
