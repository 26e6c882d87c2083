//! `textDocument/definition`

use gen_lsp_types::{
    Definition, DefinitionParams, DefinitionRequest, DefinitionResponse, Location, LocationLink,
    Range,
};
use ide::goto_definition::{Target, definition as find};

use crate::dispatch::Answer;
use crate::places::Places;
use crate::state::{State, exists};

pub(crate) fn definition(state: &State, parameters: DefinitionParams) -> Answer<DefinitionRequest> {
    let Some((places, place)) = state.here(&parameters.text_document_position_params) else {
        return Ok(None);
    };
    let Some(found) = find(places.snapshot, place, &exists) else {
        return Ok(None);
    };
    let locations = found
        .targets
        .iter()
        .filter_map(|target| location(places, target));
    let locations: Vec<Location> = locations.collect();
    if locations.is_empty() {
        return Ok(None);
    }
    if !state.client.can("/textDocument/definition/linkSupport") {
        let definition = Definition::LocationList(locations);
        return Ok(Some(DefinitionResponse::Definition(definition)));
    }
    let origin = places.range(found.span);
    let links = locations.into_iter().map(|location| LocationLink {
        origin_selection_range: origin,
        target_uri: location.uri,
        target_range: location.range,
        target_selection_range: location.range,
    });
    Ok(Some(DefinitionResponse::DefinitionLinkList(
        links.collect(),
    )))
}

fn location(places: Places<'_>, target: &Target) -> Option<Location> {
    match target {
        Target::Place(span) => places.location(*span),
        Target::File(path) => Some(Location::new(places.uri(path), Range::default())),
    }
}
