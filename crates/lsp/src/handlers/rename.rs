//! `textDocument/prepareRename` and `textDocument/rename`

use gen_lsp_types::{
    DocumentChange, PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameRequest,
    PrepareRenameResult, RenameFile, RenameParams, RenameRequest,
};
use ide::rename::{Renaming, agrees, name_at};

use crate::dispatch::{Answer, Refusal};
use crate::edits::{changes, workspace_edit};
use crate::places::Places;
use crate::state::{State, exists};
use crate::uri;

pub(crate) fn prepare(
    state: &State,
    parameters: PrepareRenameParams,
) -> Answer<PrepareRenameRequest> {
    let Some((places, place)) = state.here(&parameters.text_document_position_params) else {
        return Ok(None);
    };
    if name_at(places.snapshot, place).is_none() {
        return Ok(None);
    }
    let (span, name) = ide::rename::prepare(places.snapshot, place).map_err(Refusal::because)?;
    let range = places.range(span);
    let placeholder = range.map(|range| PrepareRenamePlaceholder {
        range,
        placeholder: name,
    });
    Ok(placeholder.map(PrepareRenameResult::PrepareRenamePlaceholder))
}

pub(crate) fn rename(state: &State, parameters: RenameParams) -> Answer<RenameRequest> {
    let position = &parameters.text_document_position_params;
    let Some((places, place)) = state.here(position) else {
        return Err(Refusal::because("there is no name of the inventory here"));
    };
    let new = parameters.new_name.trim().trim_matches('"');
    let renaming = ide::rename::rename(places.snapshot, place, new, &exists);
    let renaming = renaming.map_err(Refusal::because)?;
    check(state, places, position, &renaming, new)?;
    let mut all = changes(places, &renaming.edits)
        .ok_or_else(|| Refusal::because("the text has changed meanwhile"))?;
    if let Some((from, to)) = &renaming.folder {
        let operations = state
            .client
            .list("/workspace/workspaceEdit/resourceOperations");
        if !operations.iter().any(|operation| operation == "rename") {
            return Err(Refusal::because(
                "this editor cannot move the machine's folder along with its name",
            ));
        }
        all.push(DocumentChange::RenameFile(RenameFile {
            old_uri: uri::of_path(from),
            new_uri: uri::of_path(to),
            options: None,
            annotation_id: None,
        }));
    }
    Ok(Some(workspace_edit(&state.client, all)))
}

/// Analyses the texts as they would be, and refuses what would change more than the name.
fn check(
    state: &State,
    places: Places<'_>,
    position: &gen_lsp_types::TextDocumentPositionParams,
    renaming: &Renaming,
    new: &str,
) -> Result<(), Refusal> {
    let path = uri::to_path(&position.text_document.uri);
    let place = path
        .as_deref()
        .and_then(|path| places.pos(path, position.position));
    let name = place.and_then(|place| name_at(places.snapshot, place));
    let target = path
        .as_deref()
        .and_then(|path| state.clans.known_target(path));
    let (Some(name), Some(target)) = (name, target) else {
        return Err(Refusal::because("the text has changed meanwhile"));
    };
    let after = state.analysed_with(target, places.snapshot, renaming);
    let (Some(old), Some(after)) = (places.snapshot.resolution(), after.resolution()) else {
        return Err(Refusal::because("the clan could not be read any more"));
    };
    agrees(old, after, name, new)
        .map_err(|why| Refusal::because(format!("its name is used in other ways too: {why}")))
}
