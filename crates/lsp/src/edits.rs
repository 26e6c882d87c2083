//! Changes of texts as the protocol has them.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use gen_lsp_types::{
    DocumentChange, Edit as AnyEdit, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};
use source::Edit;

use crate::client::Client;
use crate::places::Places;

/// The changes, file by file; none if a text has changed where they are to be made.
pub(crate) fn changes(places: Places<'_>, edits: &[Edit]) -> Option<Vec<DocumentChange>> {
    let mut files: BTreeMap<PathBuf, Vec<AnyEdit>> = BTreeMap::new();
    for edit in edits {
        let (path, bytes) = ide::diagnostics::place(places.snapshot, edit.span)?;
        let range = places.range_of(&path, bytes)?;
        let edit = TextEdit::new(range, edit.text.clone());
        files.entry(path).or_default().push(AnyEdit::TextEdit(edit));
    }
    let changes = files.into_iter().map(|(path, edits)| {
        let version = places.documents.get(&path).map(|document| document.version);
        DocumentChange::TextDocumentEdit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                version,
                text_document_identifier: TextDocumentIdentifier::new(places.uri(&path)),
            },
            edits,
        })
    });
    Some(changes.collect())
}

/// The changes in the form that the client takes.
pub(crate) fn workspace_edit(client: &Client, changes: Vec<DocumentChange>) -> WorkspaceEdit {
    if client.can("/workspace/workspaceEdit/documentChanges") {
        return WorkspaceEdit {
            document_changes: Some(changes),
            ..WorkspaceEdit::default()
        };
    }
    let mut plain: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for change in changes {
        if let DocumentChange::TextDocumentEdit(change) = change {
            let edits = change.edits.into_iter().filter_map(|edit| match edit {
                AnyEdit::TextEdit(edit) => Some(edit),
                _ => None,
            });
            let uri = change.text_document.text_document_identifier.uri;
            plain.entry(uri).or_default().extend(edits);
        }
    }
    WorkspaceEdit {
        changes: Some(plain),
        ..WorkspaceEdit::default()
    }
}
