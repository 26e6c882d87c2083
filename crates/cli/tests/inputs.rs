//! `inputs` and `inputs fetch`, and what other commands make of fetched inputs.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value as Json, json};
use support::{Ran, command, finish, run, top};
use testkit::http::{Reply, Server};
use testkit::tarball::{Entry, tarball};

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

/// What the inputs hold, with the place where the server has each.
fn served() -> Vec<(String, Vec<u8>)> {
    let tools = tarball(&[
        Entry::Directory("tools-main"),
        Entry::File(
            "tools-main/nix/flake.nix",
            "{ outputs = { self }: { lib.greet = name: \"hello-${name}\"; }; }",
        ),
    ]);
    let site = tarball(&[Entry::File("site/name", "Sarnath")]);
    vec![
        (
            format!("/github.com/me/tools/archive/{REVISION}.tar.gz"),
            tools,
        ),
        ("/example.org/site.tar".to_owned(), site),
        ("/example.org/motd".to_owned(), b"be nice".to_vec()),
    ]
}

const FLAKE: &str = r#"{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.tools.url = "github:me/tools?dir=nix";
  inputs.site = { url = "https://example.org/site.tar"; flake = false; };
  inputs.motd = { url = "file+https://example.org/motd"; flake = false; };
  outputs = { self, clan-core, tools, site, motd }: {
    clan = clan-core.lib.clan {
      inherit self;
      meta.name = tools.lib.greet (builtins.readFile "${site}/name");
      meta.description = "${motd}: ${builtins.readFile motd}";
    };
  };
}"#;

/// A flake with three inputs, a cache of its own, and the server that has them.
struct World {
    directory: PathBuf,
    server: Server,
}

impl World {
    /// The hashes in the lock file are right, except for those of `wrong`.
    fn new(wrong: &[&str]) -> World {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("inputs-{}-{count}", std::process::id());
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(directory.join("flake")).unwrap();
        fs::write(directory.join("flake/flake.nix"), FLAKE).unwrap();
        let replies = served().into_iter();
        let replies = replies.map(|(path, bytes)| (path, Reply::Bytes(bytes)));
        let server = Server::start(replies);
        let world = World { directory, server };
        world.lock(&["tools", "site", "motd"].map(|name| (name, zeros(name))));
        let ran = world.run("inputs fetch");
        assert_eq!(ran.code, 1);
        let hashes = ["tools", "site", "motd"].map(|name| {
            let hash = match wrong.contains(&name) {
                true => zeros(name),
                false => told(&ran.err, name, "got"),
            };
            (name, hash)
        });
        world.lock(&hashes);
        world
    }

    fn lock(&self, hashes: &[(&str, String); 3]) {
        let mut locked = [
            json!({ "type": "github", "owner": "me", "repo": "tools", "rev": REVISION, "dir": "nix", "lastModified": 1_755_820_800 }),
            json!({ "type": "tarball", "url": "https://example.org/site.tar" }),
            json!({ "type": "file", "url": "https://example.org/motd" }),
        ];
        let mut nodes =
            json!({ "root": { "inputs": { "tools": "tools", "site": "site", "motd": "motd" } } });
        for ((name, hash), locked) in hashes.iter().zip(&mut locked) {
            locked["narHash"] = json!(hash);
            nodes[*name] = json!({ "locked": locked, "flake": *name == "tools" });
        }
        let lock = json!({ "version": 7, "root": "root", "nodes": nodes });
        fs::write(self.directory.join("flake/flake.lock"), lock.to_string()).unwrap();
    }

    fn cache(&self) -> PathBuf {
        self.directory.join("cache")
    }

    fn run(&self, arguments: &str) -> Ran {
        let mut command = command(arguments);
        command
            .current_dir(self.directory.join("flake"))
            .env("CLAN_INVENTORY_CACHE", self.cache())
            .env("CLAN_INVENTORY_MIRROR", self.server.url(""));
        finish(&mut command)
    }

    fn meta(&self, arguments: &str) -> Json {
        let ran = self.run(&format!("resolve {arguments}"));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let document: Json = serde_json::from_str(&ran.out).unwrap();
        document["meta"].clone()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A hash of nothing, another one for each name.
fn zeros(name: &str) -> String {
    let first = name.to_uppercase();
    let first = first.chars().next().unwrap();
    format!("sha256-{first}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
}

/// What is told of an input behind a word.
fn told(err: &str, name: &str, word: &str) -> String {
    let (_, about) = err.split_once(&format!("error: {name}: ")).unwrap();
    let mut lines = about.lines();
    let line = lines.find_map(|line| line.trim().strip_prefix(word));
    line.unwrap().trim().to_owned()
}

#[test]
fn fetched_inputs_are_used() {
    let world = World::new(&[]);
    let unknown = world.meta("");
    assert_eq!(unknown["name"]["$unknown"], "inputs.tools.lib.greet (…)");

    let ran = world.run("inputs fetch");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    for (line, name) in lines.iter().zip(["motd", "site", "tools"]) {
        assert!(
            line.starts_with(name) && line.contains(" fetched "),
            "{line}"
        );
        assert!(Path::new(line.split_whitespace().last().unwrap()).exists());
    }
    assert_eq!(
        ran.err,
        "left out, for stand-ins answer for them: clan-core; name them, or give --all\n"
    );

    let meta = world.meta("");
    assert_eq!(meta["name"], "hello-Sarnath");
    let description = meta["description"].as_str().unwrap();
    assert!(description.starts_with("/nix/store/"), "{description}");
    assert!(description.ends_with("-source: be nice"), "{description}");
    assert_eq!(world.meta("--no-cache"), unknown);

    let other = world.directory.join("other");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("name"), "Ulthar").unwrap();
    let meta = world.meta("--override-input site=../other");
    assert_eq!(meta["name"], "hello-Ulthar");

    let again = world.run("inputs fetch tools");
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert!(again.out.contains(" was there "), "{}", again.out);
}

#[test]
fn a_store_is_used_on_demand() {
    let world = World::new(&[]);
    assert_eq!(world.run("inputs fetch").code, 0);
    let store = world.cache().join("inputs").display().to_string();
    let meta = world.meta(&format!("--no-cache --use-store={store}"));
    assert_eq!(meta["name"], "hello-Sarnath");
    let ran = world.run(&format!("inputs --no-cache --use-store={store}"));
    assert!(
        ran.out.contains("tools      2025-08-22  store"),
        "{}",
        ran.out
    );
    let ran = world.run("inputs");
    assert!(
        ran.out.contains("tools      2025-08-22  cache"),
        "{}",
        ran.out
    );
}

#[test]
fn a_wrong_hash_concerns_one_input() {
    let world = World::new(&["site"]);
    let ran = world.run("inputs fetch");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("error: site: what came has another hash"));
    assert_eq!(told(&ran.err, "site", "locked"), zeros("site"));
    assert_ne!(told(&ran.err, "site", "got"), zeros("site"));
    let words = ran.out.lines().map(|line| line.split_whitespace().nth(1));
    let words: Vec<_> = words.map(Option::unwrap).collect();
    assert_eq!(words, ["fetched", "failed", "fetched"]);
    let name = &world.meta("")["name"];
    assert!(name.get("$unknown").is_some(), "{name}");
}

#[test]
fn only_fetch_reaches_the_server() {
    let world = World::new(&[]);
    let before = world.server.requests().len();
    for arguments in [
        "inputs",
        "inputs fetch --dry-run",
        "show",
        "list inputs",
        "check",
    ] {
        world.run(arguments);
    }
    assert_eq!(world.server.requests().len(), before);
}

#[test]
fn names_and_directories_are_told_apart() {
    let world = World::new(&[]);
    let ran = world.run("inputs fetch tool .");
    let expected = "error: the flake has no input `tool`; did you mean `tools`?\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, expected));
    let flake = world.directory.join("flake");
    let ran = world.run(&format!("inputs fetch -n motd {}", flake.display()));
    assert_eq!(ran.out, "motd  https://example.org/motd\n");
    let ran = run("inputs crates/cli/src");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("it has no `flake.nix`"), "{}", ran.err);
}

#[test]
fn the_list_is_there_as_json() {
    let mut command = command("inputs --format json");
    let ran = finish(command.current_dir(top().join("crates/cli/tests/inputs")));
    let inputs: Json = serde_json::from_str(&ran.out).unwrap();
    let inputs = inputs.as_array().unwrap();
    let named = |name: &str| inputs.iter().find(|input| input["name"] == name).unwrap();
    assert_eq!(named("tools/nixpkgs")["follows"], "nixpkgs");
    let tools = named("tools");
    assert_eq!(tools["date"], "2025-06-15");
    assert_eq!(tools["stand_in"], false);
    assert_eq!(tools["source"], Json::Null);
    assert_eq!(
        tools["nar_hash"],
        "sha256-EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    );
}

#[test]
fn the_page_on_inputs_shows_what_is_printed() {
    let page = fs::read_to_string(top().join("docs/inputs.md")).unwrap();
    let examples: Vec<&str> = page
        .split("```console\n$ clan-inventory ")
        .skip(1)
        .collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let (arguments, rest) = example.split_once('\n').unwrap();
        let (shown, _) = rest.split_once("```").unwrap();
        let mut command = command(arguments);
        let ran = finish(command.current_dir(top().join("crates/cli/tests/inputs")));
        assert_eq!(shown, format!("{}{}", ran.err, ran.out), "{arguments}");
    }
}
