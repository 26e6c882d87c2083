//! What is told where something is out of reach: leaves in place, roles whose members are not all known, one note for each cause.

mod support;

use expect_test::{Expect, expect};
use serde_json::Value as Json;
use support::Folder;

/// The overview, the findings, and the paths of what is unknown.
#[track_caller]
fn check(name: &str, inventory: &str, expected: Expect) {
    let flake = format!(
        r#"--- flake.nix
{{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.foo.url = "github:me/foo";
  outputs = {{ self, clan-core, foo, nixpkgs, ... }}:
    let pkgs = nixpkgs.legacyPackages.x86_64-linux; in {{
      clan = (clan-core.lib.clan {{
        inherit self;
        meta.name = "my";
        modules.web = {{ lib, ... }}: {{
          _class = "clan.service";
          manifest.name = "web";
          roles.server.interface.options = {{
            port = lib.mkOption {{ type = lib.types.port; default = 80; }};
            hosts = lib.mkOption {{ type = lib.types.listOf lib.types.str; default = [ ]; }};
            package = lib.mkOption {{ type = lib.types.nullOr lib.types.package; default = null; }};
          }};
        }};
        inventory = {{ lib, ... }}: {inventory};
      }}).config;
    }};
}}
"#
    );
    let folder = Folder::of(&format!("unknown-{name}"), &flake);
    let shown = folder.run("show --keep-going");
    let checked = folder.run("check --format concise");
    let document: Json = serde_json::from_str(&folder.run("resolve --keep-going").out).unwrap();
    let unknown = document["unknown"].as_array().unwrap().iter();
    let unknown: String = unknown
        .map(|each| {
            format!(
                "unknown {}: {}\n",
                each["path"].as_str().unwrap(),
                each["because"].as_str().unwrap()
            )
        })
        .collect();
    let (_, overview) = shown.out.split_once('\n').unwrap_or_default();
    expected.assert_eq(&format!("{overview}\n{}\n{unknown}", checked.out));
}

#[test]
fn leaves_of_settings() {
    check(
        "leaves",
        r#"{
          machines.a = { };
          instances.one = {
            module = { name = "web"; input = "self"; };
            roles.server.machines.a = { };
            roles.server.settings = { package = pkgs.hello; port = foo.lib.port; hosts = [ "x" foo.lib.host "${foo.lib.y}.z" ]; };
          };
        }"#,
        expect![[r#"

            Machines
              a  all* nixos*

            one (web of self)
              server  a  by name

            note[out-of-reach]: `inputs.foo.lib.host`, `inputs.foo.lib.y` and `inputs.foo.lib.port` are out of reach: input `foo` is not on disk
              flake.nix:23:82  needed here
              flake.nix:23:61  needed here
              help: give its directory: `--override-input foo=DIR`

            unknown inventory.instances.one.roles.server.settings.hosts.1: input `foo` is not on disk
            unknown inventory.instances.one.roles.server.settings.hosts.2: input `foo` is not on disk
            unknown inventory.instances.one.roles.server.settings.package: packages and systems are not evaluated
            unknown inventory.instances.one.roles.server.settings.port: input `foo` is not on disk
            unknown instances.0.roles.server.machines.a.settings.hosts.1: input `foo` is not on disk
            unknown instances.0.roles.server.machines.a.settings.hosts.2: input `foo` is not on disk
            unknown instances.0.roles.server.machines.a.settings.package: packages and systems are not evaluated
            unknown instances.0.roles.server.machines.a.settings.port: input `foo` is not on disk
        "#]],
    );
}

#[test]
fn a_layer_of_settings() {
    check(
        "layer",
        r#"{
          machines = { a = { }; b = { }; };
          instances.one = {
            module = { name = "web"; input = "self"; };
            roles.server.settings.port = 81;
            roles.server.machines = { a.settings = foo.lib.settings; b = { }; };
          };
        }"#,
        expect![[r#"

            Machines
              a  all* nixos*
              b  all* nixos*

            one (web of self)
              server  a  by name
                      b  by name

            note[out-of-reach]: `inputs.foo.lib.settings` is out of reach: input `foo` is not on disk
              help: give its directory: `--override-input foo=DIR`

            unknown inventory.instances.one.roles.server.machines.a.settings: input `foo` is not on disk
            unknown instances.0.roles.server.machines.a.settings: input `foo` is not on disk
        "#]],
    );
}

#[test]
fn members_of_roles() {
    check(
        "members",
        r#"{
          machines = { a.tags = [ "x" ]; b = { }; };
          instances.one = {
            module = { name = "web"; input = "self"; };
            roles.server.machines = foo.lib.machines;
          };
          instances.two = {
            module = { name = "web"; input = "self"; };
            roles.server.tags = foo.lib.tags;
            roles.server.machines.a = { };
          };
          instances.three = {
            module = { name = "web"; input = "self"; };
            roles.server.machines = { a = lib.mkIf foo.lib.wanted { }; b = { }; };
          };
          instances.four = {
            module = { name = "web"; input = "self"; };
            roles.server.machines = { ${foo.lib.machine} = { }; b = { }; };
          };
        }"#,
        expect![[r#"

            Machines
              a  x all* nixos*
              b  all* nixos*

            four (web of self)
              server  b               by name
                      perhaps others  input `foo` is not on disk

            one (web of self)
              server  not known  input `foo` is not on disk

            three (web of self)
              server  b               by name
                      perhaps others  input `foo` is not on disk

            two (web of self)
              server  a               by name
                      perhaps others  input `foo` is not on disk

            note[out-of-reach]: `inputs.foo.lib.tags`, `inputs.foo.lib.machine`, `inputs.foo.lib.machines` and 1 more are out of reach: input `foo` is not on disk
              flake.nix:26:33  needed here
              flake.nix:35:41  needed here
              flake.nix:22:37  needed here
              flake.nix:31:52  needed here
              help: give its directory: `--override-input foo=DIR`

            unknown inventory.instances.two.roles.server.tags: input `foo` is not on disk
            unknown inventory.instances.four.roles.server.machines: input `foo` is not on disk
            unknown inventory.instances.one.roles.server.machines: input `foo` is not on disk
            unknown inventory.instances.three.roles.server.machines: input `foo` is not on disk
            unknown instances.0.roles.server.members: input `foo` is not on disk
            unknown instances.1.roles.server.members: input `foo` is not on disk
            unknown instances.2.roles.server.members: input `foo` is not on disk
            unknown instances.3.roles.server.members: input `foo` is not on disk
        "#]],
    );
}

#[test]
fn tags_of_machines() {
    check(
        "tags",
        r#"{
          machines = { a.tags = [ "x" foo.lib.tag ]; b.tags = foo.lib.tags; c.tags = [ "y" ]; };
          tags.t = foo.lib.members;
          instances.all = { module = { name = "web"; input = "self"; }; roles.server.tags = [ "all" ]; };
          instances.t = { module = { name = "web"; input = "self"; }; roles.server.tags = [ "t" ]; };
          instances.x = { module = { name = "web"; input = "self"; }; roles.server.tags = [ "x" ]; };
          instances.y = { module = { name = "web"; input = "self"; }; roles.server.tags = [ "y" ]; };
        }"#,
        expect![[r#"

            Machines
              a  x all* nixos*  perhaps more tags: input `foo` is not on disk
              b  all* nixos*    perhaps more tags: input `foo` is not on disk
              c  y all* nixos*

            all (web of self)
              server  a  by tag all (computed)
                      b  by tag all (computed)
                      c  by tag all (computed)

            t (web of self)
              server  not known  input `foo` is not on disk

            x (web of self)
              server  a               by tag x
                      perhaps others  input `foo` is not on disk

            y (web of self)
              server  c               by tag y
                      perhaps others  input `foo` is not on disk

            note[out-of-reach]: `inputs.foo.lib.members` and `inputs.foo.lib.tags` are out of reach: input `foo` is not on disk
              flake.nix:20:20  needed here
              flake.nix:19:63  needed here
              help: give its directory: `--override-input foo=DIR`

            unknown inventory.machines.a.tags: input `foo` is not on disk
            unknown inventory.machines.b.tags: input `foo` is not on disk
            unknown inventory.machines.c.tags: input `foo` is not on disk
            unknown inventory.tags.t: input `foo` is not on disk
            unknown machines.a.tags: input `foo` is not on disk
            unknown machines.b.tags: input `foo` is not on disk
            unknown instances.1.roles.server.members: input `foo` is not on disk
            unknown instances.2.roles.server.members: input `foo` is not on disk
            unknown instances.3.roles.server.members: input `foo` is not on disk
        "#]],
    );
}

#[test]
fn machines_and_instances() {
    check(
        "machines",
        r#"{
          machines = { a = { }; } // foo.lib.machines;
          instances = foo.lib.instances // {
            one = { module = { name = "web"; input = "self"; }; roles.server.tags = [ "all" ]; };
            two = { module = { name = foo.lib.service; input = "self"; }; roles.server.machines.a = { }; };
            three = { module = { name = "dns"; input = "foo"; }; roles.server.machines.zzz = { }; };
          };
        }"#,
        expect![[r#"

            Machines
              a  all* nixos*  perhaps more tags: input `foo` is not on disk
              perhaps others: input `foo` is not on disk

            one (web of self)
              server  a               by tag all (computed)
                      perhaps others  input `foo` is not on disk

            three (dns of foo)
              server  zzz  by name, not in the inventory

            two (two of self)
              server  a  by name

            perhaps other instances: input `foo` is not on disk

            note[out-of-reach]: `inputs.foo.lib.service`, `inputs.foo.lib.machines`, `inputs.foo.lib.instances` and 2 more are out of reach: input `foo` is not on disk
              flake.nix:22:39  needed here
              flake.nix:19:38  needed here
              flake.nix:20:23  needed here
              flake.nix:23:42  its roles and settings are not checked
              help: give its directory: `--override-input foo=DIR`

            unknown inventory.instances.two.module.name: input `foo` is not on disk
            unknown inventory.machines: input `foo` is not on disk
            unknown inventory.machines.a: input `foo` is not on disk
            unknown inventory.instances: input `foo` is not on disk
            unknown machines: input `foo` is not on disk
            unknown machines.a.tags: input `foo` is not on disk
            unknown instances.0.roles.server.members: input `foo` is not on disk
        "#]],
    );
}

#[test]
fn modules_that_are_left_out() {
    check(
        "modules",
        r#"{
          imports = [ foo.inventory foo.more ];
          machines.a = { };
        }"#,
        expect![[r#"

            Machines
              a  all* nixos*

            note[out-of-reach]: the modules `inputs.foo.inventory` and `inputs.foo.more` are left out: input `foo` is not on disk
              flake.nix:19:23  imported here
              flake.nix:19:37  imported here
              help: give its directory: `--override-input foo=DIR`

            unknown inventory: input `foo` is not on disk
        "#]],
    );
}

#[test]
fn lists_and_explanations_tell_what_is_not_known() {
    let folder = Folder::of(
        "unknown-told",
        r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.foo.url = "github:me/foo";
  outputs = { self, clan-core, foo }: {
    clan = (clan-core.lib.clan {
      inherit self;
      meta.name = "my";
      inventory.machines = { a = { }; b.tags = foo.tags; };
      inventory.instances = {
        one = { module.name = "sshd"; roles.server.machines = foo.members; };
        two = { module.name = "sshd"; roles.server.tags = [ "all" ]; };
      };
    }).config;
  };
}
"#,
    );
    let run = |arguments: &str| folder.run(arguments).out;
    expect![[r#"
        a  nixos  all nixos
        b  nixos  all nixos  perhaps more tags: input `foo` is not on disk
    "#]]
    .assert_eq(&run("list machines --format table"));
    expect![[r#"
        one.server       perhaps others: input `foo` is not on disk
        two.server  a b
    "#]]
    .assert_eq(&run("list roles --format table"));
    expect![[r#"
        a fills these roles:

        server of two (sshd)
          the role takes the tag `all`         flake.nix:11:62
            clan computes it for this machine
          imports what `sshd` makes for it

        perhaps also
          server of one (sshd)  input `foo` is not on disk
    "#]]
    .assert_eq(&run("explain a"));
    expect![[r#"
        whether a is server of one (sshd) is not known: input `foo` is not on disk
    "#]]
    .assert_eq(&run("explain one.server.a"));
}

#[test]
fn extra_modules_may_contain_themselves() {
    check(
        "recursive",
        r#"{
          machines.a = { };
          instances.one = {
            module = { name = "web"; input = "self"; };
            roles.server.machines.a = { };
            roles.server.extraModules = [ { home.special = { inherit self; }; } ];
          };
        }"#,
        expect![[r#"

            Machines
              a  all* nixos*

            one (web of self)
              server  a  by name


        "#]],
    );
}
