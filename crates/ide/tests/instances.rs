//! Instances of `services`, moved to `instances` one by one.

mod support;

use expect_test::{Expect, expect};
use ide::code_action::{Kind, Means, to_instances};
use ide::rename::edited;
use project::analysis::{Dialect, Request};
use project::session::Options;
use source::Span;

use crate::support::{Clan, clan, request};

/// What is offered at the cursor: its title, and the files that it changes as they are then.
fn moved(clan: &Clan, request: &Request) -> Option<String> {
    let means = Means {
        files: &clan.files,
        options: &Options::default(),
        request,
    };
    let action = to_instances(&clan.snapshot, Span::at(clan.place()), means)?;
    assert_eq!(action.kind, Kind::Rewrite);
    let mut text = format!("{}\n", action.title);
    let mut files = clan.files.clone();
    for (path, new) in edited(&clan.snapshot, &action.edits) {
        let name = path.strip_prefix("/clan").unwrap_or(&path);
        let name = name.display();
        text.push_str(&format!("--- {name}\n{}", new));
        files.insert(path, new);
    }
    let after = support::snapshot(&files);
    let fault = after.analysis.has_errors() && !clan.snapshot.analysis.has_errors();
    assert!(!fault, "{text}\n{:?}", after.analysis.diagnostics);
    Some(text)
}

#[track_caller]
fn check(services: &str, expected: Expect) {
    let clan = clan(&[("services.nix", services)]);
    let moved = moved(&clan, &request());
    expected.assert_eq(moved.as_deref().unwrap_or("nothing\n"));
}

#[test]
fn it_is_lifted_out_of_a_set_with_others() {
    check(
        r#"{ ... }: {
  # what we save
  inventory.services = {
    borgbackup = {
      # every night
      $0nightly = { # not on Sundays
        roles.client.machines = [
          "jon"
          "sara" # hers
        ];
        roles.server.machines = [ "server" ];
        config.exclude = [ "/tmp" ];
      }; # since March
      weekly.roles.client.machines = [ "jon" ];
    };
    sshd.lan.roles.server.tags = [ "all" ];
  };
}
"#,
        expect![[r#"
            move to `instances.borgbackup-nightly`
            --- services.nix
            { ... }: {
              # every night
              inventory.instances.borgbackup-nightly = { # not on Sundays
                module.name = "borgbackup";
                module.input = "clan-core";
                roles.client.machines = {
                  jon = { };
                  sara = { }; # hers
                };
                roles.server.machines.server = { };
                roles.client.settings.exclude = [ "/tmp" ];
              }; # since March
              # what we save
              inventory.services = {
                borgbackup = {
                  weekly.roles.client.machines = [ "jon" ];
                };
                sshd.lan.roles.server.tags = [ "all" ];
              };
            }
        "#]],
    );
}

#[test]
fn it_is_lifted_out_of_a_set_of_its_own_service() {
    check(
        r#"{
  inventory = {
    services.borgbackup = {
      nightly.roles.server.machines = [ "server" ];
      $0weekly.roles.client.machines = [ "jon" ];
      weekly.roles.server.machines = [ "sara" ];
      weekly.enabled = true;
    };
    services.sshd.lan.roles.server.tags = [ "all" ];
  };
}
"#,
        expect![[r#"
            move to `instances.borgbackup-weekly`
            --- services.nix
            {
              inventory = {
                instances.borgbackup-weekly.module.name = "borgbackup";
                instances.borgbackup-weekly.module.input = "clan-core";
                instances.borgbackup-weekly.roles.client.machines.jon = { };
                instances.borgbackup-weekly.roles.server.machines.sara = { };
                services.borgbackup = {
                  nightly.roles.server.machines = [ "server" ];
                };
                services.sshd.lan.roles.server.tags = [ "all" ];
              };
            }
        "#]],
    );
}

#[test]
fn the_only_one_of_its_service_takes_its_set_with_it() {
    check(
        r#"{
  inventory.services = {
    # at night
    borgbackup = {
      $0nightly.roles.server.machines = [ "server" ];
      nightly.roles.client.config = { exclude = [ "/tmp" ]; };
      nightly.roles.client.tags = [ "laptop" ];
    };

    sshd.lan.roles.server.tags = [ "all" ];
  };
}
"#,
        expect![[r#"
            move to `instances.borgbackup-nightly`
            --- services.nix
            {
              # at night
              inventory.instances.borgbackup-nightly.module.name = "borgbackup";
              inventory.instances.borgbackup-nightly.module.input = "clan-core";
              inventory.instances.borgbackup-nightly.roles.server.machines.server = { };
              inventory.instances.borgbackup-nightly.roles.client.settings = { exclude = [ "/tmp" ]; };
              inventory.instances.borgbackup-nightly.roles.client.tags.laptop = { };
              inventory.services = {
                sshd.lan.roles.server.tags = [ "all" ];
              };
            }
        "#]],
    );
}

#[test]
fn the_last_one_is_converted_where_it_stands() {
    check(
        r#"{
  inventory.services.borgbackup.$0nightly = {
    roles.client.tags = [ "laptop" ];
    roles.server.machines = [ "server" ];
  };
}
"#,
        expect![[r#"
            move to `instances.borgbackup-nightly`
            --- services.nix
            {
              inventory.instances.borgbackup-nightly = {
                module.name = "borgbackup";
                module.input = "clan-core";
                roles.client.tags.laptop = { };
                roles.server.machines.server = { };
              };
            }
        "#]],
    );
    check(
        r#"{
  inventory.services = {
    borgbackup = {
      $0nightly.roles.server.machines = [ "server" ];
    };
  };
}
"#,
        expect![[r#"
            move to `instances.borgbackup-nightly`
            --- services.nix
            {
              inventory.instances = {
                borgbackup-nightly.module.name = "borgbackup";
                borgbackup-nightly.module.input = "clan-core";
                borgbackup-nightly.roles.server.machines.server = { };
              };
            }
        "#]],
    );
}

#[test]
fn lines_with_several_statements_are_taken_apart() {
    check(
        r#"{ inventory.services = { sshd.lan.roles.server.tags = [ "all" ]; borgbackup.$0nightly.roles.server.machines = [ "server" ]; borgbackup.nightly.roles.client.machines = [ "jon" ]; }; }
"#,
        expect![[r#"
            move to `instances.borgbackup-nightly`
            --- services.nix
            { inventory.instances.borgbackup-nightly.module.name = "borgbackup"; inventory.instances.borgbackup-nightly.module.input = "clan-core"; inventory.instances.borgbackup-nightly.roles.server.machines.server = { }; inventory.instances.borgbackup-nightly.roles.client.machines.jon = { }; inventory.services = { sshd.lan.roles.server.tags = [ "all" ]; }; }
        "#]],
    );
    check(
        r#"{inventory.services={borgbackup.$0nightly={roles.client.machines=["jon"];machines.jon.config.exclude=["/tmp"];};sshd.lan={};};}
"#,
        expect![[r#"
            move to `instances.borgbackup-nightly`
            --- services.nix
            {inventory.instances.borgbackup-nightly={ module.name = "borgbackup"; module.input = "clan-core";roles.client.machines.jon={ };roles.client.machines.jon.settings.exclude=["/tmp"];}; inventory.services={sshd.lan={};};}
        "#]],
    );
}

#[test]
fn every_file_that_speaks_of_it_changes() {
    let clan = clan(&[
        (
            "services.nix",
            r#"{
  inventory.services.borgbackup.nightly.roles.client.machines = [ "jon" ];
  inventory.services.sshd.lan.roles.server.tags = [ "all" ];
}
"#,
        ),
        (
            "machines.nix",
            r#"{
  inventory.machines = { jon = { }; sara = { }; server = { }; };
  inventory.services = {
    sshd.lan.roles.client.machines = [ "jon" ];
    borgbackup.$0nightly = {
      roles.server.machines = [ "server" ];
    };
  };
}
"#,
        ),
    ]);
    let moved = moved(&clan, &request());
    expect![[r#"
        move to `instances.borgbackup-nightly`
        --- services.nix
        {
          inventory.instances.borgbackup-nightly.roles.client.machines.jon = { };
          inventory.services.sshd.lan.roles.server.tags = [ "all" ];
        }
        --- machines.nix
        {
          inventory.machines = { jon = { }; sara = { }; server = { }; };
          inventory.instances.borgbackup-nightly = {
            module.name = "borgbackup";
            module.input = "clan-core";
            roles.server.machines.server = { };
          };
          inventory.services = {
            sshd.lan.roles.client.machines = [ "jon" ];
          };
        }
    "#]]
    .assert_eq(moved.as_deref().unwrap_or("nothing\n"));
}

#[test]
fn in_json_the_others_stay_as_well() {
    let flake = r#"{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core, ... }: {
    clan = clan-core.lib.clan { inherit self; meta.name = "home"; };
  };
}
"#;
    let clan = clan(&[
        ("flake.nix", flake),
        (
            "inventory.json",
            r#"{
  "machines": { "jon": {}, "sara": {} },
  "services": {
    "borgbackup": { "$0nightly": { "roles": { "server": { "machines": ["sara"] } } } },
    "sshd": { "lan": { "roles": { "server": { "tags": ["all"] } } } }
  }
}
"#,
        ),
    ]);
    let moved = moved(&clan, &request());
    expect![[r#"
        move to `instances.borgbackup-nightly`
        --- inventory.json
        {
          "machines": { "jon": {}, "sara": {} },
          "instances": {
            "borgbackup-nightly": {
              "module": {
                "name": "borgbackup",
                "input": "clan-core"
              },
              "roles": {
                "server": {
                  "machines": {
                    "sara": {}
                  }
                }
              }
            }
          },
          "services": {
            "sshd": {
              "lan": {
                "roles": {
                  "server": {
                    "tags": [
                      "all"
                    ]
                  }
                }
              }
            }
          }
        }
    "#]]
    .assert_eq(moved.as_deref().unwrap_or("nothing\n"));
}

#[test]
fn it_is_not_offered_where_something_would_be_left() {
    let nothing = || expect![["nothing\n"]];
    // A setting that the service does not have.
    check(
        r#"{ inventory.services.borgbackup.$0nightly = { roles.server.machines = [ "server" ]; config.colour = "blue"; }; }"#,
        nothing(),
    );
    // No such service any more.
    check(
        r#"{ inventory.services.single-disk.$0one.roles.default.machines = [ "jon" ]; }"#,
        nothing(),
    );
    // Switched off.
    check(
        r#"{ inventory.services.borgbackup.$0nightly = { enabled = false; roles.server.machines = [ "server" ]; }; }"#,
        nothing(),
    );
    // A name that is taken.
    check(
        r#"{
  inventory.instances.borgbackup-nightly.roles.client.machines.jon = { };
  inventory.services.borgbackup.$0nightly.roles.server.machines = [ "server" ];
}"#,
        nothing(),
    );
    // The cursor is on something else.
    check(
        r#"{ inventory.services.borgbackup.nightly.roles.server.machines = [ "$0server" ]; }"#,
        nothing(),
    );
}

#[test]
fn it_is_not_offered_where_it_cannot_be_lifted() {
    let nothing = || expect![["nothing\n"]];
    for (before, after) in [("lib.mkIf true {", "}"), ("rec {", "}"), ("{", "} // { }")] {
        let services = format!(
            r#"{{ lib, ... }}: {{
  inventory.services = {before}
    borgbackup.$0nightly.roles.server.machines = [ "server" ];
    sshd.lan.roles.server.tags = [ "all" ];
  {after};
}}"#
        );
        check(&services, nothing());
    }
    // What it shares with another.
    check(
        r#"let common = { roles.client.config.exclude = [ ]; roles.client.tags = [ "all" ]; }; in {
  inventory.services.borgbackup.$0nightly = common;
  inventory.services.borgbackup.weekly = common;
}"#,
        nothing(),
    );
    // Names that are computed.
    check(
        r#"{ lib, ... }: {
  inventory.services.borgbackup = lib.genAttrs [ "$0nightly" "weekly" ] (_: { roles.client.tags = [ "all" ]; });
}"#,
        nothing(),
    );
}

#[test]
fn it_is_not_offered_where_clan_core_has_no_instances() {
    let services =
        r#"{ inventory.services.borgbackup.$0nightly.roles.server.machines = [ "server" ]; }"#;
    let clan = clan(&[("services.nix", services)]);
    let request = Request {
        dialect: Some(Dialect::of(Dialect::SERVICES)),
        ..request()
    };
    let snapshot = ide::Snapshot::new(&clan.files, Options::default(), &request);
    let clan = Clan { snapshot, ..clan };
    assert_eq!(moved(&clan, &request), None);
}

#[test]
fn a_clan_core_without_services_gains_the_instance() {
    let services = r#"{
  inventory.services = {
    borgbackup.$0nightly.roles.server.machines = [ "server" ];
    sshd.lan.roles.server.tags = [ "all" ];
  };
}
"#;
    let clan = clan(&[("services.nix", services)]);
    let request = Request {
        dialect: Some(Dialect::of(Dialect::NEWEST)),
        ..request()
    };
    let snapshot = ide::Snapshot::new(&clan.files, Options::default(), &request);
    let clan = Clan { snapshot, ..clan };
    expect![[r#"
        move to `instances.borgbackup-nightly`
        --- services.nix
        {
          inventory.instances.borgbackup-nightly.module.name = "borgbackup";
          inventory.instances.borgbackup-nightly.module.input = "clan-core";
          inventory.instances.borgbackup-nightly.roles.server.machines.server = { };
          inventory.services = {
            sshd.lan.roles.server.tags = [ "all" ];
          };
        }
    "#]]
    .assert_eq(moved(&clan, &request).as_deref().unwrap_or("nothing\n"));
}
