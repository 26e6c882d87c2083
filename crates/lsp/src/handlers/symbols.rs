//! `textDocument/documentSymbol` and `workspace/symbol`

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolRequest,
    DocumentSymbolResponse, SymbolInformation, SymbolKind, WorkspaceSymbolParams,
    WorkspaceSymbolRequest, WorkspaceSymbolResponse,
};
use ide::symbols::{Symbol, document_symbols, workspace_symbols};

use crate::dispatch::Answer;
use crate::places::Places;
use crate::state::State;
use crate::uri;

pub(crate) fn document(
    state: &State,
    parameters: DocumentSymbolParams,
) -> Answer<DocumentSymbolRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let Some((path, places)) = path.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let outline = document_symbols(places.snapshot, &path);
    let nested = "/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport";
    Ok(Some(match state.client.can(nested) {
        true => {
            let symbols = outline
                .into_iter()
                .filter_map(|symbol| nested_symbol(places, symbol));
            DocumentSymbolResponse::DocumentSymbolList(symbols.collect())
        }
        false => {
            let mut flat = vec![];
            flatten(places, &outline, None, &mut flat);
            DocumentSymbolResponse::SymbolInformationList(flat)
        }
    }))
}

fn kind(kind: &str) -> SymbolKind {
    match kind {
        "machine" => SymbolKind::Struct,
        "tag" => SymbolKind::Constant,
        "instance" => SymbolKind::Namespace,
        "role" => SymbolKind::Interface,
        _ => SymbolKind::Module,
    }
}

fn nested_symbol(places: Places<'_>, symbol: Symbol) -> Option<DocumentSymbol> {
    let children = symbol.children.into_iter();
    let children: Vec<_> = children
        .filter_map(|child| nested_symbol(places, child))
        .collect();
    let selection = places.range(symbol.span)?;
    Some(DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail),
        kind: kind(symbol.kind),
        range: places.range(symbol.extent).unwrap_or(selection),
        selection_range: selection,
        children: (!children.is_empty()).then_some(children),
        tags: None,
        #[expect(deprecated, reason = "the struct has the field all the same")]
        deprecated: None,
    })
}

fn flatten(
    places: Places<'_>,
    symbols: &[Symbol],
    container: Option<&str>,
    into: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        into.extend(information(places, symbol, container));
        flatten(places, &symbol.children, Some(&symbol.name), into);
    }
}

fn information(
    places: Places<'_>,
    symbol: &Symbol,
    container: Option<&str>,
) -> Option<SymbolInformation> {
    Some(SymbolInformation {
        location: places.location(symbol.span)?,
        base_symbol_information: BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            container_name: container.map(str::to_owned),
        },
        #[expect(deprecated, reason = "the struct has the field all the same")]
        deprecated: None,
    })
}

pub(crate) fn workspace(
    state: &State,
    parameters: WorkspaceSymbolParams,
) -> Answer<WorkspaceSymbolRequest> {
    let mut found = vec![];
    for (_, clan) in state.clans.iter() {
        let Some(snapshot) = clan.snapshot() else {
            continue;
        };
        let places = state.places_in(snapshot);
        for symbol in workspace_symbols(snapshot, &parameters.query) {
            found.extend(information(places, &symbol, Some(symbol.kind)));
        }
    }
    Ok(Some(WorkspaceSymbolResponse::SymbolInformationList(found)))
}
