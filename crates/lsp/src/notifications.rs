//! What the client tells: texts, files, folders, its configuration.

use std::path::PathBuf;

use gen_lsp_types as types;
use lsp_server::RequestId;
use serde_json::Value as Json;

use crate::documents::Document;
use crate::server::Server;
use crate::uri;

impl Server<'_> {
    /// Hears a notification. What is not understood is as if it had not been said.
    pub(crate) fn notification(&mut self, method: &str, parameters: Json) {
        match method {
            "textDocument/didOpen" => self.heard(parameters, Server::opened),
            "textDocument/didChange" => self.heard(parameters, Server::changed),
            "textDocument/didClose" => self.heard(parameters, Server::closed),
            "textDocument/didSave" => self.heard(parameters, Server::saved),
            "workspace/didChangeWatchedFiles" => self.analyse_all(),
            "workspace/didChangeWorkspaceFolders" => self.heard(parameters, Server::folders),
            "workspace/didChangeConfiguration" => self.configuration_changed(&parameters),
            "$/cancelRequest" => self.cancelled(&parameters),
            _ => {}
        }
    }

    fn heard<P: serde::de::DeserializeOwned>(&mut self, parameters: Json, act: fn(&mut Self, P)) {
        if let Ok(parameters) = serde_json::from_value(parameters) {
            act(self, parameters);
        }
    }

    fn opened(&mut self, parameters: types::DidOpenTextDocumentParams) {
        let opened = parameters.text_document;
        let Some(path) = uri::to_path(&opened.uri) else {
            return;
        };
        let document = Document::new(opened.uri, opened.version, &opened.text);
        self.state.documents.open(path.clone(), document);
        if let Some(target) = self.state.clans.target_of(&path) {
            self.analyse(&target);
        }
    }

    fn changed(&mut self, parameters: types::DidChangeTextDocumentParams) {
        let Some(path) = uri::to_path(&parameters.text_document.text_document_identifier.uri)
        else {
            return;
        };
        let version = parameters.text_document.version;
        let encoding = self.state.client.encoding;
        let documents = &mut self.state.documents;
        if documents.change(&path, version, parameters.content_changes, encoding)
            && let Some(target) = self.state.clans.target_of(&path)
        {
            self.analyse(&target);
        }
    }

    fn closed(&mut self, parameters: types::DidCloseTextDocumentParams) {
        if let Some(path) = uri::to_path(&parameters.text_document.uri) {
            self.state.documents.close(&path);
            self.analyse_all();
        }
    }

    fn saved(&mut self, parameters: types::DidSaveTextDocumentParams) {
        let path = uri::to_path(&parameters.text_document.uri);
        if let Some(target) = path.and_then(|path| self.state.clans.target_of(&path)) {
            self.analyse(&target);
        }
    }

    fn folders(&mut self, parameters: types::DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<types::WorkspaceFolder>| -> Vec<PathBuf> {
            let paths = folders.iter().map(|folder| uri::to_path(&folder.uri));
            paths.flatten().collect()
        };
        let gone = paths(parameters.event.removed);
        let folders = &mut self.state.client.folders;
        folders.retain(|folder| !gone.contains(folder));
        let mut added = paths(parameters.event.added);
        added.retain(|folder| !folders.contains(folder));
        folders.extend(added);
        self.folders_changed();
    }

    fn configuration_changed(&mut self, parameters: &Json) {
        if self.state.client.can("/workspace/configuration") {
            self.ask_configuration();
        } else if let Some(settings) = parameters.get("settings").filter(|each| each.is_object()) {
            self.configure(settings.clone());
        }
    }

    fn cancelled(&mut self, parameters: &Json) {
        let id = match parameters.get("id") {
            Some(Json::Number(number)) => {
                let number = number
                    .as_i64()
                    .and_then(|number| i32::try_from(number).ok());
                number.map(RequestId::from)
            }
            Some(Json::String(text)) => Some(RequestId::from(text.clone())),
            _ => None,
        };
        if let Some(id) = id {
            self.cancel(&id);
        }
    }
}
