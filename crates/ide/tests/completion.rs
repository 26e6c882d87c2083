//! What is proposed at a cursor.

mod support;

use std::path::Path;

use expect_test::{Expect, expect};
use ide::completion::completion;

use crate::support::clan;

/// Proposals at `$0` of a new text of a file, everything else as it was when the file was still as usual.
#[track_caller]
fn check(file: &str, text: &str, expected: Expect) {
    let clan = clan(&[]);
    let offset = text.find("$0").expect("a cursor");
    let text = text.replace("$0", "");
    let path = Path::new("/clan").join(file);
    let found = completion(&clan.snapshot, &path, &text, offset);
    let mut told = String::new();
    if let Some(found) = found {
        told.push_str(&format!("for {:?}\n", text.get(found.range).unwrap()));
        for proposal in found.proposals {
            let text = proposal.snippet.unwrap_or(proposal.text);
            let detail = proposal.detail.unwrap_or_default();
            told.push_str(format!("{}: {text:?} {detail}", proposal.label).trim_end());
            told.push('\n');
        }
    }
    expected.assert_eq(&told);
}

fn instance(text: &str) -> String {
    format!("{{\n  inventory.instances = {{\n    wifi = {{ {text}\n  }};\n}}\n")
}

#[test]
fn members_are_machines_of_the_clan() {
    check(
        "services.nix",
        &instance("roles.default.machines.$0 };"),
        expect![[r#"
        for ""
        jon: "jon = { };" a member; nixos laptop all nixos
        sara: "sara = { };" a member; nixos laptop berlin all nixos
        server: "server = { };" a member; nixos all nixos
    "#]],
    );
}

#[test]
fn text_that_does_not_parse_is_no_hindrance() {
    check(
        "services.nix",
        &instance("roles.default.machines.$0"),
        expect![[r#"
        for ""
        jon: "jon = { };" a member; nixos laptop all nixos
        sara: "sara = { };" a member; nixos laptop berlin all nixos
        server: "server = { };" a member; nixos all nixos
    "#]],
    );
    check(
        "services.nix",
        &instance("module.input = $0 }; x = foo.;"),
        expect![[r#"
        for ""
        self: "\"self\"" this flake
        clan-core: "\"clan-core\"" https://git.clan.lol/clan/clan-core/archive/main.tar.gz
        disko: "\"disko\"" github:nix-community/disko
    "#]],
    );
    check(
        "services.nix",
        &instance("roles.default = {\n tags = [ \"ber$0\n"),
        expect![[r#"
        for "ber"
        all: "all" 3 machines
        berlin: "berlin" 1 machine
        darwin: "darwin" 0 machines
        nixos: "nixos" 3 machines
        laptop: "laptop" 2 machines
    "#]],
    );
}

#[test]
fn tags_have_counts() {
    check(
        "machines.nix",
        "{ inventory.machines.jon.tags = [ \"$0\" ]; }",
        expect![[r#"
        for ""
        berlin: "berlin" 1 machine
        darwin: "darwin" 0 machines
        all: "all" 3 machines
        laptop: "laptop" 2 machines
        nixos: "nixos" 3 machines
    "#]],
    );
}

#[test]
fn roles_are_those_of_the_service() {
    check(
        "services.nix",
        &instance("roles.$0 };"),
        expect![[r#"
        for ""
        default: "default = { $0 };"
    "#]],
    );
}

#[test]
fn an_instance_has_options() {
    check(
        "services.nix",
        &instance("$0 };"),
        expect![[r#"
        for ""
        module: "module = { $0 };" submodule
        roles: "roles = { $0 };" attribute set of roles
    "#]],
    );
    check(
        "services.nix",
        &instance("roles.default.$0 };"),
        expect![[r#"
        for ""
        extraModules: "extraModules = [ $0 ];" list of modules
        machines: "machines = { $0 };" attribute set of members
        settings: "settings = { $0 };" settings
        tags: "tags = [ \"$1\" ];" list of string, or attribute set
    "#]],
    );
}

#[test]
fn settings_are_those_of_the_interface() {
    check(
        "services.nix",
        &instance("roles.default.settings = { $0 }; };"),
        expect![[r#"
        for ""
        bands: "bands = [ $1 ];" list of (one of "2.4", "5")
        mode: "mode = \"$1\";" one of "fast", "slow"
        timeout: "timeout = $1;" signed integer
    "#]],
    );
    check(
        "services.nix",
        &instance("roles.default.settings.mode = $0; };"),
        expect![[r#"
        for ""
        fast: "\"fast\""
        slow: "\"slow\""
    "#]],
    );
}

#[test]
fn a_name_with_a_value_gets_no_other() {
    check(
        "services.nix",
        &instance("roles.default.settings.ti$0m = 3; };"),
        expect![[r#"
        for "tim"
        bands: "bands" list of (one of "2.4", "5")
        mode: "mode" one of "fast", "slow"
        timeout: "timeout" signed integer
    "#]],
    );
}

#[test]
fn modules_are_named_by_input() {
    check(
        "services.nix",
        &instance("module.input = \"s$0\"; };"),
        expect![[r#"
        for "s"
        self: "self" this flake
        clan-core: "clan-core" https://git.clan.lol/clan/clan-core/archive/main.tar.gz
        disko: "disko" github:nix-community/disko
    "#]],
    );
}

#[test]
fn elsewhere_there_is_nothing() {
    check("services.nix", "{ lib, ... }: { foo.$0 }", expect![[""]]);
    check(
        "services.nix",
        "{ inventory.instances = { }; # $0\n }",
        expect![[""]],
    );
    check("wifi.nix", "{ roles.default.$0 }", expect![[""]]);
}
