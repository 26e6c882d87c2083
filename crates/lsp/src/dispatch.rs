//! Which handler answers which request.

use std::panic::{AssertUnwindSafe, catch_unwind};

use gen_lsp_types as types;
use lsp_server::{ErrorCode, Request, Response};
use serde_json::Value as Json;

use crate::handlers;
use crate::state::State;

/// Why a request has no answer: what the client is told, and how that is called.
pub(crate) struct Refusal {
    /// Its number in the protocol.
    pub code: i32,
    /// In words.
    pub message: String,
}

impl Refusal {
    /// The request cannot be done, for a reason that the user is to see.
    pub fn because(message: impl Into<String>) -> Refusal {
        Refusal {
            code: ErrorCode::RequestFailed as i32,
            message: message.into(),
        }
    }
}

/// What a handler gives.
pub(crate) type Answer<R> = Result<<R as types::Request>::Result, Refusal>;

/// Whether a request is about texts that have to be analysed first.
pub(crate) fn waits(method: &str) -> bool {
    method.starts_with("textDocument/")
        || method.starts_with("callHierarchy/")
        || method == "workspace/symbol"
}

/// What finds the handler of a request, and gives what that gives.
pub(crate) type Route = fn(&State, Request) -> Result<Json, Refusal>;

/// The answer to a request. A handler that panics answers with an error.
pub(crate) fn answer(route: Route, state: &State, request: Request) -> Response {
    let id = request.id.clone();
    let done = catch_unwind(AssertUnwindSafe(|| route(state, request)));
    match done {
        Ok(Ok(result)) => Response::new_ok(id, result),
        Ok(Err(refusal)) => Response::new_err(id, refusal.code, refusal.message),
        Err(_) => {
            let message = "this server has a fault; the request has no answer".to_owned();
            Response::new_err(id, ErrorCode::InternalError as i32, message)
        }
    }
}

macro_rules! routes {
    ($state:ident, $request:ident, { $($kind:ident => $handler:path,)* }) => {
        match $request.method.as_str() {
            $(method if method == <types::$kind as types::Request>::METHOD.as_str() => {
                let parameters = parameters::<types::$kind>($request.params)?;
                written($handler($state, parameters)?)
            })*
            method => Err(Refusal {
                code: ErrorCode::MethodNotFound as i32,
                message: format!("there is no method `{method}`"),
            }),
        }
    };
}

/// The handlers that there are.
pub(crate) fn route(state: &State, request: Request) -> Result<Json, Refusal> {
    routes!(state, request, {
        DocumentDiagnosticRequest => handlers::diagnostic::diagnostic,
        HoverRequest => handlers::hover::hover,
        CompletionRequest => handlers::completion::completion,
        DefinitionRequest => handlers::definition::definition,
        ReferencesRequest => handlers::references::references,
        DocumentHighlightRequest => handlers::highlights::highlights,
        PrepareRenameRequest => handlers::rename::prepare,
        RenameRequest => handlers::rename::rename,
        CodeActionRequest => handlers::code_action::code_action,
        InlayHintRequest => handlers::inlay_hint::inlay_hint,
        CodeLensRequest => handlers::code_lens::code_lens,
        ExecuteCommandRequest => handlers::code_lens::execute,
        DocumentSymbolRequest => handlers::symbols::document,
        WorkspaceSymbolRequest => handlers::symbols::workspace,
        FoldingRangeRequest => handlers::ranges::folding,
        SelectionRangeRequest => handlers::ranges::selection,
        DocumentLinkRequest => handlers::ranges::links,
        SemanticTokensRequest => handlers::ranges::tokens,
        CallHierarchyPrepareRequest => handlers::call_hierarchy::prepare,
        CallHierarchyIncomingCallsRequest => handlers::call_hierarchy::incoming,
        CallHierarchyOutgoingCallsRequest => handlers::call_hierarchy::outgoing,
    })
}

fn parameters<R: types::Request>(parameters: Json) -> Result<R::Params, Refusal> {
    serde_json::from_value(parameters).map_err(|error| Refusal {
        code: ErrorCode::InvalidParams as i32,
        message: error.to_string(),
    })
}

fn written(result: impl serde::Serialize) -> Result<Json, Refusal> {
    serde_json::to_value(result).map_err(|error| Refusal {
        code: ErrorCode::InternalError as i32,
        message: error.to_string(),
    })
}
