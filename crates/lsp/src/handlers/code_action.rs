//! `textDocument/codeAction`

use std::path::Path;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest, CodeActionResponse,
};
use ide::code_action::{Action, Kind, Means, code_actions, to_instances};
use ide::diagnostics::findings;
use source::Span;
use source::files::disk::Disk;
use source::files::overlay::Overlay;

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
    let here = Span::new(start, end);
    let range = file.range(here);
    let only = parameters.context.only.unwrap_or_default();
    let wanted = |of: Kind| {
        let kind = kind(of).to_string();
        only.is_empty() || only.iter().any(|wish| kind.starts_with(&wish.to_string()))
    };
    let mut actions = code_actions(places.snapshot, &path, range);
    actions.retain(|action| wanted(action.kind));
    if wanted(Kind::Rewrite) {
        let target = state.clans.known_target(&path);
        actions.extend(target.and_then(|target| moved(state, places, target, here)));
    }
    let actions = actions.into_iter();
    let actions = actions.filter_map(|action| described(state, places, action));
    Ok(Some(actions.map(CodeActionResponse::CodeAction).collect()))
}

fn moved(state: &State, places: Places<'_>, target: &Path, here: Span) -> Option<Action> {
    let job = state.job(target, 0);
    let disk = Disk::below(job.readable);
    let means = Means {
        files: &Overlay::new(job.texts, &disk),
        options: &job.options,
        request: &job.request,
    };
    to_instances(places.snapshot, here, means)
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
