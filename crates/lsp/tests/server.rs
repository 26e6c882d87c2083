//! The server as a client meets it: greeting, texts, findings, the end.

mod support;

use std::path::Path;
use std::time::Duration;

use lsp::End;
use serde_json::{Value as Json, json};

use crate::support::{
    Client, Directory, MACHINES, SERVICES, clan, directory, lines, position, settings, uri,
};

/// Takes time and no memory.
const LONG: &str = "let l = builtins.genList (x: x) 40000; sum = a: builtins.foldl' (a: b: a + b) a l; in builtins.foldl' (a: b: sum a) 0 l\n";

const WRONG: &str = "{ inventory.instances.borgbackup.roles.client.machines.jan = { }; }\n";
const WRONG_FOUND: &str = "0:55 unknown-machine: the inventory has no machine `jan`\n";

/// The clan without a folder that makes `jon` a machine in any case.
fn without_folders() -> Directory {
    directory(&[
        ("flake.nix", support::FLAKE),
        ("machines.nix", MACHINES),
        ("services.nix", SERVICES),
    ])
}

#[test]
fn a_client_is_greeted_and_let_go() {
    let client = Client::old();
    assert_eq!(client.capabilities["positionEncoding"], "utf-16");
    assert_eq!(client.capabilities["diagnosticProvider"], Json::Null);
    assert_eq!(client.end(), End::Clean);
}

#[test]
fn a_client_that_goes_away_is_noticed() {
    assert_eq!(Client::old().vanish(), End::Abrupt);
}

#[test]
fn nothing_is_done_after_shutdown() {
    let mut client = Client::old();
    client.request("shutdown", Json::Null).unwrap();
    let answer = client.request("workspace/symbol", json!({ "query": "" }));
    assert_eq!(answer, Err("the server has been shut down".to_owned()));
    client.notify("exit", Json::Null);
}

#[test]
fn unknown_methods_and_bad_parameters_are_errors() {
    let mut client = Client::old();
    assert!(client.request("textDocument/nonsense", json!({})).is_err());
    assert!(
        client
            .request("textDocument/hover", json!({ "position": 3 }))
            .is_err()
    );
    client.notify("textDocument/didOpen", json!({ "textDocument": 3 }));
    client.notify("nonsense", Json::Null);
    assert_eq!(client.end(), End::Clean);
}

#[test]
fn findings_come_and_go_with_unsaved_text() {
    let clan = clan();
    let path = clan.join("services.nix");
    let mut client = Client::old();
    client.open(&path, WRONG);
    assert!(
        client.findings_of(&path).contains(WRONG_FOUND),
        "{:?}",
        client.findings
    );
    client.change(&path, 2, SERVICES);
    assert_eq!(client.findings_of(&path), "");
}

#[test]
fn a_finding_has_its_page_its_source_and_its_places() {
    let clan = clan();
    let path = clan.join("services.nix");
    let mut client = Client::old();
    client.open(&path, WRONG);
    client.findings_of(&path);
    let findings = client.findings[&uri(&path)].clone();
    let finding = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["code"] == "unknown-machine");
    let finding = finding.unwrap();
    assert_eq!(finding["source"], "clan-inventory");
    assert_eq!(finding["severity"], 2);
    assert_eq!(
        finding["codeDescription"]["href"],
        "https://example.org/unknown-machine"
    );
    let related = &finding["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], uri(&clan.join("machines.nix")));
    assert!(
        finding["message"]
            .as_str()
            .unwrap()
            .contains("help: write `jon`")
    );
}

#[test]
fn findings_of_other_files_follow() {
    let clan = without_folders();
    let (machines, services) = (clan.join("machines.nix"), clan.join("services.nix"));
    let mut client = Client::old();
    client.open(&machines, &MACHINES.replace("jon", "jan"));
    client.findings_of(&machines);
    let found = lines(&client.findings[&uri(&services)]);
    assert!(
        found.contains("unknown-machine: the inventory has no machine `jon`"),
        "{found}"
    );
    client.change(&machines, 2, MACHINES);
    client.findings_of(&machines);
    assert_eq!(lines(&client.findings[&uri(&services)]), "");
}

#[test]
fn where_there_is_no_clan_there_is_silence() {
    let place = directory(&[
        ("flake.nix", "{ outputs = _: { x = 1; }; }"),
        ("a.nix", "{ a = 1 }"),
    ]);
    for (name, text) in [
        ("flake.nix", "{ outputs = _: { x = 1; }; }"),
        ("a.nix", "{ machines.$"),
    ] {
        let path = place.join(name);
        let mut client = Client::old();
        client.open(&path, text);
        assert_eq!(client.findings_of(&path), "");
        assert_eq!(
            client.at(
                "textDocument/hover",
                &path,
                json!({ "line": 0, "character": 3 })
            ),
            Ok(Json::Null)
        );
        assert_eq!(
            client.at(
                "textDocument/completion",
                &path,
                json!({ "line": 0, "character": 11 })
            ),
            Ok(Json::Null)
        );
    }
}

#[test]
fn broken_text_is_answered_from_what_was_known() {
    let clan = clan();
    let path = clan.join("services.nix");
    let mut client = Client::old();
    client.open(&path, SERVICES);
    client.findings_of(&path);
    let broken = SERVICES.replace("roles.server.machines.jon = { };", "roles.server.machines.");
    client.change(&path, 2, &broken);
    let here = json!({ "line": 3, "character": 26 });
    let proposals = client.at("textDocument/completion", &path, here).unwrap();
    let labels = proposals["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["label"].clone());
    assert_eq!(labels.collect::<Vec<_>>(), ["sara", "jon"]);
    let hover = client
        .at("textDocument/hover", &path, position(&broken, "laptop"))
        .unwrap();
    assert!(
        hover["contents"]["value"]
            .as_str()
            .unwrap()
            .contains("tag `laptop`: 2 machines")
    );
    assert_ne!(client.findings_of(&path), "");
}

#[test]
fn columns_are_those_that_were_agreed() {
    let clan = clan();
    let path = clan.join("services.nix");
    let text = "{ /* 𝄞ü */ inventory.instances.borgbackup.roles.client.machines.jan = { }; }\n";
    let offers = json!({ "general": { "positionEncodings": ["utf-16", "utf-8"] } });
    for (capabilities, encoding, column) in [(json!({}), "utf-16", 65), (offers, "utf-8", 68)] {
        let mut client = Client::new(capabilities, Json::Null);
        assert_eq!(client.capabilities["positionEncoding"], encoding);
        client.open(&path, text);
        let found = client.findings_of(&path);
        assert!(
            found.contains(&format!("0:{column} unknown-machine")),
            "{found}"
        );
        let here = json!({ "line": 0, "character": column + 1 });
        let hover = client.at("textDocument/hover", &path, here).unwrap();
        assert_eq!(hover["range"]["start"]["character"], column);
    }
}

#[test]
fn changes_are_made_one_after_the_other() {
    let clan = clan();
    let path = clan.join("services.nix");
    let mut client = Client::old();
    client.open(&path, SERVICES);
    let at = |line: u32, from: u32, to: u32| {
        json!({
            "start": { "line": line, "character": from }, "end": { "line": line, "character": to },
        })
    };
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": uri(&path), "version": 2 },
            "contentChanges": [
                { "range": at(3, 26, 29), "text": "jan" },
                { "range": at(3, 26, 29), "text": "eva" },
            ],
        }),
    );
    assert!(client.findings_of(&path).contains("no machine `eva`"));
}

#[test]
fn a_client_that_pulls_is_not_pushed_at() {
    let clan = clan();
    let path = clan.join("services.nix");
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = Client::new(capabilities, Json::Null);
    client.open(&path, WRONG);
    let parameters = json!({ "textDocument": { "uri": uri(&path) } });
    let report = client
        .request("textDocument/diagnostic", parameters)
        .unwrap();
    assert_eq!(report["kind"], "full");
    assert!(lines(&report["items"]).contains(WRONG_FOUND));
    assert!(!client.findings.contains_key(&uri(&path)));
    client.until(|client| {
        client
            .asked
            .iter()
            .any(|each| each.method == "workspace/diagnostic/refresh")
    });
}

#[test]
fn files_are_watched_and_read_again() {
    let clan = without_folders();
    let path = clan.join("services.nix");
    let capabilities = json!({
        "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
    });
    let mut client = Client::new(capabilities, Json::Null);
    client.until(|client| {
        client
            .asked
            .iter()
            .any(|each| each.method == "client/registerCapability")
    });
    client.open(&path, SERVICES);
    assert_eq!(client.findings_of(&path), "");
    std::fs::write(clan.join("machines.nix"), MACHINES.replace("jon", "jan")).unwrap();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({
            "changes": [{ "uri": uri(&clan.join("machines.nix")), "type": 2 }],
        }),
    );
    assert!(client.findings_of(&path).contains("no machine `jon`"));
}

#[test]
fn codes_are_as_bad_as_the_client_wishes() {
    let clan = clan();
    let path = clan.join("services.nix");
    let wishes = json!({ "clan-inventory": { "severity": { "unknown-machine": "off" } } });
    let mut client = Client::new(json!({}), wishes);
    client.open(&path, WRONG);
    assert!(!client.findings_of(&path).contains("unknown-machine"));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "clan-inventory": {} } }),
    );
    assert!(client.findings_of(&path).contains(WRONG_FOUND));
}

#[test]
fn an_empty_answer_leaves_what_was_said_at_the_start() {
    let clan = clan();
    let path = clan.join("services.nix");
    let wishes = json!({ "severity": { "unknown-machine": "off" } });
    let asked = json!({ "workspace": { "configuration": true } });
    let mut client = Client::new(asked, wishes);
    client.until(|client| !client.asked.is_empty());
    let id = client.asked[0].id.clone();
    client.answer(id, json!([{}]));
    client.open(&path, WRONG);
    assert!(!client.findings_of(&path).contains("unknown-machine"));
}

#[test]
fn a_waiting_request_can_be_cancelled() {
    let clan = clan();
    let path = clan.join("services.nix");
    let mut client = Client::old();
    client.open(&path, SERVICES);
    let here =
        json!({ "textDocument": { "uri": uri(&path) }, "position": { "line": 0, "character": 0 } });
    let id = client.send("textDocument/hover", here);
    client.notify("$/cancelRequest", json!({ "id": 2 }));
    let answer = client.receive(&id);
    assert!(
        matches!(answer, Ok(Json::Null))
            || answer == Err("the request has been cancelled".to_owned())
    );
}

#[test]
fn what_takes_too_long_is_given_up() {
    let clan = directory(&[
        ("flake.nix", support::FLAKE),
        ("machines.nix", "{ }"),
        ("services.nix", "{ }"),
    ]);
    let path = clan.join("machines.nix");
    let settings = lsp::Settings {
        budget: Duration::from_secs(2),
        ..settings()
    };
    let mut client = Client::with(settings, json!({}), Json::Null);
    client.open(&path, LONG);
    client.until(|client| {
        client
            .told
            .iter()
            .any(|each| each.method == "window/showMessage")
    });
    client.change(&path, 2, MACHINES);
    let hover = client
        .at("textDocument/hover", &path, position(MACHINES, "jon"))
        .unwrap();
    assert!(
        hover["contents"]["value"]
            .as_str()
            .unwrap()
            .contains("machine `jon`")
    );
    assert_eq!(client.end(), End::Clean);
}

#[test]
fn clans_are_kept_apart() {
    let (first, second) = (clan(), clan());
    let mut client = Client::old();
    client.open(&first.join("services.nix"), WRONG);
    client.open(&second.join("services.nix"), SERVICES);
    assert!(
        client
            .findings_of(&first.join("services.nix"))
            .contains(WRONG_FOUND)
    );
    assert_eq!(client.findings_of(&second.join("services.nix")), "");
    client.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri(&first.join("services.nix")) } }),
    );
    client.findings_of(&second.join("services.nix"));
    assert_eq!(
        lines(&client.findings[&uri(&first.join("services.nix"))]),
        ""
    );
}

#[test]
fn a_server_can_be_started_again() {
    let clan = clan();
    let path = clan.join("services.nix");
    let found = [0, 1].map(|_| {
        let mut client = Client::old();
        client.open(&path, WRONG);
        let found = client.findings_of(&path);
        assert_eq!(client.end(), End::Clean);
        found
    });
    assert!(found[0].contains(WRONG_FOUND));
    assert_eq!(found[0], found[1]);
}

#[test]
fn what_takes_long_is_shown() {
    let clan = directory(&[
        ("flake.nix", support::FLAKE),
        ("machines.nix", "{ }"),
        ("services.nix", "{ }"),
    ]);
    let path = clan.join("machines.nix");
    let progress = |client: &Client| {
        let told = client.told.iter();
        let told = told.filter(|told| told.method == "$/progress");
        told.map(|told| told.params.clone()).collect::<Vec<_>>()
    };
    let settings = lsp::Settings {
        budget: Duration::from_secs(2),
        ..settings()
    };
    let shows = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::with(settings.clone(), shows, Json::Null);
    client.open(&path, LONG);
    client.until(|client| progress(client).len() > 1);
    let [begin, end] = progress(&client).try_into().unwrap();
    let title = format!("Evaluating {}", clan.display());
    assert_eq!(begin["value"], json!({ "kind": "begin", "title": title }));
    assert_eq!(end["value"], json!({ "kind": "end" }));
    assert_eq!(begin["token"], end["token"]);
    let created = client.asked.iter();
    let mut created = created.filter(|asked| asked.method == "window/workDoneProgress/create");
    assert_eq!(created.next().unwrap().params["token"], begin["token"]);
    let mut client = Client::with(settings, json!({}), Json::Null);
    client.open(&path, LONG);
    client.until(|client| !client.told.is_empty());
    client.findings_of(&path);
    assert!(progress(&client).is_empty() && client.asked.is_empty());
}

/// A client in whose workspace these folders are.
fn in_folders(folders: &[&Path], options: Json) -> Client {
    let folders: Vec<Json> = folders.iter().map(|folder| folder_of(folder)).collect();
    let greeting = json!({
        "processId": null,
        "rootUri": null,
        "workspaceFolders": folders,
        "capabilities": { "workspace": { "workspaceFolders": true } },
        "initializationOptions": options,
    });
    Client::greeted(settings(), greeting)
}

fn folder_of(folder: &Path) -> Json {
    json!({ "uri": uri(folder), "name": "folder" })
}

fn change_folders(client: &Client, added: &[&Path], removed: &[&Path]) {
    let [added, removed] = [added, removed].map(|folders| {
        folders
            .iter()
            .map(|folder| folder_of(folder))
            .collect::<Vec<_>>()
    });
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": added, "removed": removed } }),
    );
}

#[test]
fn each_folder_has_its_clan() {
    let (first, second, third) = (clan(), clan(), clan());
    let path = |folder: &Directory| folder.join("services.nix");
    let mut client = in_folders(&[&first, &second], Json::Null);
    let folders = &client.capabilities["workspace"]["workspaceFolders"];
    assert_eq!(
        *folders,
        json!({ "supported": true, "changeNotifications": true })
    );
    client.open(&path(&first), WRONG);
    client.open(&path(&second), SERVICES);
    assert!(client.findings_of(&path(&first)).contains(WRONG_FOUND));
    assert_eq!(client.findings_of(&path(&second)), "");
    let close = json!({ "textDocument": { "uri": uri(&path(&first)) } });
    client.notify("textDocument/didClose", close);
    change_folders(&client, &[&third], &[&first]);
    client.open(&path(&third), WRONG);
    assert!(client.findings_of(&path(&third)).contains(WRONG_FOUND));
    assert_eq!(lines(&client.findings[&uri(&path(&first))]), "");
    assert_eq!(client.findings_of(&path(&second)), "");
    let found = client.request("workspace/symbol", json!({ "query": "sara" }));
    let found = found.unwrap();
    let places = found.as_array().unwrap().iter();
    let places: Vec<&Json> = places.map(|each| &each["location"]["uri"]).collect();
    let mut expected = [&second, &third].map(|folder| uri(&folder.join("machines.nix")));
    expected.sort();
    assert_eq!(places, [&expected[0], &expected[1]]);
}

#[test]
fn relative_inputs_start_at_the_first_folder() {
    let with_input = |machine: &str| {
        let text = format!("{{ inventory.machines.{machine} = {{ }}; }}");
        directory(&[("shared/machines.nix", &text)])
    };
    let (jan, eva) = (with_input("jan"), with_input("eva"));
    let flake = support::FLAKE.replace("./machines.nix", "\"${shared}/machines.nix\"");
    let flake = flake.replace("clan-core, ...", "clan-core, shared, ...");
    let flake = flake.replace(
        "  outputs",
        "  inputs.shared.url = \"github:a/b\";\n  outputs",
    );
    let clan = directory(&[("flake.nix", &flake), ("services.nix", WRONG)]);
    let path = clan.join("services.nix");
    let options = json!({ "overrideInput": { "shared": "shared" } });
    let mut client = in_folders(&[&jan], options);
    client.open(&path, WRONG);
    assert_eq!(client.findings_of(&path), "");
    change_folders(&client, &[&eva], &[]);
    assert_eq!(client.findings_of(&path), "");
    change_folders(&client, &[], &[&jan]);
    assert!(client.findings_of(&path).contains(WRONG_FOUND));
    change_folders(&client, &[&jan], &[&eva]);
    assert_eq!(client.findings_of(&path), "");
}
