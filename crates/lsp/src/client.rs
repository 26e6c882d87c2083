//! What the client said of itself, read one by one: a part that is odd takes nothing else with it.

use std::path::PathBuf;

use gen_lsp_types::Uri;
use serde_json::Value as Json;

use crate::convert::Encoding;
use crate::uri;

/// The client.
#[derive(Clone, Default, Debug)]
pub(crate) struct Client {
    capabilities: Json,
    /// What the columns of positions count.
    pub encoding: Encoding,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
    /// Its configuration as it gave it at the start.
    pub options: Json,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub fn new(parameters: &Json) -> Client {
        let capabilities = parameters.get("capabilities").cloned();
        let mut client = Client {
            capabilities: capabilities.unwrap_or_default(),
            encoding: Encoding::Utf16,
            folders: folders(parameters),
            options: parameters
                .get("initializationOptions")
                .cloned()
                .unwrap_or_default(),
        };
        let offered = client.list("/general/positionEncodings");
        let wanted = offered.iter().find_map(|name| match name.as_str() {
            "utf-8" => Some(Encoding::Utf8),
            "utf-32" => Some(Encoding::Utf32),
            "utf-16" => Some(Encoding::Utf16),
            _ => None,
        });
        let has_utf8 = offered.iter().any(|name| name == "utf-8");
        client.encoding = match wanted {
            _ if has_utf8 => Encoding::Utf8,
            Some(encoding) => encoding,
            None => Encoding::Utf16,
        };
        client
    }

    /// Whether a capability is there and true.
    pub fn can(&self, pointer: &str) -> bool {
        let flag = self.capabilities.pointer(pointer);
        flag.and_then(Json::as_bool).unwrap_or(false)
    }

    /// Whether a capability is described at all.
    pub fn has(&self, pointer: &str) -> bool {
        self.capabilities
            .pointer(pointer)
            .is_some_and(Json::is_object)
    }

    /// The strings of a capability that is a list.
    pub fn list(&self, pointer: &str) -> Vec<String> {
        let list = self.capabilities.pointer(pointer).and_then(Json::as_array);
        let texts = list.into_iter().flatten().filter_map(Json::as_str);
        texts.map(str::to_owned).collect()
    }

    /// Whether it asks for the findings of open files by itself, also after another file has changed them.
    pub fn pulls(&self) -> bool {
        self.has("/textDocument/diagnostic") && self.can("/workspace/diagnostics/refreshSupport")
    }

    /// Whether it shows Markdown where `pointer` lists the formats; without a list it does.
    pub fn shows_markdown(&self, pointer: &str) -> bool {
        let formats = self.list(pointer);
        formats.is_empty() || formats.iter().any(|format| format == "markdown")
    }
}

fn folders(parameters: &Json) -> Vec<PathBuf> {
    let path = |uri: &Json| uri::to_path(&Uri(uri.as_str()?.to_owned()));
    let folders = parameters.get("workspaceFolders").and_then(Json::as_array);
    let folders = folders.into_iter().flatten();
    let found: Vec<PathBuf> = folders
        .filter_map(|folder| path(folder.get("uri")?))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let root = parameters.get("rootUri").and_then(path);
    let old = || Some(PathBuf::from(parameters.get("rootPath")?.as_str()?));
    root.or_else(old).into_iter().collect()
}
