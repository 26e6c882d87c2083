//! Edits and requests by chance: whatever the text becomes, there is an answer, in time, with places that lie in the text.
//!
//! `STEPS=100000 SEED=7 cargo test -p lsp --test random -- --nocapture` does more of them by hand.

mod support;

use std::path::PathBuf;

use gen_lsp_types::{Position, Range};
use serde_json::{Value as Json, json};

use crate::support::{Client, MACHINES, SERVICES, clan, uri};

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

const PIECES: [&str; 20] = [
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
];

const METHODS: [&str; 14] = [
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
fn check_ranges(answer: &Json, text: &str, uri: &str) {
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
                    check_position(range.start, text);
                    check_position(range.end, text);
                    assert!(range.start <= range.end);
                }
                check_ranges(value, text, uri);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| check_ranges(item, text, uri)),
        _ => {}
    }
}

fn check_position(position: Position, text: &str) {
    let index = source::LineIndex::new(text);
    assert!(position.line < index.line_count(), "{position:?}");
    let start = index.line_start(position.line).unwrap() as usize;
    let line = text[start..].split(['\n', '\r']).next().unwrap();
    assert!(
        position.character as usize <= line.encode_utf16().count(),
        "{position:?} in {line:?}"
    );
}

#[test]
fn any_text_is_answered() {
    let (steps, seed) = (number("STEPS", 150), number("SEED", 1));
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let clan = clan();
    let mut texts: Vec<(PathBuf, String)> = vec![
        (clan.join("services.nix"), SERVICES.to_owned()),
        (clan.join("machines.nix"), MACHINES.to_owned()),
    ];
    let mut client = Client::new(
        json!({ "textDocument": { "rename": { "prepareSupport": true } } }),
        Json::Null,
    );
    for (path, text) in &texts {
        client.open(path, text);
    }
    for step in 0..steps {
        let which = dice.below(texts.len());
        let (path, text) = &mut texts[which];
        if dice.below(30) == 0 {
            *text = if which == 0 {
                SERVICES.to_owned()
            } else {
                MACHINES.to_owned()
            };
        } else {
            let start = boundary(text, dice.below(text.len() + 1));
            let end = boundary(text, start + dice.below(4)).max(start);
            text.replace_range(start..end, PIECES[dice.below(PIECES.len())]);
        }
        client.change(path, i32::try_from(step).unwrap() + 2, text);
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
            Ok(answer) => check_ranges(&answer, text, &uri(path)),
            Err(message) => assert!(
                method.to_lowercase().contains("rename"),
                "{method}: {message}"
            ),
        }
        if let Some(findings) = client.findings.get(&uri(path)) {
            assert!(findings.is_array());
        }
    }
    assert_eq!(client.end(), lsp::End::Clean);
}
