//! Files that git does not track: Nix would not see them.

mod support;

use std::process::Command;

use expect_test::{Expect, expect};
use support::Folder;

const FLAKE: &str = r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core }: {
    clan = (clan-core.lib.clan {
      inherit self;
      meta.name = "my";
      inventory = import ./inventory;
    }).config;
  };
}
--- inventory/default.nix
{ machines = import ./machines.nix; }
--- inventory/machines.nix
{ jon = { }; }
"#;

/// What `check` tells after these git commands.
#[track_caller]
fn check(name: &str, commands: &[&str], expected: Expect) {
    let folder = Folder::of(&format!("untracked-{name}"), FLAKE);
    for command in commands {
        let mut git = Command::new("git");
        let git = git.args(command.split(' ')).current_dir(&folder.0);
        assert!(git.status().unwrap().success(), "git {command}");
    }
    expected.assert_eq(&folder.run("check --format concise").out);
}

#[test]
fn outside_of_repositories_all_files_are_seen() {
    check("none", &[], expect![[""]]);
}

#[test]
fn what_is_added_is_seen() {
    check("all", &["init -q .", "add ."], expect![[""]]);
    check(
        "intent",
        &["init -q .", "add --intent-to-add ."],
        expect![[""]],
    );
}

#[test]
fn what_is_not_added_is_told() {
    check(
        "one",
        &["init -q .", "add flake.nix inventory/default.nix"],
        expect![[r#"
            warning[untracked-file]: git does not track `inventory/machines.nix`, so Nix fails to find it
              inventory/machines.nix:1:1  not tracked
              help: `git add inventory/machines.nix`; no commit is needed
        "#]],
    );
    check(
        "nothing",
        &["init -q ."],
        expect![[r#"
        warning[untracked-file]: git does not track `flake.nix` and 2 more files, so Nix fails to find them
          flake.nix:1:1  not tracked
          inventory/default.nix:1:1  not tracked
          inventory/machines.nix:1:1  not tracked
          help: `git add flake.nix inventory/default.nix inventory/machines.nix`; no commit is needed
    "#]],
    );
}
