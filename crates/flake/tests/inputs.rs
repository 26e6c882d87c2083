//! The tree of inputs: names, dates and sources.

use std::path::PathBuf;
use std::sync::Arc;

use bumpalo::Bump;
use expect_test::{Expect, expect};
use flake::{Entry, Origin, Request, Sources, Store};
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::Checkout;
use source::files::memory::Memory;

#[track_caller]
fn check(files: &[(&str, &str)], overrides: &[(&str, &str)], expected: Expect) {
    check_in(Checkout::None, files, overrides, expected);
}

/// The same where a git repository has that checked out.
#[track_caller]
fn check_in(
    checkout: Checkout,
    files: &[(&str, &str)],
    overrides: &[(&str, &str)],
    expected: Expect,
) {
    let mut memory = Memory::new().in_repository(checkout);
    for (path, text) in files {
        memory.insert(path, *text);
    }
    let session = Session::new(Arc::new(SourceMap::new()), &memory);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let library = nix_lib::library(&evaluator);
    let overrides = overrides
        .iter()
        .map(|(name, path)| ((*name).to_owned(), PathBuf::from(path)))
        .collect();
    let sources = Sources {
        overrides,
        stores: vec![Store {
            directory: PathBuf::from("/cache"),
            origin: Origin::Cache,
        }],
        ..Sources::default()
    };
    let request = Request {
        entry: &Entry::Path(PathBuf::from("/clan")),
        sources: &sources,
    };
    let located = flake::open(&evaluator, library, request);
    let mut text = String::new();
    for input in &located.inputs {
        let date = input.date.as_deref().unwrap_or("-");
        let url = input.url.as_deref().unwrap_or("-");
        text.push_str(&format!("{} {date} {url} {:?}\n", input.name, input.state));
    }
    for diagnostic in located.diagnostics.iter() {
        text.push_str(&format!("{}: {}\n", diagnostic.code, diagnostic.message));
    }
    if let Some(clan) = located.clans.first() {
        text.push_str(&format!("clan in {}\n", clan.self_directory.display()));
    }
    expected.assert_eq(&text);
}

const FLAKE: &str = r#"{
  inputs.clan.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.nixpkgs.follows = "clan/nixpkgs";
  inputs.tools = { url = "github:me/tools"; inputs.nixpkgs.follows = "nixpkgs"; };
  outputs = { self, clan, tools, implicit, ... }: {
    clan = clan.lib.clan { inherit self; meta.name = tools.name or "x"; };
  };
}"#;

const LOCK: &str = r#"{
  "nodes": {
    "clan": { "inputs": { "nixpkgs": "nixpkgs", "disko": "disko" },
      "locked": { "type": "git", "url": "https://git.clan.lol/clan/clan-core", "lastModified": 1755820800, "rev": "abc" } },
    "disko": { "inputs": { "nixpkgs": ["clan", "nixpkgs"] },
      "locked": { "type": "github", "owner": "nix-community", "repo": "disko", "lastModified": 1755000000 } },
    "nixpkgs": { "locked": { "type": "tarball", "url": "https://releases.nixos.org/nixpkgs/x.tar.xz", "lastModified": 1750000000 } },
    "root": { "inputs": { "clan": "clan", "nixpkgs": ["clan", "nixpkgs"], "tools": "tools" } },
    "tools": { "inputs": { "nixpkgs": ["nixpkgs"] }, "locked": { "type": "github", "owner": "me", "repo": "tools", "lastModified": 0 } }
  },
  "root": "root", "version": 7 }"#;

#[test]
fn without_a_lock_file_the_urls_count() {
    check(
        &[("/clan/flake.nix", FLAKE)],
        &[],
        expect![[r#"
        clan - git+https://git.clan.lol/clan/clan-core StandIn
        implicit - - OutOfReach
        nixpkgs - - StandIn
        tools - github:me/tools OutOfReach
        clan in /clan
    "#]],
    );
}

#[test]
fn a_lock_file_gives_the_dates() {
    check(
        &[("/clan/flake.nix", FLAKE), ("/clan/flake.lock", LOCK)],
        &[],
        expect![[r#"
            clan 2025-08-22 git+https://git.clan.lol/clan/clan-core StandIn
            implicit - - OutOfReach
            nixpkgs 2025-06-15 https://releases.nixos.org/nixpkgs/x.tar.xz StandIn
            tools 1970-01-01 github:me/tools OutOfReach
            clan/disko 2025-08-12 github:nix-community/disko OutOfReach
            clan in /clan
        "#]],
    );
}

/// Nix wrote version 5 until 2020 and version 6 until 2021.
#[test]
fn older_lock_files_are_read() {
    let flake = r#"{
      inputs.clan.url = "git+https://git.clan.lol/clan/clan-core";
      outputs = { self, clan }: { clan = clan.lib.clan { inherit self; }; };
    }"#;
    let version_5 = r#"{ "nodes": {
      "clan": { "info": { "lastModified": 1755820800, "narHash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
        "locked": { "type": "git", "url": "https://git.clan.lol/clan/clan-core", "rev": "abc" } },
      "root": { "inputs": { "clan": "clan" } } }, "root": "root", "version": 5 }"#;
    let version_6 = r#"{ "nodes": {
      "clan": { "locked": { "type": "git", "url": "https://git.clan.lol/clan/clan-core", "rev": "abc",
        "lastModified": 1755820800, "narHash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } },
      "root": { "inputs": { "clan": "clan" } } }, "root": "root", "version": 6 }"#;
    for lock in [version_5, version_6] {
        check(
            &[("/clan/flake.nix", flake), ("/clan/flake.lock", lock)],
            &[],
            expect![[r#"
                clan 2025-08-22 git+https://git.clan.lol/clan/clan-core StandIn
                clan in /clan
            "#]],
        );
    }
}

#[test]
fn a_broken_lock_file_is_reported() {
    check(
        &[("/clan/flake.nix", FLAKE), ("/clan/flake.lock", "{")],
        &[],
        expect![[r#"
            clan - git+https://git.clan.lol/clan/clan-core StandIn
            implicit - - OutOfReach
            nixpkgs - - StandIn
            tools - github:me/tools OutOfReach
            bad-lock-file: `flake.lock` can't be read: EOF while parsing an object at line 1 column 1
            clan in /clan
        "#]],
    );
}

#[test]
fn an_override_is_a_real_source() {
    check(
        &[
            ("/clan/flake.nix", FLAKE),
            ("/clan/flake.lock", LOCK),
            (
                "/tools/flake.nix",
                "{ inputs.a.url = \"github:a/b\"; outputs = { self, a }: { name = \"real\"; }; }",
            ),
            ("/disko/default.nix", "{ }"),
        ],
        &[("tools", "/tools"), ("clan/disko", "/disko")],
        expect![[r#"
            clan 2025-08-22 git+https://git.clan.lol/clan/clan-core StandIn
            implicit - - OutOfReach
            nixpkgs 2025-06-15 https://releases.nixos.org/nixpkgs/x.tar.xz StandIn
            tools 1970-01-01 path:/tools Real("/tools", Override)
            clan/disko - path:/disko Real("/disko", Override)
            tools/a - github:a/b OutOfReach
            clan in /clan
        "#]],
    );
}

#[test]
fn inputs_below_the_flake_are_real() {
    let flake = r#"{
      inputs.mine.url = "path:./mine";
      inputs.data = { url = "path:./data"; flake = false; };
      outputs = { self, mine, data }: { clan = mine.core.lib.clan { inherit self; }; };
    }"#;
    let mine = r#"{
      inputs.core.url = "git+https://git.clan.lol/clan/clan-core";
      outputs = { self, core }: { inherit core; };
    }"#;
    check(
        &[
            ("/clan/flake.nix", flake),
            ("/clan/mine/flake.nix", mine),
            ("/clan/data/x", ""),
        ],
        &[],
        expect![[r#"
            data - path:./data Real("/clan/data", Flake)
            mine - path:./mine Real("/clan/mine", Flake)
            mine/core - git+https://git.clan.lol/clan/clan-core StandIn
            clan in /clan
        "#]],
    );
}

/// The lock of an input `tools` whose flake lies in `sub`, as the whole text of `flake.lock`.
const LOCKED_BY_HASH: &str = r#"{ "nodes": {
    "tools": { "inputs": { "clan": "clan" },
      "locked": { "type": "github", "owner": "me", "repo": "tools", "dir": "sub", "rev": "0123456789",
                  "narHash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "lastModified": 1755820800 } },
    "clan": { "locked": { "type": "github", "owner": "clan-lol", "repo": "clan-core" } },
    "root": { "inputs": { "tools": "tools" } } },
  "root": "root", "version": 7 }"#;

const TREE: &str = "/cache/f6jkrn77ysv9dhs8hh6s2faflhjc930i-source";

#[test]
fn a_tree_of_the_cache_is_known_by_its_store_path() {
    let flake = r#"{
      inputs.tools.url = "github:me/tools?dir=sub";
      outputs = { self, tools }: {
        clan = throw (builtins.toJSON (tools.about // { inherit tools; inherit (tools) read; }));
      };
    }"#;
    let tools = r#"{
      outputs = { self, clan }: {
        core = clan.lib.clan;
        about = { inherit (self) rev shortRev lastModified narHash; info = self.sourceInfo; };
        read = builtins.readFile "${self}/x" + builtins.readFile "${self.sourceInfo}/y" + builtins.readFile ./x;
      };
    }"#;
    check(
        &[
            ("/clan/flake.nix", flake),
            ("/clan/flake.lock", LOCKED_BY_HASH),
            (&format!("{TREE}/sub/flake.nix"), tools),
            (&format!("{TREE}/sub/x"), "x"),
            (&format!("{TREE}/y"), "y"),
        ],
        &[],
        expect![[r#"
            tools 2025-08-22 github:me/tools?dir=sub Real("/cache/f6jkrn77ysv9dhs8hh6s2faflhjc930i-source/sub", Cache)
            tools/clan - github:clan-lol/clan-core StandIn
            thrown: {"info":"/nix/store/f6jkrn77ysv9dhs8hh6s2faflhjc930i-source","lastModified":1755820800,"narHash":"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","read":"xyx","rev":"0123456789","shortRev":"0123456","tools":"/nix/store/f6jkrn77ysv9dhs8hh6s2faflhjc930i-source/sub"}
        "#]],
    );
}

#[test]
fn an_override_keeps_the_day_that_is_locked_and_follows_what_its_flake_is_told() {
    check(
        &[
            ("/clan/flake.nix", FLAKE),
            ("/clan/flake.lock", LOCK),
            (
                "/tools/flake.nix",
                "{ inputs.nixpkgs.url = \"github:other/nixpkgs\"; outputs = { self, nixpkgs }: { }; }",
            ),
        ],
        &[("tools", "/tools")],
        expect![[r#"
            clan 2025-08-22 git+https://git.clan.lol/clan/clan-core StandIn
            implicit - - OutOfReach
            nixpkgs 2025-06-15 https://releases.nixos.org/nixpkgs/x.tar.xz StandIn
            tools 1970-01-01 path:/tools Real("/tools", Override)
            clan/disko 2025-08-12 github:nix-community/disko OutOfReach
            clan in /clan
        "#]],
    );
}

#[test]
fn the_flake_is_what_its_repository_has_checked_out() {
    let show = r#"{ outputs = { self }:
      let shown = builtins.intersectAttrs {
        rev = 1; shortRev = 1; dirtyRev = 1; dirtyShortRev = 1; lastModified = 1; lastModifiedDate = 1;
      } self.sourceInfo;
      in { clan = throw (builtins.toJSON (builtins.mapAttrs (_: toString) shown)); }; }"#;
    let show = |checkout, expected| check_in(checkout, &[("/clan/flake.nix", show)], &[], expected);
    let commit = |is_clean| Checkout::Commit {
        revision: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        committed: 1755820800,
        is_clean,
    };
    show(
        commit(true),
        expect![[r#"
            thrown: {"lastModified":"1755820800","lastModifiedDate":"20250822000000","rev":"0123456789abcdef0123456789abcdef01234567","shortRev":"0123456"}
        "#]],
    );
    show(
        commit(false),
        expect![[r#"
            thrown: {"dirtyRev":"0123456789abcdef0123456789abcdef01234567-dirty","dirtyShortRev":"0123456-dirty","lastModified":"1755820800","lastModifiedDate":"20250822000000"}
        "#]],
    );
    show(
        Checkout::Unborn,
        expect![[r#"
            thrown: {"lastModified":"0","lastModifiedDate":"19700101000000"}
        "#]],
    );
    show(
        Checkout::Unknown,
        expect![[r#"
        out-of-reach: `self.dirtyRev` is out of reach: it depends on the state of the repository
        no-clan: no clan was found in `/clan`
    "#]],
    );
}
