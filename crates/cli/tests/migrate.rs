//! `migrate`: what it prints, what it writes, and what it leaves to the author.

mod support;

use expect_test::{Expect, expect};
use support::Folder;

const START: &str = r#"--- clan.nix
{ lib, ... }:
{
  meta.name = "home";
  inventory.machines = { jon.tags = [ "work" ]; sara = { }; nas = { }; };
"#;

#[track_caller]
fn check(name: &str, services: &str, expected: Expect) {
    let folder = Folder::of(
        &format!("migrate-{name}"),
        &format!("{START}{services}}}\n"),
    );
    let ran = folder.run("migrate clan.nix --write");
    let text = std::fs::read_to_string(folder.0.join("clan.nix")).unwrap();
    let changed = text.split_once("nas = { }; };\n").unwrap().1;
    let last = ran.err.trim_end().rsplit('\n').next().unwrap_or_default();
    expected.assert_eq(&format!("{changed}{last}\n"));
}

#[test]
fn comments_and_lists_keep_their_form() {
    check(
        "comments",
        r#"
  # what we save
  inventory.services = {
    borgbackup = {
      # every night
      nightly = { # not on Sundays
        roles.client.machines = [
          "jon" # his laptop
          # and hers
          "sara"
        ];
        roles.server.machines = [ "nas" ];
        config.exclude = [ "/tmp" ];
        machines.jon.config.exclude = [ "/home/jon/big" ];
      };
    };

    "sshd".lan.roles.server.tags = [ "all" ];
  };
"#,
        expect![[r#"

              # what we save
              inventory.instances = {
                # every night
                borgbackup-nightly = { # not on Sundays
                  module.name = "borgbackup";
                  roles.client.machines = {
                    jon = { }; # his laptop
                    # and hers
                    sara = { };
                  };
                  roles.server.machines.nas = { };
                  roles.client.settings.exclude = [ "/tmp" ];
                  roles.client.machines.jon.settings.exclude = [ "/home/jon/big" ];
                };

                sshd-lan.module.name = "sshd";
                sshd-lan.roles.server.tags = [ "all" ];
              };
            }
            2 of 2 instances converted, nothing left to do
        "#]],
    );
}

#[test]
fn computed_lists_are_wrapped() {
    check(
        "computed",
        r#"
  inventory.services.importer.all = {
    roles.default.machines = lib.filter (name: name != "nas") [ "jon" "nas" ];
    roles.default.extraModules = map (name: "modules/${name}.nix") [ "a" ];
  };
"#,
        expect![[r#"

              inventory.instances.importer-all = {
                module.name = "importer";
                roles.default.machines = lib.genAttrs (lib.filter (name: name != "nas") [ "jon" "nas" ]) (_: { });
                roles.default.extraModules = map (module: if builtins.isString module then ./. + "/${module}" else module) (map (name: "modules/${name}.nix") [ "a" ]);
              };
            }
            1 of 1 instances converted, nothing left to do
        "#]],
    );
}

#[test]
fn what_cannot_be_converted_stays_with_a_mark() {
    check(
        "marks",
        r#"
  inventory.services = {
    importer = lib.genAttrs [ "a" "b" ] (name: { roles.default.tags = [ "all" ]; });
    zerotier.net = {
      enabled = false;
      roles.peer.tags = [ "all" ];
    };
    borgbackup.nightly = {
      enabled = true;
      meta.description = "what we save";
      roles.client.tags = [ "all" ];
      roles.server.machines = [ "nas" ];
      machines.nas.config.colour = "blue";
      machines.sara.extraModules = [ ./sara.nix ];
    };
    single-disk.one = { roles.default.machines = [ "jon" ]; config.device = "/dev/sda"; };
  };
"#,
        expect![[r#"

              inventory.instances = {
                # migrate: instances cannot be switched off; this one is
                # zerotier.net = {
                #   enabled = false;
                #   roles.peer.tags = [ "all" ];
                # };
                borgbackup-nightly = {
                  module.name = "borgbackup";
                  # migrate: instances have no `meta`
                  # meta.description = "what we save";
                  roles.client.tags = [ "all" ];
                  roles.server.machines.nas = { };
                  # migrate: the service `borgbackup` has no setting `colour` here
                  # machines.nas.config.colour = "blue";
                  # migrate: instances have no `extraModules`
                  # machines.sara.extraModules = [ ./sara.nix ];
                };
                single-disk-one = {
                  # migrate: clan-core has no service that does what `single-disk` did
                  module.name = "single-disk";
                  roles.default.machines.jon = { }; roles.default.settings.device = "/dev/sda"; };
              };
              # migrate: this is computed, or shared; convert it by hand
              inventory.services.importer = lib.genAttrs [ "a" "b" ] (name: { roles.default.tags = [ "all" ]; });
            }
            2 of 5 instances converted, 6 things left to you
        "#]],
    );
}

#[test]
fn a_service_named_in_one_with_services_is_dissolved_whole() {
    check(
        "dotted",
        r#"
  inventory.services.sshd = { lan = { roles.server.machines = [ "jon" ]; }; };
  inventory.services.importer = {
    # for all
    all = {
      roles.default.machines = [ "jon" ];
    };
    more.roles.default.machines = [ "sara" ];
  };
"#,
        expect![[r#"

              inventory.instances.sshd-lan = { module.name = "sshd"; roles.server.machines.jon = { }; };
              # for all
              inventory.instances.importer-all = {
                module.name = "importer";
                roles.default.machines.jon = { };
              };
              inventory.instances.importer-more.module.name = "importer";
              inventory.instances.importer-more.roles.default.machines.sara = { };
            }
            3 of 3 instances converted, nothing left to do
        "#]],
    );
}

#[test]
fn settings_of_machines_join_the_list_of_members() {
    check(
        "machines-set",
        r#"
  inventory.services.borgbackup.nightly = {
    roles.client.machines = [ "jon" "sara" ];
    roles.server.machines = [ "nas" ];
    machines = { jon.config.exclude = [ "/tmp" ]; };
  };
  inventory.services.borgbackup.weekly = {
    roles.client.tags = [ "work" ];
    machines = {
      jon = { config.exclude = [ "/tmp" ]; };
    };
  };
"#,
        expect![[r#"

              inventory.instances.borgbackup-nightly = {
                module.name = "borgbackup";
                roles.client.machines = { jon = { }; sara = { }; };
                roles.server.machines.nas = { };
                roles.client.machines.jon.settings.exclude = [ "/tmp" ];
              };
              inventory.instances.borgbackup-weekly = {
                module.name = "borgbackup";
                roles.client.tags = [ "work" ];
                roles.client.machines = {
                  jon = { settings.exclude = [ "/tmp" ]; };
                };
              };
            }
            2 of 2 instances converted, nothing left to do
        "#]],
    );
}

#[test]
fn an_instance_that_is_no_set_stays() {
    check(
        "no-set",
        r#"
  inventory.services.sshd.lan = { ... }: { roles.server.machines = [ "jon" ]; };
  inventory.services.sshd.home = { roles.server.machines = [ "jon" ]; } // { };
  inventory.services.sshd.far = rec { roles.server.machines = [ "jon" ]; };
"#,
        expect![[r#"

              # migrate: this is computed, or shared; convert it by hand
              inventory.services.sshd.lan = { ... }: { roles.server.machines = [ "jon" ]; };
              # migrate: this is computed, or shared; convert it by hand
              inventory.services.sshd.home = { roles.server.machines = [ "jon" ]; } // { };
              inventory.instances.sshd-far = rec { module.name = "sshd"; roles.server.machines.jon = { }; };
            }
            1 of 3 instances converted, 2 things left to you
        "#]],
    );
}

#[test]
fn settings_go_behind_roles_that_are_a_set() {
    check(
        "behind",
        r#"
  inventory.services.borgbackup.nightly = {
    # no films
    config.exclude = [ "*.iso" ]; # nor disks

    roles = {
      client = {
        machines = [ "jon" ];
      };
      server.machines = [ "nas" ];
    }; # both
  };
  inventory.services.root-password.all = {
    roles = {
      default.machines = [ "jon" ];
    };
  };
  inventory.services.borgbackup.weekly = { config = { exclude = [ "x" ]; }; roles = { client.machines = [ "jon" ]; }; };
"#,
        expect![[r#"

              inventory.instances.borgbackup-nightly = {
                module.name = "borgbackup";
                roles = {
                  client = {
                    machines.jon = { };
                  };
                  server.machines.nas = { };
                }; # both
                # no films
                roles.client.settings.exclude = [ "*.iso" ]; # nor disks
              };
              inventory.instances.root-password-all = {
                module.name = "users";
                roles = {
                  default.machines.jon = { };
                };
                roles.default.settings.user = "root";
              };
              inventory.instances.borgbackup-weekly = { module.name = "borgbackup"; roles = { client.machines.jon = { }; }; roles.client.settings = { exclude = [ "x" ]; }; };
            }
            3 of 3 instances converted, nothing left to do
        "#]],
    );
}

#[test]
fn lines_end_as_those_of_the_file() {
    let text = START.replace("--- clan.nix\n", "");
    let text = format!(
        "{text}  inventory.services = {{\n    sshd = {{\n      lan = {{\n        enabled = true;\n        roles.server.machines = [ \"jon\" ];\n      }};\n    }};\n  }};\n}}\n"
    );
    let plain = Folder::of("migrate-lf", "--- clan.nix\n");
    std::fs::write(plain.0.join("clan.nix"), &text).unwrap();
    let windows = Folder::of("migrate-crlf", "--- clan.nix\n");
    std::fs::write(windows.0.join("clan.nix"), text.replace('\n', "\r\n")).unwrap();
    let result = |folder: &Folder| {
        assert_eq!(folder.run("migrate clan.nix --write").code, 0);
        std::fs::read_to_string(folder.0.join("clan.nix")).unwrap()
    };
    let expected = result(&plain).replace('\n', "\r\n");
    assert!(expected.contains("sshd-lan"), "{expected}");
    assert_eq!(result(&windows), expected);
}

/// That nothing is written, and what is said.
#[track_caller]
fn refuses(name: &str, services: &str, expected: Expect) {
    let text = format!("{START}{services}}}\n");
    let folder = Folder::of(&format!("migrate-{name}"), &text);
    let shown = folder.run("migrate clan.nix");
    let ran = folder.run("migrate clan.nix --write");
    let after = std::fs::read_to_string(folder.0.join("clan.nix")).unwrap();
    assert_eq!(format!("--- clan.nix\n{after}"), text);
    assert_eq!((shown.code, ran.code), (1, 1));
    let here = format!("{}/", folder.0.display());
    expected.assert_eq(&ran.err.replace(&here, ""));
}

#[test]
fn errors_of_the_clan_come_first() {
    refuses(
        "errors",
        r#"
  inventory.services.sshd.lan.roles.server.machines = [ "jon" ] ++ nope;
"#,
        expect![[r#"
            error[undefined-variable]: undefined variable 'nope'
               ╭─[clan.nix:6:68]
             5 │
             6 │   inventory.services.sshd.lan.roles.server.machines = [ "jon" ] ++ nope;
               ·                                                                    ──┬─
               ·                                                                      ╰── bound nowhere
             7 │ }
               ╰────
              help: did you mean `pkgs.nope`?
              fix: write `pkgs.nope` (--unsafe-fixes)

            nothing is converted: the clan cannot be evaluated in whole; mend these errors first
        "#]],
    );
    refuses(
        "no-file",
        r#"
  inventory.services = import ./nowhere.nix;
"#,
        expect![[r#"
            error[io-error]: path 'nowhere.nix' does not exist
               ╭─[clan.nix:6:24]
             5 │
             6 │   inventory.services = import ./nowhere.nix;
               ·                        ──────────┬─────────
               ·                                  ╰── read here
             7 │ }
               ╰────

            nothing is converted: the clan cannot be evaluated in whole; mend these errors first
        "#]],
    );
    refuses(
        "throws",
        r#"
  inventory.services = { sshd.lan.roles.server.machines = [ "jon" ]; } // throw "boom";
"#,
        expect![[r#"
            error[thrown]: boom
               ╭─[clan.nix:6:75]
             5 │
             6 │   inventory.services = { sshd.lan.roles.server.machines = [ "jon" ]; } // throw "boom";
               ·                                                                           ──────┬─────
               ·                                                                                 ╰── thrown here
             7 │ }
               ╰────

            nothing is converted: the clan cannot be evaluated in whole; mend these errors first
        "#]],
    );
    let ran = support::run("migrate fixtures/broken-guide");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("missing-semicolon"), "{}", ran.err);
}

#[test]
fn what_would_be_wrong_is_not_written() {
    refuses(
        "unsound",
        r#"
  inventory.services.borgbackup.nightly = {
    roles.client.machines = lib.filter (name: name != "nas") [ "jon" "nas" ];
    roles.server.machines = [ "nas" ];
    machines.jon.config.exclude = [ "/tmp" ];
  };
"#,
        expect![[r#"
            error[duplicate-attribute]: attribute 'roles.client.machines' already defined
                ╭─[clan.nix:10:5]
              7 │     module.name = "borgbackup";
              8 │     roles.client.machines = lib.genAttrs (lib.filter (name: name != "nas") [ "jon" "nas"…
                ·     ──────────┬──────────
                ·               ╰── the first time
              9 │     roles.server.machines.nas = { };
             10 │     roles.client.machines.jon.settings.exclude = [ "/tmp" ];
                ·     ──────────┬──────────
                ·               ╰── the second time
             11 │   };
                ╰────
              help: line 8 has it too: keep one of the two

            1 of 1 instances converted, not rightly
            nothing was written: the new text would have the errors above, which the old one has not; write what they point at in another way, or convert it by hand
        "#]],
    );
}

#[test]
fn standard_input_is_as_good_as_a_file() {
    let text = std::fs::read_to_string(support::top().join("fixtures/bare-inventory.nix")).unwrap();
    let ran = support::run_with_input("migrate -", &text);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said = "2 of 2 instances converted, nothing left to do\n";
    assert_eq!(ran.err, said);
}

#[test]
fn json_is_written_anew() {
    let folder = Folder::of(
        "migrate-json",
        r#"--- inventory.json
{
  "machines": { "jon": {}, "sara": {} },
  "services": {
    "borgbackup": {
      "nightly": {
        "roles": {
          "client": { "machines": ["jon"], "config": { "exclude": ["/tmp"] } },
          "server": { "machines": ["sara"] }
        },
        "machines": { "jon": { "config": { "startAt": "daily" } } }
      }
    }
  },
  "meta": { "name": "home" }
}
"#,
    );
    let ran = folder.run("migrate inventory.json --write");
    let text = std::fs::read_to_string(folder.0.join("inventory.json")).unwrap();
    expect![[r#"
        {
          "machines": { "jon": {}, "sara": {} },
          "instances": {
            "borgbackup-nightly": {
              "module": {
                "name": "borgbackup"
              },
              "roles": {
                "client": {
                  "machines": {
                    "jon": {
                      "settings": {
                        "startAt": "daily"
                      }
                    }
                  },
                  "settings": {
                    "exclude": [
                      "/tmp"
                    ]
                  }
                },
                "server": {
                  "machines": {
                    "sara": {}
                  }
                }
              }
            }
          },
          "meta": { "name": "home" }
        }
        changed inventory.json
        1 of 1 instances converted, nothing left to do
    "#]]
    .assert_eq(&format!("{text}{}", ran.err));
}

#[test]
fn a_clan_of_today_has_nothing_to_migrate() {
    let ran = support::run("migrate fixtures/modern");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let said = "nothing to migrate: the inventory has no `services`\n";
    assert!(ran.err.ends_with(said), "{}", ran.err);
}

#[test]
fn a_clan_core_without_instances_is_refused() {
    let ran = support::run("migrate fixtures/backup --to 2024-12-09");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("has no `instances`"), "{}", ran.err);
}

#[test]
fn several_files_are_changed_together() {
    let folder = Folder::of(
        "migrate-files",
        r#"--- clan.nix
{
  meta.name = "home";
  inventory.machines.jon = { };
  imports = [ ./more.nix ];
  inventory.services.borgbackup = import ./borgbackup.nix;
  inventory.services.sshd.lan.roles.server.machines = [ "jon" ];
}
--- more.nix
{
  inventory.services.sshd.lan = {
    roles.client.tags = [ "all" ];
    config.certificate.searchDomains = [ "lan" ];
  };
}
--- borgbackup.nix
{
  nightly.roles.client.machines = [ "jon" ];
}
"#,
    );
    let ran = folder.run("migrate clan.nix --dialect 2025-08-13");
    expect![[r#"
        --- a/borgbackup.nix
        +++ b/borgbackup.nix
        @@ -1,3 +1,4 @@
         {
        +  # migrate: this is computed, or shared; convert it by hand
           nightly.roles.client.machines = [ "jon" ];
         }
        --- a/clan.nix
        +++ b/clan.nix
        @@ -2,6 +2,8 @@
           meta.name = "home";
           inventory.machines.jon = { };
           imports = [ ./more.nix ];
        +  # migrate: this is computed, or shared; convert it by hand
           inventory.services.borgbackup = import ./borgbackup.nix;
        -  inventory.services.sshd.lan.roles.server.machines = [ "jon" ];
        +  inventory.instances.sshd-lan.module.name = "sshd";
        +  inventory.instances.sshd-lan.roles.server.machines.jon = { };
         }
        --- a/more.nix
        +++ b/more.nix
        @@ -1,6 +1,7 @@
         {
        -  inventory.services.sshd.lan = {
        +  inventory.instances.sshd-lan = {
             roles.client.tags = [ "all" ];
        -    config.certificate.searchDomains = [ "lan" ];
        +    roles.client.settings.certificate.searchDomains = [ "lan" ];
        +    roles.server.settings.certificate.searchDomains = [ "lan" ];
           };
         }
        error[unconverted-instance]: this is computed, or shared; convert it by hand
           ╭─[borgbackup.nix:2:3]
         1 │ {
         2 │   nightly.roles.client.machines = [ "jon" ];
           ·   ──────────────┬──────────────
           ·                 ╰── look at this
         3 │ }
           ╰────
          help: write the instance out, or build `instances` where `services` is built

        error[unconverted-instance]: this is computed, or shared; convert it by hand
           ╭─[clan.nix:5:13]
         4 │   imports = [ ./more.nix ];
         5 │   inventory.services.borgbackup = import ./borgbackup.nix;
           ·             ─────────┬─────────
           ·                      ╰── look at this
         6 │   inventory.services.sshd.lan.roles.server.machines = [ "jon" ];
           ╰────
          help: write the instance out, or build `instances` where `services` is built

        error[removed-option]: `inventory.services` is gone from the clan-core of 2026-08-22
           ╭─[clan.nix:6:13]
         5 │   # migrate: this is computed, or shared; convert it by hand
         6 │   inventory.services.borgbackup = import ./borgbackup.nix;
           ·             ────┬───
           ·                 ╰── has no effect
         7 │   inventory.instances.sshd-lan.module.name = "sshd";
           ╰────
          help: write `inventory.instances` instead, as `clan-inventory migrate` does

        1 of 2 instances converted, 2 things left to you
    "#]]
    .assert_eq(&format!("{}{}", ran.out, ran.err));
}
