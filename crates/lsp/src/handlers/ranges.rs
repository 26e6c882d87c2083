//! `textDocument/foldingRange`, `textDocument/selectionRange`, `textDocument/documentLink` and `textDocument/semanticTokens/full`

use gen_lsp_types::{
    DocumentLink, DocumentLinkParams, DocumentLinkRequest, FoldingRange, FoldingRangeParams,
    FoldingRangeRequest, Position, Range, SelectionRange, SelectionRangeParams,
    SelectionRangeRequest, SemanticToken, SemanticTokens, SemanticTokensParams,
    SemanticTokensRequest, Uri,
};

use crate::dispatch::Answer;
use crate::state::State;
use crate::uri;

pub(crate) fn folding(
    state: &State,
    parameters: FoldingRangeParams,
) -> Answer<FoldingRangeRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let Some((path, places)) = path.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let spans = ide::folding::folding_ranges(places.snapshot, &path).into_iter();
    let ranges = spans.filter_map(|span| places.range(span));
    let ranges = ranges.filter(|range| range.start.line < range.end.line);
    let ranges = ranges.map(|range| FoldingRange {
        start_line: range.start.line,
        end_line: range.end.line,
        ..FoldingRange::default()
    });
    Ok(Some(ranges.collect()))
}

pub(crate) fn selection(
    state: &State,
    parameters: SelectionRangeParams,
) -> Answer<SelectionRangeRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let Some((path, places)) = path.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let around = |position: &Position| {
        let place = places.pos(&path, *position);
        let spans = place.map(|place| ide::selection::selection_ranges(places.snapshot, place));
        let ranges = spans.unwrap_or_default().into_iter().rev();
        let ranges = ranges.filter_map(|span| places.range(span));
        let nested = ranges.fold(None, |parent, range| {
            let parent = parent.map(Box::new);
            Some(SelectionRange { range, parent })
        });
        nested.unwrap_or_else(|| {
            let text = state.documents.get(&path);
            let text = text.map(|document| document.text(state.client.encoding));
            let inside = text.map_or(*position, |text| text.position(text.offset(*position)));
            SelectionRange {
                range: Range::new(inside, inside),
                parent: None,
            }
        })
    };
    Ok(Some(parameters.positions.iter().map(around).collect()))
}

pub(crate) fn links(state: &State, parameters: DocumentLinkParams) -> Answer<DocumentLinkRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let Some((path, places)) = path.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let links = ide::document_links::document_links(places.snapshot, &path).into_iter();
    let links = links.filter_map(|link| {
        Some(DocumentLink {
            range: places.range(link.span)?,
            target: Some(Uri(link.target)),
            tooltip: None,
            data: None,
        })
    });
    Ok(Some(links.collect()))
}

pub(crate) fn tokens(
    state: &State,
    parameters: SemanticTokensParams,
) -> Answer<SemanticTokensRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let wanted = path.filter(|_| state.settings.wishes.semantic_tokens);
    let Some((path, places)) = wanted.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let mut last = Position::default();
    let mut data = vec![];
    for token in ide::semantic_tokens::semantic_tokens(places.snapshot, &path) {
        let Some(range) = places
            .range(token.span)
            .filter(|range| range.start.line == range.end.line)
        else {
            continue;
        };
        let line = range.start.line - last.line;
        let from = if line == 0 { last.character } else { 0 };
        data.push(SemanticToken {
            delta_line: line,
            delta_start: range.start.character - from,
            length: range.end.character - range.start.character,
            token_type: token.kind as u32,
            token_modifiers_bitset: u32::from(token.is_declaration),
        });
        last = range.start;
    }
    Ok(Some(SemanticTokens {
        result_id: None,
        data,
    }))
}
