//! Each request, as it comes over the protocol.

mod support;

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::support::{Client, MACHINES, SERVICES, clan, directory, position, uri};

fn everything() -> Json {
    json!({
        "textDocument": {
            "definition": { "linkSupport": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "completion": { "completionItem": { "snippetSupport": true } },
            "rename": { "prepareSupport": true },
        },
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["rename"] },
        },
    })
}

/// A client with both files of a clan open.
fn opened(capabilities: Json, options: Json) -> (Client, PathBuf, PathBuf) {
    let clan = clan();
    let (machines, services) = (clan.join("machines.nix"), clan.join("services.nix"));
    let mut client = Client::new(capabilities, options);
    client.open(&machines, MACHINES);
    client.open(&services, SERVICES);
    client.keep = Some(clan);
    (client, machines, services)
}

#[test]
fn a_definition_is_a_link_or_a_location() {
    let (mut client, machines, services) = opened(everything(), Json::Null);
    let here = position(SERVICES, "jon = ");
    let links = client
        .at("textDocument/definition", &services, here.clone())
        .unwrap();
    let targets = links
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["targetUri"].clone());
    let configuration = machines.with_file_name("machines/jon/configuration.nix");
    assert_eq!(
        targets.collect::<Vec<_>>(),
        [uri(&machines), uri(&configuration)]
    );
    assert_eq!(links[0]["originSelectionRange"]["start"], here);
    let (mut client, machines, services) = opened(json!({}), Json::Null);
    let locations = client
        .at("textDocument/definition", &services, here)
        .unwrap();
    assert_eq!(locations[0]["uri"], uri(&machines));
    assert_eq!(locations[0]["range"]["start"], position(MACHINES, "jon"));
}

#[test]
fn references_and_highlights_are_every_place() {
    let (mut client, machines, services) = opened(everything(), Json::Null);
    let here = position(SERVICES, "laptop");
    let found = client
        .at("textDocument/references", &services, here.clone())
        .unwrap();
    assert_eq!(found.as_array().unwrap().len(), 3);
    let found = client
        .at("textDocument/documentHighlight", &services, here)
        .unwrap();
    assert_eq!(found, json!([{ "range": found[0]["range"], "kind": 2 }]));
    let here = position(MACHINES, "laptop");
    let found = client
        .at("textDocument/documentHighlight", &machines, here)
        .unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[test]
fn a_rename_changes_files_and_moves_the_folder() {
    let (mut client, machines, services) = opened(everything(), Json::Null);
    let here = position(SERVICES, "jon = ");
    let prepared = client
        .at("textDocument/prepareRename", &services, here.clone())
        .unwrap();
    assert_eq!(prepared["placeholder"], "jon");
    let edit = client
        .at("textDocument/rename", &services, here.clone())
        .unwrap();
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(changes[0]["textDocument"]["uri"], uri(&machines));
    assert_eq!(changes[0]["edits"][0]["newText"], "zoe");
    assert_eq!(changes[1]["textDocument"]["uri"], uri(&services));
    assert_eq!(changes[2]["kind"], "rename");
    assert_eq!(
        changes[2]["newUri"],
        uri(&machines.with_file_name("machines/zoe"))
    );
    let (mut client, _, services) = opened(json!({}), Json::Null);
    let refused = client.at("textDocument/rename", &services, here);
    assert_eq!(
        refused.unwrap_err(),
        "this editor cannot move the machine's folder along with its name"
    );
}

#[test]
fn a_rename_that_would_change_more_is_refused() {
    let machines = "{ lib, config, ... }: {
  inventory.machines = { jan.tags = [ ]; sara = { }; };
  inventory.tags.laptop = if builtins.hasAttr (\"ja\" + \"n\") config.inventory.machines then [ \"sara\" ] else [ ];
}
";
    let services = SERVICES.replace("jon", "jan");
    let clan = directory(&[
        ("flake.nix", support::FLAKE),
        ("machines.nix", machines),
        ("services.nix", &services),
    ]);
    let path = clan.join("machines.nix");
    let mut client = Client::new(everything(), Json::Null);
    client.open(&path, machines);
    let refused = client.at("textDocument/rename", &path, position(machines, "jan"));
    assert!(
        refused
            .unwrap_err()
            .starts_with("its name is used in other ways too")
    );
}

#[test]
fn a_finding_is_mended_or_allowed() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let wrong = SERVICES.replace("machines.jon", "machines.jan");
    client.change(&services, 2, &wrong);
    let start = position(&wrong, "jan");
    let actions = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": { "uri": uri(&services) },
            "range": { "start": start, "end": start },
            "context": { "diagnostics": [] },
        }),
    );
    let actions = actions.unwrap();
    let actions = actions.as_array().unwrap();
    let titles: Vec<&str> = actions
        .iter()
        .map(|action| action["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        [
            "write `jon`",
            "define the machine `jan`",
            "allow `unknown-machine` here"
        ]
    );
    let new = |at: usize| actions[at]["edit"]["documentChanges"][0]["edits"][0]["newText"].clone();
    assert_eq!(new(0), "jon");
    assert_eq!(new(1), "inventory.machines.jan = { };\n  ");
    assert_eq!(new(2), " # clan-inventory: allow(unknown-machine)");
    assert_eq!(actions[0]["diagnostics"][0]["code"], "unknown-machine");
}

#[test]
fn tags_are_written_as_a_set_and_back() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let rewrite = |client: &mut Client, text: &str, version: i32| {
        client.change(&services, version, text);
        let start = position(text, "laptop");
        let actions = client.request(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": uri(&services) },
                "range": { "start": start, "end": start },
                "context": { "diagnostics": [], "only": ["refactor"] },
            }),
        );
        let action = actions.unwrap()[0].clone();
        action["edit"]["documentChanges"][0]["edits"][0]["newText"].clone()
    };
    assert_eq!(rewrite(&mut client, SERVICES, 2), "{ laptop = { }; }");
    let set = SERVICES.replace("[ \"laptop\" ]", "{ laptop = { }; }");
    assert_eq!(rewrite(&mut client, &set, 3), "[ \"laptop\" ]");
}

#[test]
fn an_instance_of_services_is_moved() {
    let text = "{
  inventory.services.borgbackup.nightly = {
    roles.client.tags = [ \"laptop\" ];
    roles.server.machines = [ \"jon\" ];
  };
}
";
    let (mut client, _, services) = opened(everything(), Json::Null);
    client.change(&services, 2, text);
    let start = position(text, "nightly");
    let mut offered = |only: &str| {
        let actions = client.request(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": uri(&services) },
                "range": { "start": start, "end": start },
                "context": { "diagnostics": [], "only": [only] },
            }),
        );
        actions.unwrap()
    };
    assert_eq!(offered("quickfix"), json!([]));
    let actions = offered("refactor.rewrite");
    let [action] = actions.as_array().unwrap().as_slice() else {
        panic!("one action: {actions}");
    };
    assert_eq!(action["title"], "move to `instances.borgbackup-nightly`");
    assert_eq!(action["kind"], "refactor.rewrite");
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["uri"], uri(&services));
    assert_eq!(change["textDocument"]["version"], 2);
    let edits = change["edits"].as_array().unwrap().iter();
    let texts: Vec<&str> = edits
        .map(|edit| edit["newText"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts,
        [
            "instances.borgbackup-nightly",
            "\n    module.name = \"borgbackup\";\n    module.input = \"clan-core\";",
            "roles.client.tags.laptop",
            "{ }",
            "roles.server.machines.jon",
            "{ }",
        ]
    );
}

#[test]
fn hints_tell_how_many_machines_tags_select() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let all =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let parameters = json!({ "textDocument": { "uri": uri(&services) }, "range": all });
    let hints = client
        .request("textDocument/inlayHint", parameters)
        .unwrap();
    assert_eq!(hints[0]["label"], "→ 2 machines");
    assert_eq!(
        hints[0]["position"],
        position(SERVICES, ";\n    roles.server")
    );
}

#[test]
fn lenses_lead_to_members_and_settings() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let parameters = json!({ "textDocument": { "uri": uri(&services) } });
    let lenses = client.request("textDocument/codeLens", parameters).unwrap();
    assert_eq!(lenses[0]["command"]["title"], "2 machines");
    let command = lenses[1]["command"].clone();
    assert_eq!(command["title"], "resolved settings");
    let document = client.request("workspace/executeCommand", command).unwrap();
    assert!(
        document["text"]
            .as_str()
            .unwrap()
            .contains("server = {\n    jon = {"),
        "{document}"
    );
}

#[test]
fn symbols_are_nested_and_found() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let parameters = json!({ "textDocument": { "uri": uri(&services) } });
    let symbols = client
        .request("textDocument/documentSymbol", parameters.clone())
        .unwrap();
    assert_eq!(symbols[0]["name"], "borgbackup");
    let roles = symbols[0]["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["name"].clone());
    assert_eq!(roles.collect::<Vec<_>>(), ["client", "server"]);
    let found = client
        .request("workspace/symbol", json!({ "query": "SRA" }))
        .unwrap();
    assert_eq!(found[0]["name"], "sara");
    let folds = client
        .request("textDocument/foldingRange", parameters)
        .unwrap();
    assert_eq!(
        (&folds[0]["startLine"], &folds[0]["endLine"]),
        (&json!(1), &json!(4))
    );
}

#[test]
fn selections_grow_and_links_lead_away() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let here = position(SERVICES, "laptop");
    let ranges = client.request(
        "textDocument/selectionRange",
        json!({
            "textDocument": { "uri": uri(&services) }, "positions": [here],
        }),
    );
    let range = ranges.unwrap()[0].clone();
    assert_eq!(range["range"]["start"], here);
    assert!(range["parent"]["parent"]["range"].is_object());
    let flake = services.with_file_name("flake.nix");
    client.open(&flake, support::FLAKE);
    let parameters = json!({ "textDocument": { "uri": uri(&flake) } });
    let links = client
        .request("textDocument/documentLink", parameters)
        .unwrap();
    assert_eq!(
        links[0]["target"],
        "https://git.clan.lol/clan/clan-core/archive/main.tar.gz"
    );
}

#[test]
fn instances_call_roles_and_roles_call_machines() {
    let (mut client, _, services) = opened(everything(), Json::Null);
    let here = position(SERVICES, "borgbackup");
    let items = client
        .at("textDocument/prepareCallHierarchy", &services, here)
        .unwrap();
    let roles = client
        .request("callHierarchy/outgoingCalls", json!({ "item": items[0] }))
        .unwrap();
    assert_eq!(roles[0]["to"]["name"], "client");
    let members = client.request(
        "callHierarchy/outgoingCalls",
        json!({ "item": roles[0]["to"] }),
    );
    assert_eq!(members.unwrap()[1]["to"]["name"], "sara");
    let above = client.request(
        "callHierarchy/incomingCalls",
        json!({ "item": roles[0]["to"] }),
    );
    assert_eq!(above.unwrap()[0]["from"]["name"], "borgbackup");
}

#[test]
fn names_are_coloured_for_who_wants_it() {
    let (client, _, _) = opened(everything(), Json::Null);
    assert_eq!(client.capabilities["semanticTokensProvider"], Json::Null);
    let (mut client, _, services) = opened(everything(), json!({ "semanticTokens": true }));
    assert!(client.capabilities["semanticTokensProvider"].is_object());
    let parameters = json!({ "textDocument": { "uri": uri(&services) } });
    let tokens = client
        .request("textDocument/semanticTokens/full", parameters)
        .unwrap();
    assert_eq!(
        tokens["data"].as_array().unwrap().get(..5).unwrap(),
        [1, 22, 10, 2, 1]
    );
}

#[test]
fn proposals_are_snippets_for_who_takes_them() {
    let text = SERVICES.replace("roles.server.machines.jon = { };", "roles.server.machines.");
    let here = json!({ "line": 3, "character": 26 });
    for (capabilities, expected) in [(everything(), "sara = { };"), (json!({}), "sara")] {
        let (mut client, _, services) = opened(capabilities, Json::Null);
        client.findings_of(&services);
        client.change(&services, 2, &text);
        let proposals = client
            .at("textDocument/completion", &services, here.clone())
            .unwrap();
        assert_eq!(proposals["items"][0]["textEdit"]["newText"], expected);
    }
}
