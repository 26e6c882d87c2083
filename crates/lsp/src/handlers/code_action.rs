//! `textDocument/codeAction`

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest, CodeActionResponse,
};
use ide::code_action::{Action, Kind, code_actions};
use ide::diagnostics::findings;

use crate::diagnostics::diagnostic;
use crate::dispatch::Answer;
use crate::edits::{changes, workspace_edit};
use crate::places::Places;
use crate::state::State;
use crate::uri;

pub(crate) fn code_action(
    state: &State,
    parameters: CodeActionParams,
) -> Answer<CodeActionRequest> {
    let Some(path) = uri::to_path(&parameters.text_document.uri) else {
        return Ok(None);
    };
    // What mends a text belongs to the newest, whatever is wrong with it.
    let Some(places) = state.newest_places(&path) else {
        return Ok(None);
    };
    let start = places.pos(&path, parameters.range.start);
    let end = places.pos(&path, parameters.range.end);
    let (Some(start), Some(end), Some(file)) = (start, end, places.snapshot.file(&path)) else {
        return Ok(None);
    };
    let range = file.offset(start) as usize..file.offset(end) as usize;
    let only = parameters.context.only.unwrap_or_default();
    let wanted = |action: &Action| {
        let kind = kind(action.kind).to_string();
        only.is_empty() || only.iter().any(|wish| kind.starts_with(&wish.to_string()))
    };
    let actions = code_actions(places.snapshot, &path, range).into_iter();
    let actions = actions.filter(wanted);
    let actions = actions.filter_map(|action| described(state, places, action));
    Ok(Some(actions.map(CodeActionResponse::CodeAction).collect()))
}

fn kind(kind: Kind) -> CodeActionKind {
    match kind {
        Kind::QuickFix => CodeActionKind::QuickFix,
        Kind::Rewrite => CodeActionKind::RefactorRewrite,
    }
}

fn described(state: &State, places: Places<'_>, action: Action) -> Option<CodeAction> {
    let all = findings(places.snapshot);
    let finding = action.finding.and_then(|number| {
        let finding = all.iter().find(|finding| finding.number == number)?;
        diagnostic(places, &state.settings, finding)
    });
    Some(CodeAction {
        title: action.title,
        kind: Some(kind(action.kind)),
        diagnostics: finding.map(|finding| vec![finding]),
        is_preferred: action.is_preferred.then_some(true),
        edit: Some(workspace_edit(
            &state.client,
            changes(places, &action.edits)?,
        )),
        ..CodeAction::default()
    })
}
