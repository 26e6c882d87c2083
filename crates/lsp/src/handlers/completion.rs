//! `textDocument/completion`

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionList, CompletionParams,
    CompletionRequest, CompletionResponse, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, Range, TextEdit,
};
use ide::completion::{Kind, Proposal};

use crate::dispatch::Answer;
use crate::state::State;
use crate::uri;

pub(crate) fn completion(state: &State, parameters: CompletionParams) -> Answer<CompletionRequest> {
    let position = &parameters.text_document_position_params;
    let Some(path) = uri::to_path(&position.text_document.uri) else {
        return Ok(None);
    };
    let (Some(places), Some(document)) = (state.places(&path), state.documents.get(&path)) else {
        return Ok(None);
    };
    let text = document.text(state.client.encoding);
    let offset = text.offset(position.position);
    let found = ide::completion::completion(places.snapshot, &path, &document.text, offset);
    let Some(found) = found else {
        return Ok(None);
    };
    let range = text.range(found.range);
    let items = found.proposals.into_iter();
    let items = items.map(|proposal| item(state, range, proposal)).collect();
    Ok(Some(CompletionResponse::CompletionList(CompletionList {
        is_incomplete: false,
        item_defaults: None,
        apply_kind: None,
        items,
    })))
}

fn item(state: &State, range: Range, proposal: Proposal) -> CompletionItem {
    let can = |name: &str| {
        state
            .client
            .can(&format!("/textDocument/completion/completionItem/{name}"))
    };
    let formats = "/textDocument/completion/completionItem/documentationFormat";
    let kind = match state.client.shows_markdown(formats) {
        true => MarkupKind::Markdown,
        false => MarkupKind::PlainText,
    };
    let snippet = proposal.snippet.filter(|_| can("snippetSupport"));
    let format = snippet.as_ref().map(|_| InsertTextFormat::Snippet);
    let text = snippet.unwrap_or(proposal.text);
    CompletionItem {
        kind: Some(match proposal.kind {
            Kind::Machine => CompletionItemKind::Struct,
            Kind::Tag => CompletionItemKind::Constant,
            Kind::Role => CompletionItemKind::Interface,
            Kind::Service | Kind::Input => CompletionItemKind::Module,
            Kind::Option => CompletionItemKind::Property,
            Kind::Value => CompletionItemKind::Value,
        }),
        detail: proposal.detail,
        documentation: proposal
            .documentation
            .map(|value| Documentation::MarkupContent(MarkupContent { kind, value })),
        sort_text: Some(format!("{:04} {}", proposal.rank, proposal.label)),
        filter_text: Some(proposal.label.clone()),
        insert_text_format: format,
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit::new(range, text))),
        label: proposal.label,
        ..CompletionItem::default()
    }
}
