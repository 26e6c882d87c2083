//! A small clan in memory, and cursors in it: `$0` in the text of one of its files.

#![allow(dead_code, reason = "each test file uses a part")]

use std::path::{Path, PathBuf};

use ide::Snapshot;
use project::analysis::Request;
use project::session::Options;
use source::files::memory::Memory;
use source::{Pos, Span};

const FLAKE: &str = r#"{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.disko.url = "github:nix-community/disko";
  outputs = { self, clan-core, ... }: {
    clan = clan-core.lib.clan {
      inherit self;
      meta.name = "home";
      imports = [ ./machines.nix ./services.nix ];
      modules.wifi = ./wifi.nix;
    };
  };
}
"#;

const MACHINES: &str = r#"{
  inventory.machines = {
    jon.tags = [ "laptop" ];
    sara = {
      description = "Sara's";
      tags = [ "laptop" "berlin" ];
    };
    "server".deploy.targetHost = "root@server";
  };
}
"#;

const SERVICES: &str = r#"{ lib, ... }: {
  inventory.instances = {
    wifi = {
      module.name = "wifi";
      module.input = "self";
      roles.default = {
        tags = [ "laptop" ];
        machines.server.settings.timeout = 50;
        settings.timeout = lib.mkDefault 30;
      };
    };
    backup = {
      module.name = "borgbackup";
      roles.client.machines.jon = { };
      roles.client.machines."sara" = { };
      roles.server.machines.server = { };
    };
  };
}
"#;

const WIFI: &str = r#"{
  _class = "clan.service";
  manifest.name = "wifi";
  manifest.description = "Predefined networks";
  roles.default = {
    description = "Knows the networks";
    interface = { lib, ... }: {
      options.timeout = lib.mkOption {
        type = lib.types.int;
        default = 10;
        description = "Seconds until it gives up.";
      };
      options.bands = lib.mkOption {
        type = lib.types.listOf (lib.types.enum [ "2.4" "5" ]);
        default = [ ];
      };
      options.mode = lib.mkOption {
        type = lib.types.enum [ "fast" "slow" ];
        default = "fast";
      };
    };
  };
}
"#;

/// The clan that the tests ask about.
pub struct Clan {
    pub files: Memory,
    pub snapshot: Snapshot,
    pub cursor: Option<(PathBuf, usize, String)>,
}

/// The clan with other texts: a path below the clan, and a text, which may have `$0`.
pub fn clan(changed: &[(&str, &str)]) -> Clan {
    let texts = [
        ("flake.nix", FLAKE),
        ("machines.nix", MACHINES),
        ("services.nix", SERVICES),
        ("wifi.nix", WIFI),
    ];
    let mut files = Memory::new().with("/clan/machines/jon/configuration.nix", "{ }");
    let mut cursor = None;
    for (name, text) in texts.iter().chain(changed) {
        let path = Path::new("/clan").join(name);
        if let Some(offset) = text.find("$0") {
            cursor = Some((path.clone(), offset, text.replace("$0", "")));
        }
        files.insert(path, text.replace("$0", ""));
    }
    Clan {
        snapshot: snapshot(&files),
        files,
        cursor,
    }
}

/// The usual text of a file of the clan, with a cursor put before the first occurrence of a text.
pub fn at(name: &str, text: &str) -> String {
    let all = match name {
        "flake.nix" => FLAKE,
        "machines.nix" => MACHINES,
        "services.nix" => SERVICES,
        _ => WIFI,
    };
    let offset = all
        .find(text)
        .unwrap_or_else(|| panic!("{name} has no {text}"));
    let (before, after) = all.split_at(offset);
    format!("{before}$0{after}")
}

/// What is known of the clan in `files`.
pub fn snapshot(files: &Memory) -> Snapshot {
    Snapshot::new(files, Options::default(), &request())
}

/// What an editor wants of the clan.
pub fn request() -> Request {
    Request {
        explain: true,
        findings: true,
        places: true,
        ..Request::of_path("/clan")
    }
}

impl Clan {
    /// Where the cursor is.
    pub fn place(&self) -> Pos {
        let (path, offset, _) = self.cursor.as_ref().expect("a cursor");
        self.snapshot
            .pos(path, *offset)
            .expect("a file of the clan")
    }

    /// A place as `file:line:column text`.
    pub fn show(&self, span: Span) -> String {
        let file = self.snapshot.sources.file(span.start).expect("a file");
        let place = file.line_column(span.start);
        let name = file
            .path
            .strip_prefix("/clan")
            .unwrap_or(&file.path)
            .display();
        format!(
            "{name}:{}:{} {}",
            place.line,
            place.column,
            file.slice(span)
        )
    }
}
