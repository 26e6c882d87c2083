//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `callHierarchy/outgoingCalls`

use gen_lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyIncomingCallsRequest,
    CallHierarchyItem, CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams,
    CallHierarchyOutgoingCallsRequest, CallHierarchyPrepareParams, CallHierarchyPrepareRequest,
    Range, SymbolKind,
};
use ide::call_hierarchy::{Item, Step, incoming as above, outgoing as below, prepare as find};
use ide::name::{InstanceName, Name};
use serde_json::{Value as Json, json};
use source::Span;

use crate::dispatch::Answer;
use crate::places::Places;
use crate::state::State;
use crate::uri;

pub(crate) fn prepare(
    state: &State,
    parameters: CallHierarchyPrepareParams,
) -> Answer<CallHierarchyPrepareRequest> {
    let here = state.here(&parameters.text_document_position_params);
    let found = here.and_then(|(places, place)| item(places, &find(places.snapshot, place)?));
    Ok(found.map(|item| vec![item]))
}

pub(crate) fn incoming(
    state: &State,
    parameters: CallHierarchyIncomingCallsParams,
) -> Answer<CallHierarchyIncomingCallsRequest> {
    let steps = steps(state, &parameters.item, above);
    let calls = steps
        .into_iter()
        .map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges });
    Ok(Some(calls.collect()))
}

pub(crate) fn outgoing(
    state: &State,
    parameters: CallHierarchyOutgoingCallsParams,
) -> Answer<CallHierarchyOutgoingCallsRequest> {
    let steps = steps(state, &parameters.item, below);
    let calls = steps
        .into_iter()
        .map(|(to, from_ranges)| CallHierarchyOutgoingCall { to, from_ranges });
    Ok(Some(calls.collect()))
}

fn steps(
    state: &State,
    of: &CallHierarchyItem,
    look: fn(&ide::Snapshot, &Name) -> Vec<Step>,
) -> Vec<(CallHierarchyItem, Vec<Range>)> {
    let found = || {
        let places = state.places(&uri::to_path(&of.uri)?)?;
        let name = name(of.data.as_ref()?)?;
        let steps = look(places.snapshot, &name).into_iter();
        let steps = steps.filter_map(|step| {
            let ranges = step
                .spans
                .iter()
                .filter_map(|span: &Span| places.range(*span));
            Some((item(places, &step.item)?, ranges.collect()))
        });
        Some(steps.collect())
    };
    found().unwrap_or_default()
}

fn item(places: Places<'_>, item: &Item) -> Option<CallHierarchyItem> {
    let location = places.location(item.span)?;
    let (kind, instance) = match &item.name {
        Name::Instance(instance) => (SymbolKind::Namespace, Some(instance)),
        Name::Role(instance, _) => (SymbolKind::Interface, Some(instance)),
        _ => (SymbolKind::Struct, None),
    };
    Some(CallHierarchyItem {
        name: item.name.text().to_owned(),
        kind,
        tags: None,
        detail: Some(item.detail.clone()),
        uri: location.uri,
        range: places.range(item.extent).unwrap_or(location.range),
        selection_range: location.range,
        data: Some(json!({
            "kind": item.name.kind(),
            "name": item.name.text(),
            "service": instance.and_then(|instance| instance.service.clone()),
            "instance": instance.map(|instance| instance.name.clone()),
        })),
    })
}

fn name(data: &Json) -> Option<Name> {
    let text = |name: &str| Some(data.get(name)?.as_str()?.to_owned());
    let instance = || {
        Some(InstanceName {
            service: text("service"),
            name: text("instance")?,
        })
    };
    match text("kind")?.as_str() {
        "machine" => Some(Name::Machine(text("name")?)),
        "instance" => Some(Name::Instance(instance()?)),
        "role" => Some(Name::Role(instance()?, text("name")?)),
        _ => None,
    }
}
