//! From a keystroke to its findings, over the protocol, and what memory is left after many of them.
//!
//! `cargo bench -p lsp` prints the middle and the 95th of a hundred on `fixtures/forty` and on a fleet of 1,000 machines and 100 instances
//! over 50 files; `EDITS=10000` makes that many. Each edit changes a name, so that findings come and go.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lsp::{Settings, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};

fn main() {
    let edits = std::env::var("EDITS")
        .ok()
        .and_then(|text| text.parse().ok());
    let forty = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/forty");
    let forty = std::fs::canonicalize(forty).expect("the fixtures");
    measure(
        "forty",
        &forty.join("services.nix"),
        "edge",
        edits.unwrap_or(200),
    );
    let fleet = fleet();
    measure(
        "fleet",
        &fleet.join("instances-00.nix"),
        "role-3",
        edits.unwrap_or(60),
    );
}

fn measure(name: &str, path: &Path, word: &str, edits: usize) {
    let (connection, other) = Connection::memory();
    let server = std::thread::spawn(move || serve(&other, settings()));
    let send = |message: Message| connection.sender.send(message).expect("a server");
    let notify = |method: &str, parameters: Json| {
        send(Message::Notification(Notification::new(
            method.to_owned(),
            parameters,
        )));
    };
    let greeting = json!({ "processId": null, "rootUri": null, "capabilities": {} });
    send(Message::Request(Request::new(
        RequestId::from(1),
        "initialize".to_owned(),
        greeting,
    )));
    let _ = connection.receiver.recv();
    notify("initialized", json!({}));
    let uri = format!("file://{}", path.display());
    let text = std::fs::read_to_string(path).expect("a text");
    let at = text.find(word).expect("the word");
    let line = text[..at].matches('\n').count();
    let column = at - text[..at].rfind('\n').map_or(0, |at| at + 1);
    notify(
        "textDocument/didOpen",
        json!({
            "textDocument": { "uri": uri, "languageId": "nix", "version": 1, "text": text },
        }),
    );
    settled(&connection, 2);
    let mut times: Vec<Duration> = vec![];
    let mut memory = vec![];
    for edit in 0..edits {
        let start = Instant::now();
        let (length, new) = if edit % 2 == 0 { (0, "x") } else { (1, "") };
        notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": edit + 2 },
                "contentChanges": [{
                    "range": {
                        "start": { "line": line, "character": column },
                        "end": { "line": line, "character": column + length },
                    },
                    "text": new,
                }],
            }),
        );
        settled(&connection, edit as i32 + 3);
        times.push(start.elapsed());
        if edit % (edits / 4).max(1) == 0 {
            memory.push(resident());
        }
    }
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    memory.push(resident());
    println!(
        "{name}: {edits} edits, middle {:.1?}, 95th {:.1?}, worst {:.1?}; MiB resident: {memory:?}",
        at(50),
        at(95),
        at(100)
    );
    send(Message::Request(Request::new(
        RequestId::from(0),
        "shutdown".to_owned(),
        Json::Null,
    )));
    notify("exit", Json::Null);
    server.join().expect("a server").expect("an end");
}

/// Waits until a request that waits for the newest text is answered: the findings have been told before.
fn settled(connection: &Connection, id: i32) {
    let parameters = json!({ "query": "no such name" });
    let request = Request::new(
        RequestId::from(id),
        "workspace/symbol".to_owned(),
        parameters,
    );
    connection
        .sender
        .send(Message::Request(request))
        .expect("a server");
    loop {
        match connection.receiver.recv().expect("a message") {
            Message::Response(response) if response.id == RequestId::from(id) => return,
            _ => {}
        }
    }
}

/// The memory of this process, in MiB.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or_default() * 4096 / (1 << 20)
}

fn settings() -> Settings {
    Settings {
        budget: Duration::from_secs(60),
        patience: Duration::from_secs(60),
        ..Settings::default()
    }
}

/// A fleet of 1,000 machines and 100 instances over 50 files.
fn fleet() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fleet");
    std::fs::create_dir_all(&directory).expect("a directory");
    let write =
        |name: &str, text: &str| std::fs::write(directory.join(name), text).expect("a file");
    let mut imports = String::new();
    for file in 0..20 {
        let mut text = "{\n  inventory.machines = {\n".to_owned();
        for number in 0..50 {
            let machine = file * 50 + number;
            let _ = writeln!(
                text,
                "    machine-{machine:04} = {{\n      tags = [ \"site-{}\" \"role-{}\" \"all-of-{}\" ];\n      deploy.targetHost = \"root@machine-{machine:04}\";\n    }};",
                machine % 10,
                machine % 7,
                machine % 100
            );
        }
        text.push_str("  };\n}\n");
        write(&format!("machines-{file:02}.nix"), &text);
        let _ = write!(imports, " ./machines-{file:02}.nix");
    }
    for file in 0..28 {
        let mut text = "{\n  inventory.instances = {\n".to_owned();
        for number in (file..100).step_by(28) {
            let _ = writeln!(
                text,
                "    instance-{number:03} = {{\n      module.name = \"service\";\n      module.input = \"self\";\n      roles.server.machines.machine-{:04}.settings.port = {};\n      roles.client.tags = [ \"all-of-{number}\" \"role-3\" ];\n      roles.client.settings.interval = {number};\n    }};",
                number * 7,
                8000 + number
            );
        }
        text.push_str("  };\n}\n");
        write(&format!("instances-{file:02}.nix"), &text);
        let _ = write!(imports, " ./instances-{file:02}.nix");
    }
    write("service.nix", SERVICE);
    write("flake.nix", &FLAKE.replace("IMPORTS", &imports));
    std::fs::canonicalize(directory).expect("the directory")
}

const FLAKE: &str = "{
  inputs.clan-core.url = \"https://git.clan.lol/clan/clan-core/archive/main.tar.gz\";
  outputs = { self, clan-core, ... }: {
    clan = clan-core.lib.clan {
      inherit self;
      meta.name = \"fleet\";
      imports = [IMPORTS ];
      modules.service = ./service.nix;
    };
  };
}
";

const SERVICE: &str = "{
  _class = \"clan.service\";
  manifest.name = \"service\";
  roles.server.interface = { lib, ... }: {
    options.port = lib.mkOption { type = lib.types.port; default = 80; };
  };
  roles.client.interface = { lib, ... }: {
    options.interval = lib.mkOption { type = lib.types.int; default = 60; };
    options.labels = lib.mkOption { type = lib.types.attrsOf lib.types.str; default = { }; };
  };
}
";
