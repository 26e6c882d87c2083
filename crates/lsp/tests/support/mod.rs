//! A client in memory, and a clan on the disk that the server finds.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use lsp::{End, Settings, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value as Json, json};

/// No answer takes so long, on the slowest machine.
const FOREVER: Duration = Duration::from_secs(120);

/// A client.
pub struct Client {
    connection: Connection,
    server: Option<JoinHandle<Result<End, String>>>,
    next: i32,
    /// What the server said of its capabilities.
    pub capabilities: Json,
    /// The newest findings of each file, by address.
    pub findings: BTreeMap<String, Json>,
    /// Requests of the server, as they came.
    pub asked: Vec<Request>,
    /// Other notifications of the server.
    pub told: Vec<Notification>,
    /// A directory that is kept as long as the client.
    pub keep: Option<Directory>,
}

/// What the server is told in tests.
pub fn settings() -> Settings {
    Settings {
        version: "0".to_owned(),
        code_page: "https://example.org/CODE".to_owned(),
        budget: FOREVER,
        patience: FOREVER,
        ..Settings::default()
    }
}

impl Client {
    /// A client with these capabilities and this configuration, greeted.
    pub fn new(capabilities: Json, options: Json) -> Client {
        Client::with(settings(), capabilities, options)
    }

    /// The same with other settings of the server.
    pub fn with(settings: Settings, capabilities: Json, options: Json) -> Client {
        Client::greeted(
            settings,
            json!({
                "processId": null,
                "rootUri": null,
                "capabilities": capabilities,
                "initializationOptions": options,
            }),
        )
    }

    /// A client with all that it says at the start.
    pub fn greeted(settings: Settings, greeting: Json) -> Client {
        let (connection, other) = Connection::memory();
        let server = thread::spawn(move || serve(&other, settings));
        let mut client = Client {
            connection,
            server: Some(server),
            next: 0,
            capabilities: Json::Null,
            findings: BTreeMap::new(),
            asked: vec![],
            told: vec![],
            keep: None,
        };
        let answer = client.request("initialize", greeting).unwrap();
        client.capabilities = answer["capabilities"].clone();
        client.notify("initialized", json!({}));
        client
    }

    /// A client that can do little.
    pub fn old() -> Client {
        Client::new(json!({}), Json::Null)
    }

    pub fn notify(&self, method: &str, parameters: Json) {
        let notification = Notification::new(method.to_owned(), parameters);
        self.connection
            .sender
            .send(Message::Notification(notification))
            .unwrap();
    }

    /// Sends a request without waiting.
    pub fn send(&mut self, method: &str, parameters: Json) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request::new(id.clone(), method.to_owned(), parameters);
        self.connection
            .sender
            .send(Message::Request(request))
            .unwrap();
        id
    }

    /// Answers a request of the server.
    pub fn answer(&self, id: RequestId, result: Json) {
        let response = Response::new_ok(id, result);
        self.connection
            .sender
            .send(Message::Response(response))
            .unwrap();
    }

    /// The answer to a request: the result, or the error's message.
    pub fn receive(&mut self, id: &RequestId) -> Result<Json, String> {
        loop {
            let message = self
                .connection
                .receiver
                .recv_timeout(FOREVER)
                .expect("an answer");
            match message {
                Message::Response(response) if response.id == *id => {
                    return response.response_result.map_err(|error| error.message);
                }
                other => self.hear(other),
            }
        }
    }

    pub fn request(&mut self, method: &str, parameters: Json) -> Result<Json, String> {
        let id = self.send(method, parameters);
        self.receive(&id)
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Notification(told) if told.method == "textDocument/publishDiagnostics" => {
                let uri = told.params["uri"].as_str().unwrap().to_owned();
                self.findings
                    .insert(uri, told.params["diagnostics"].clone());
            }
            Message::Notification(told) => self.told.push(told),
            Message::Request(asked) => self.asked.push(asked),
            Message::Response(_) => {}
        }
    }

    /// Hears what the server says until `enough` is.
    pub fn until(&mut self, enough: impl Fn(&Client) -> bool) {
        while !enough(self) {
            let message = self
                .connection
                .receiver
                .recv_timeout(FOREVER)
                .expect("a message");
            self.hear(message);
        }
    }

    pub fn open(&self, path: &Path, text: &str) {
        self.notify("textDocument/didOpen", json!({
            "textDocument": { "uri": uri(path), "languageId": "nix", "version": 1, "text": text },
        }));
    }

    pub fn change(&self, path: &Path, version: i32, text: &str) {
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri(path), "version": version },
                "contentChanges": [{ "text": text }],
            }),
        );
    }

    /// A request about a position.
    pub fn at(&mut self, method: &str, path: &Path, position: Json) -> Result<Json, String> {
        let parameters = json!({
            "textDocument": { "uri": uri(path) },
            "position": position,
            "context": { "includeDeclaration": true, "triggerKind": 1 },
            "newName": "zoe",
        });
        self.request(method, parameters)
    }

    /// The findings of a file, a line each, once the server has answered something about the newest text.
    pub fn findings_of(&mut self, path: &Path) -> String {
        let parameters = json!({ "textDocument": { "uri": uri(path) } });
        self.request("textDocument/documentSymbol", parameters)
            .unwrap();
        let findings = self.findings.get(&uri(path)).cloned().unwrap_or(json!([]));
        lines(&findings)
    }

    /// Ends the server in order.
    pub fn end(mut self) -> End {
        self.request("shutdown", Json::Null).unwrap();
        self.notify("exit", Json::Null);
        self.server.take().unwrap().join().unwrap().unwrap()
    }

    /// Goes away without a word.
    pub fn vanish(self) -> End {
        let Client {
            connection, server, ..
        } = self;
        drop(connection);
        server.unwrap().join().unwrap().unwrap()
    }
}

/// Findings as lines.
pub fn lines(findings: &Json) -> String {
    let findings = findings.as_array().unwrap().iter();
    let lines = findings.map(|finding| {
        let start = &finding["range"]["start"];
        let message = finding["message"].as_str().unwrap().lines().next().unwrap();
        let code = finding["code"].as_str().unwrap();
        format!(
            "{}:{} {code}: {message}\n",
            start["line"], start["character"]
        )
    });
    lines.collect()
}

/// The address of a path without odd characters.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A directory that goes with the test. It lies in no repository.
pub struct Directory(PathBuf);

impl std::ops::Deref for Directory {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A directory of its own for a test, with these files.
pub fn directory(files: &[(&str, &str)]) -> Directory {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("clan-inventory-lsp-{}-{number}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    for (name, text) in files {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Directory(std::fs::canonicalize(directory).unwrap())
}

/// A small clan on the disk.
pub fn clan() -> Directory {
    directory(&[
        ("flake.nix", FLAKE),
        ("machines.nix", MACHINES),
        ("services.nix", SERVICES),
        ("machines/jon/configuration.nix", "{ }\n"),
    ])
}

pub const FLAKE: &str = r#"{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core, ... }: {
    clan = clan-core.lib.clan {
      inherit self;
      meta.name = "home";
      imports = [ ./machines.nix ./services.nix ];
    };
  };
}
"#;

pub const MACHINES: &str = "{
  inventory.machines.jon.tags = [ \"laptop\" ];
  inventory.machines.sara.tags = [ \"laptop\" ];
}
";

pub const SERVICES: &str = "{
  inventory.instances.borgbackup = {
    roles.client.tags = [ \"laptop\" ];
    roles.server.machines.jon = { };
  };
}
";

/// The position before the first occurrence of a text, in units of UTF-16.
pub fn position(text: &str, before: &str) -> Json {
    let offset = text.find(before).unwrap_or_else(|| panic!("no {before}"));
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let line = text[..offset].matches('\n').count();
    json!({ "line": line, "character": text[start..offset].encode_utf16().count() })
}
