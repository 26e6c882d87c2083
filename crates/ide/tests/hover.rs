//! What is told of the name at a place.

mod support;

use expect_test::{Expect, expect};
use ide::hover::hover;

use crate::support::{at, clan};

#[track_caller]
fn check(file: &str, before: &str, expected: Expect) {
    let clan = clan(&[(file, &at(file, before))]);
    let told = hover(&clan.snapshot, clan.place());
    let told = told.map(|hover| format!("{}\n{}\n", clan.show(hover.span), hover.markdown));
    expected.assert_eq(told.as_deref().unwrap_or("nothing\n"));
}

#[test]
fn a_machine_has_tags_and_roles() {
    check(
        "machines.nix",
        "sara = {",
        expect![[r#"
        machines.nix:4:5 sara
        machine `sara` (nixos)

        Sara's

        tags: `laptop`, `berlin`, `all` (computed), `nixos` (computed)

        - `client` of backup (borgbackup), by name
        - `default` of wifi (wifi of self), by tag laptop

        from inventory
    "#]],
    );
}

#[test]
fn a_machine_is_the_same_where_it_is_a_member() {
    check(
        "services.nix",
        "server.settings",
        expect![[r#"
        services.nix:8:18 server
        machine `server` (nixos)

        deployed to `root@server`

        tags: `all` (computed), `nixos` (computed)

        - `server` of backup (borgbackup), by name
        - `default` of wifi (wifi of self), by name

        from inventory
    "#]],
    );
}

#[test]
fn a_tag_has_machines_and_roles() {
    check(
        "services.nix",
        "laptop\" ]",
        expect![[r#"
        services.nix:7:19 laptop
        tag `laptop`: 2 machines

        - `jon`
        - `sara`

        selected by

        - `default` of wifi
    "#]],
    );
}

#[test]
fn an_instance_has_a_service_and_roles() {
    check(
        "services.nix",
        "wifi = {",
        expect![[r#"
        services.nix:3:5 wifi
        instance `wifi` of the service `wifi` of `self`

        Predefined networks

        - `default`: 3 machines
    "#]],
    );
}

#[test]
fn a_role_has_members_and_settings() {
    check(
        "services.nix",
        "default = {",
        expect![[r#"
        services.nix:6:13 default
        role `default` of the service `wifi`

        Knows the networks

        - `jon`, by tag laptop
        - `sara`, by tag laptop
        - `server`, by name

        settings

        - `bands`: list of (one of "2.4", "5")
        - `mode`: one of "fast", "slow"
        - `timeout`: signed integer
    "#]],
    );
}

#[test]
fn a_service_has_roles() {
    check(
        "services.nix",
        "borgbackup",
        expect![[r#"
        services.nix:13:22 borgbackup
        service `borgbackup`

        Encrypted, deduplicated backups from clients to servers

        roles

        - `client`
        - `server`
    "#]],
    );
}

#[test]
fn a_setting_has_a_type_and_values_with_their_layers() {
    check(
        "services.nix",
        "timeout = lib",
        expect![[r#"
            services.nix:9:18 timeout
            setting `timeout`

            signed integer, by default `10`

            Seconds until it gives up.

            - 2 machines: `30`, role `default`
            - `server`: `50`, the machine
        "#]],
    );
}

#[test]
fn a_setting_of_one_machine_has_its_value() {
    check(
        "services.nix",
        "timeout = 50",
        expect![[r#"
            services.nix:8:34 timeout
            setting `timeout`

            signed integer, by default `10`

            Seconds until it gives up.

            - `server`: `50`, the machine
        "#]],
    );
}

#[test]
fn a_setting_without_a_value_tells_why() {
    let services = at("services.nix", "timeout = 50").replace("lib.mkDefault 30", "30");
    let clan = clan(&[("services.nix", &services)]);
    let told = hover(&clan.snapshot, clan.place()).unwrap();
    expect![[r#"
        setting `timeout`

        signed integer, by default `10`

        Seconds until it gives up.

        - `server`: not known: `instances.wifi.roles.default.machines.server.settings.timeout` has conflicting values of equal priority"#]].assert_eq(&told.markdown);
}

#[test]
fn an_input_has_a_url() {
    check(
        "flake.nix",
        "disko.url",
        expect![[r#"
        flake.nix:3:10 disko
        flake input `disko`

        `github:nix-community/disko`
    "#]],
    );
}

#[test]
fn other_words_have_nothing() {
    check(
        "wifi.nix",
        "options.timeout",
        expect![[r"
        nothing
    "]],
    );
    check(
        "machines.nix",
        "description",
        expect![[r"
        nothing
    "]],
    );
}
