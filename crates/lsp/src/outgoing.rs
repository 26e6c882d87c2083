//! What the server tells and asks the client by itself.

use std::collections::HashSet;

use gen_lsp_types as types;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};

use crate::client::Client;

/// The way to the client.
pub(crate) struct Outgoing<'c> {
    connection: &'c Connection,
    next: i32,
    /// The questions for the configuration.
    asked: HashSet<RequestId>,
    progress: Option<String>,
}

/// The files that make a clan another one when they change.
const WATCHED: [&str; 5] = [
    "**/*.nix",
    "**/flake.lock",
    "**/inventory.json",
    "**/clan-inventory.toml",
    "**/machines/*",
];

impl<'c> Outgoing<'c> {
    /// Has asked nothing yet.
    pub fn new(connection: &'c Connection) -> Outgoing<'c> {
        Outgoing {
            connection,
            next: 0,
            asked: HashSet::new(),
            progress: None,
        }
    }

    /// Sends a notification.
    pub fn tell<N: types::Notification>(&self, parameters: N::Params) {
        let notification = Notification::new(N::METHOD.as_str().to_owned(), parameters);
        // Who does not listen any more, does not miss it.
        let _ = self
            .connection
            .sender
            .send(Message::Notification(notification));
    }

    fn ask(&mut self, method: &str, parameters: Json) -> RequestId {
        self.next += 1;
        let id = RequestId::from(format!("clan-inventory-{}", self.next));
        let request = Request::new(id.clone(), method.to_owned(), parameters);
        let _ = self.connection.sender.send(Message::Request(request));
        id
    }

    /// Whether a response is that to a question for the configuration.
    pub fn is_configuration(&mut self, id: &RequestId) -> bool {
        self.asked.remove(id)
    }

    /// Asks to be told of changes of files and of the configuration, as far as the client can be asked.
    pub fn register(&mut self, client: &Client) {
        let mut registrations = vec![];
        if client.can("/workspace/didChangeWatchedFiles/dynamicRegistration") {
            let watchers = WATCHED.map(|pattern| json!({ "globPattern": pattern }));
            registrations.push(json!({
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            }));
        }
        if client.can("/workspace/didChangeConfiguration/dynamicRegistration") {
            registrations.push(json!({
                "id": "configuration",
                "method": "workspace/didChangeConfiguration",
                "registerOptions": { "section": crate::settings::SECTION },
            }));
        }
        if !registrations.is_empty() {
            let parameters = json!({ "registrations": registrations });
            self.ask("client/registerCapability", parameters);
        }
    }

    /// Asks for a section of the configuration.
    pub fn ask_configuration(&mut self, section: &str) {
        let parameters = json!({ "items": [{ "section": section }] });
        let id = self.ask("workspace/configuration", parameters);
        self.asked.insert(id);
    }

    /// Says that what was asked for before has changed.
    pub fn refresh(&mut self, client: &Client) {
        if client.pulls() {
            self.ask("workspace/diagnostic/refresh", Json::Null);
        }
        for (capability, method) in [
            (
                "/workspace/inlayHint/refreshSupport",
                "workspace/inlayHint/refresh",
            ),
            (
                "/workspace/codeLens/refreshSupport",
                "workspace/codeLens/refresh",
            ),
        ] {
            if client.can(capability) {
                self.ask(method, Json::Null);
            }
        }
    }

    /// Shows a warning.
    pub fn warn(&self, message: &str) {
        self.tell::<types::ShowMessageNotification>(types::ShowMessageParams {
            kind: types::MessageType::Warning,
            message: message.to_owned(),
        });
    }

    /// Whether the client shows that something is under way.
    pub fn has_progress(&self) -> bool {
        self.progress.is_some()
    }

    /// Shows that something is under way, if nothing is shown yet and the client can.
    pub fn begin_progress(&mut self, client: &Client, title: &str) {
        if self.has_progress() || !client.can("/window/workDoneProgress") {
            return;
        }
        let token = format!("clan-inventory/{}", self.next);
        let parameters = json!({ "token": token });
        self.ask("window/workDoneProgress/create", parameters);
        self.progress(&token, json!({ "kind": "begin", "title": title }));
        self.progress = Some(token);
    }

    /// Shows that nothing is under way any more.
    pub fn end_progress(&mut self) {
        if let Some(token) = self.progress.take() {
            self.progress(&token, json!({ "kind": "end" }));
        }
    }

    fn progress(&self, token: &str, value: Json) {
        self.tell::<types::ProgressNotification>(types::ProgressParams {
            token: types::ProgressToken::String(token.to_owned()),
            value,
        });
    }
}
