//! `textDocument/references`

use gen_lsp_types::{ReferenceParams, ReferencesRequest};

use crate::dispatch::Answer;
use crate::state::State;

pub(crate) fn references(state: &State, parameters: ReferenceParams) -> Answer<ReferencesRequest> {
    let Some((places, place)) = state.here(&parameters.text_document_position_params) else {
        return Ok(None);
    };
    let declarations = parameters.context.include_declaration;
    let spans = ide::references::references(places.snapshot, place, declarations);
    let locations = spans.into_iter().filter_map(|span| places.location(span));
    Ok(Some(locations.collect()))
}
