//! `textDocument/diagnostic`

use gen_lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticRequest,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
};

use crate::diagnostics::by_file;
use crate::dispatch::Answer;
use crate::state::State;
use crate::uri;

pub(crate) fn diagnostic(
    state: &State,
    parameters: DocumentDiagnosticParams,
) -> Answer<DocumentDiagnosticRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let found = path.and_then(|path| {
        let places = state.newest_places(&path)?;
        by_file(places, &state.settings).remove(&path)
    });
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            items: found.unwrap_or_default(),
            ..Default::default()
        },
    };
    Ok(DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(report))
}
