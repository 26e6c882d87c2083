//! Edits and requests by chance: whatever the text becomes, there is an answer, in time, with places that lie in the text.
//!
//! `STEPS=100000 SEED=7 cargo test -p lsp --test random -- --nocapture` does more of them by hand.

mod support;

use std::path::PathBuf;

use gen_lsp_types::{Position, Range};
use serde_json::{Value as Json, json};

use crate::support::{Client, FLAKE, MACHINES, SERVICES, clan, uri};

/// A small generator of numbers; the same from the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

const PIECES: [&str; 26] = [
    "",
    ".",
    ";",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "''",
    "${",
    "=",
    "machines",
    "jon",
    "\n",
    "tags",
    "𝄞ü",
    "# ",
    "inventory.instances.x.roles.client.",
    "/*",
    " lib.mkForce ",
    "\r\n",
    "inventory.services.borgbackup.x = ",
    "roles.client.config",
    "''${",
    "\\",
    " # clan-inventory: allow(unknown-machine)",
];

/// What a text is set back to now and then.
const STARTS: [&[&str]; 3] = [&[SERVICES, LEGACY, ""], &[MACHINES], &[FLAKE]];

const LEGACY: &str = "{
  inventory.services = {
    borgbackup.nightly = {
      roles.client.tags = [ \"laptop\" ];
      roles.server.machines = [ \"jon\" ];
    };
    sshd.lan.roles.server.tags = [ \"all\" ];
  };
}
";

const METHODS: [&str; 17] = [
    "hover",
    "completion",
    "definition",
    "references",
    "documentHighlight",
    "prepareRename",
    "rename",
    "codeAction",
    "inlayHint",
    "codeLens",
    "documentSymbol",
    "foldingRange",
    "selectionRange",
    "prepareCallHierarchy",
    "documentLink",
    "semanticTokens/full",
    "nonsense",
];

/// The start of the character at a byte, or the end of the text.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// Every range in an answer that is about the file itself lies in its text.
fn check_ranges(answer: &Json, text: &str, uri: &str, method: &str) {
    match answer {
        Json::Object(fields) => {
            if fields.get("uri").is_some_and(|other| other != uri)
                || fields.contains_key("targetUri")
            {
                return;
            }
            let others = |name: &str| name.starts_with("file://") && name != uri;
            for (name, value) in fields.iter().filter(|(name, _)| !others(name)) {
                if let Ok(range) = serde_json::from_value::<Range>(value.clone())
                    && !name.starts_with("from")
                {
                    check_position(range.start, text, method);
                    check_position(range.end, text, method);
                    assert!(range.start <= range.end);
                }
                check_ranges(value, text, uri, method);
            }
        }
        Json::Array(items) => items
            .iter()
            .for_each(|item| check_ranges(item, text, uri, method)),
        _ => {}
    }
}

/// The position of a byte, in units of UTF-16.
fn place(text: &str, offset: usize) -> Json {
    let index = source::LineIndex::new(text);
    let line = index.line_of(u32::try_from(offset).unwrap());
    let start = index.line_start(line).unwrap() as usize;
    json!({ "line": line, "character": text[start..offset].encode_utf16().count() })
}

/// Whether a byte lies between the two characters of a line's end, where no position is.
fn splits_a_break(text: &str, offset: usize) -> bool {
    text[..offset].ends_with('\r') && text[offset..].starts_with('\n')
}

fn check_position(position: Position, text: &str, method: &str) {
    let index = source::LineIndex::new(text);
    assert!(position.line < index.line_count(), "{method}: {position:?}");
    let start = index.line_start(position.line).unwrap() as usize;
    let line = text[start..].split(['\n', '\r']).next().unwrap();
    assert!(
        position.character as usize <= line.encode_utf16().count(),
        "{method}: {position:?} in {line:?}"
    );
}

#[test]
fn any_text_is_answered() {
    let (steps, seed) = (number("STEPS", 150), number("SEED", 1));
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let clan = clan();
    let files = ["services.nix", "machines.nix", "flake.nix"];
    let files = files.iter().zip(STARTS);
    let texts = files.map(|(name, starts)| (clan.join(name), starts[0].to_owned()));
    let mut texts: Vec<(PathBuf, String)> = texts.collect();
    let mut client = Client::new(
        json!({ "textDocument": { "rename": { "prepareSupport": true } } }),
        json!({ "semanticTokens": true }),
    );
    for (path, text) in &texts {
        client.open(path, text);
    }
    for step in 0..steps {
        let which = dice.below(texts.len());
        let (path, text) = &mut texts[which];
        let version = i32::try_from(step).unwrap() + 2;
        if dice.below(30) == 0 {
            *text = STARTS[which][dice.below(STARTS[which].len())].to_owned();
            client.change(path, version, text);
        } else {
            let start = boundary(text, dice.below(text.len() + 1));
            let end = boundary(text, start + dice.below(4)).max(start);
            let piece = PIECES[dice.below(PIECES.len())];
            let range = json!({ "start": place(text, start), "end": place(text, end) });
            let is_whole = splits_a_break(text, start) || splits_a_break(text, end);
            text.replace_range(start..end, piece);
            let change = match is_whole || dice.below(2) == 0 {
                true => json!({ "text": text }),
                false => json!({ "range": range, "text": piece }),
            };
            let document = json!({ "uri": uri(path), "version": version });
            client.notify(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": [change] }),
            );
        }
        if dice.below(200) == 0 {
            let closed = json!({ "textDocument": { "uri": uri(path) } });
            client.notify("textDocument/didClose", closed);
            client.open(path, text);
        }
        if dice.below(3) == 0 {
            continue;
        }
        let method = METHODS[dice.below(METHODS.len())];
        let line = dice.below(12);
        let position = json!({ "line": line, "character": dice.below(60) });
        let parameters = json!({
            "textDocument": { "uri": uri(path) },
            "position": position,
            "positions": [position],
            "range": { "start": position, "end": { "line": line + 1, "character": 0 } },
            "context": { "includeDeclaration": true, "triggerKind": 1, "diagnostics": [] },
            "newName": "zoe",
        });
        let answer = client.request(&format!("textDocument/{method}"), parameters);
        match answer {
            Ok(answer) => check_ranges(&answer, text, &uri(path), method),
            Err(message) => {
                let may_refuse = method == "nonsense" || method.to_lowercase().contains("rename");
                let has_fault = message.contains("this server has a fault");
                assert!(may_refuse && !has_fault, "{method}: {message}");
            }
        }
        if let Some(findings) = client.findings.get(&uri(path)) {
            assert!(findings.is_array());
        }
    }
    assert_eq!(client.end(), lsp::End::Clean);
}
