//! The rules that hold for all commands: exit codes, the two outputs, where the clan comes from.

mod support;

use std::io::Read;
use std::process::Stdio;

use expect_test::{Expect, expect};
use support::{command, finish, run, run_with_input, top};

/// The command cannot run: nothing on standard output, one line of complaint, exit code 2.
#[track_caller]
fn check_unusable(arguments: &str, complaint: Expect) {
    let ran = run(arguments);
    complaint.assert_eq(&ran.err);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[test]
fn what_is_not_there_is_said_in_one_line() {
    check_unusable(
        "show fixtures/backup jonn",
        expect![[r#"
        error: the clan has no machine and no instance `jonn`; did you mean `jon`?
    "#]],
    );
    check_unusable(
        "show fixtures/backup nobody",
        expect![[r#"
        error: the clan has no machine and no instance `nobody`
    "#]],
    );
    check_unusable(
        "explain fixtures/modern wfii",
        expect![[r#"
        error: the clan has no machine and no instance `wfii`; did you mean `wifi`?
    "#]],
    );
    check_unusable(
        "explain fixtures/modern wifi.default.jonn",
        expect![[r#"
        error: `jonn` is no member of role `default` of `wifi`; did you mean `jon`?
    "#]],
    );
    check_unusable(
        "explain fixtures/backup borgbackup.instance_1.server.sara",
        expect![[r#"
        error: `sara` is no member of role `server` of `borgbackup.instance_1`; its members are `backup_server`
    "#]],
    );
    check_unusable(
        "explain fixtures/backup borgbackup.instance_1.severs.jon",
        expect![[r#"
        error: `borgbackup.instance_1` has no role `severs`; did you mean `server`?
    "#]],
    );
    check_unusable(
        "explain fixtures/backup borgbackup.instance_1.other",
        expect![[r#"
        error: `borgbackup.instance_1` has no role `other`; its roles are `client`, `server`
    "#]],
    );
    check_unusable(
        "show fixtures/backup --dialect 2024",
        expect![[r#"
        error: `2024` is no day: `--dialect` takes `auto` or `YYYY-MM-DD`
    "#]],
    );
}

#[test]
fn what_looks_like_a_path_is_not_taken_for_a_name() {
    for path in ["no/such/place", "./jon", "jon.nix", "inventry.json"] {
        let ran = run(&format!("show {path}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{path}");
        assert!(
            ran.err.starts_with("error: there is no file"),
            "{}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1);
    }
}

#[test]
fn a_place_without_a_clan_is_none_to_work_on() {
    let ran = run("resolve crates/source");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no clan"), "{}", ran.err);
}

#[test]
fn wrong_arguments_are_unusable_too() {
    for arguments in [
        "shwo",
        "show --no-such-option",
        "list",
        "list nothing",
        "resolve --format xml",
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
}

#[test]
fn errors_of_the_clan_are_exit_code_1_and_hide_the_answer() {
    for command in ["show", "resolve"] {
        let ran = run(&format!("{command} fixtures/layers-conflict"));
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{command}");
        assert!(ran.err.contains("conflicting-definitions"), "{}", ran.err);
        assert!(ran.err.contains("inventory.nix:18:40"), "{}", ran.err);
    }
}

#[test]
fn keep_going_shows_what_could_be_computed_all_the_same() {
    let ran = run("show --keep-going fixtures/broken-guide/clan.nix");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("missing-semicolon"), "{}", ran.err);
    expect![[r#"
        Clan without a name: 3 machines, 2 instances, read as clan-core of 2024-12-09

        Machines
          backup_backup_server  all*
          backup_server         all*
          jon                   all*

        borgbackup.instance_1
          client  jon            by name
          server  backup_server  by name

        borgbackup.instance_2
          client  backup_server         by name
          server  backup_backup_server  by name
    "#]]
    .assert_eq(&ran.out);
}

#[test]
fn the_current_directory_is_the_clan_unless_a_path_is_given() {
    let from_above = run("show fixtures/backup");
    let inside = finish(command("show").current_dir(top().join("fixtures/backup")));
    let by_file = run("show fixtures/backup/flake.nix");
    let elsewhere = {
        let path = top().join("fixtures/backup").canonicalize().unwrap();
        let mut command = command("show");
        finish(command.arg(path).current_dir(std::env::temp_dir()))
    };
    assert_eq!((from_above.code, from_above.err.as_str()), (0, ""));
    for other in [inside, by_file, elsewhere] {
        assert_eq!(
            (other.code, other.out, other.err),
            (0, from_above.out.clone(), String::new())
        );
    }
}

#[test]
fn a_word_that_is_no_path_is_a_name() {
    let both = run("explain fixtures/backup jon");
    let alone = finish(command("explain jon").current_dir(top().join("fixtures/backup")));
    assert_eq!((alone.code, alone.out), (0, both.out));
}

#[test]
fn a_clan_comes_from_standard_input() {
    let ran = run_with_input(
        "show -",
        "buildClan {
          meta.name = \"tiny\";
          inventory.machines.jon.tags = [ \"home\" ];
          inventory.services.sshd.lan.roles.server.tags = [ \"home\" ];
        }",
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expect![[r#"
        Clan tiny: 1 machine, 1 instance, read as clan-core of 2024-12-09

        Machines
          jon  all* home

        sshd.lan
          client  nobody
          server  jon     by tag home
    "#]]
    .assert_eq(&ran.out);
}

#[test]
fn standard_input_lies_where_it_is_said_to() {
    let text = "import ./clan.nix";
    let ran = run_with_input(
        "list machines - --stdin-filename fixtures/modern/x.nix",
        text,
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expect![[r#"
        anna
        backup_server
        jon
        sara
        web01
        web02
    "#]]
    .assert_eq(&ran.out);
}

#[test]
fn the_dialect_can_be_chosen() {
    let newest = run("resolve fixtures/bare-inventory.nix --keep-going --dialect 2026-08-22");
    assert!(newest.out.contains("\"dialect\": \"2026-08-22\""));
    // Services are gone by then.
    assert_eq!(newest.code, 1, "{}", newest.err);
    let then = run("resolve fixtures/bare-inventory.nix --dialect 2024-12-09");
    let auto = run("resolve fixtures/bare-inventory.nix");
    assert_eq!((then.code, auto.code), (0, 0));
    assert_eq!(then.out, auto.out);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for arguments in ["resolve fixtures/fleet", "show fixtures/fleet", "eval -E 1"] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(said, "", "{arguments}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments}");
    }
}

#[test]
fn what_is_piped_has_no_colours() {
    let mut command = command("show fixtures/layers-conflict --keep-going");
    let ran = finish(
        command
            .env("TERM", "xterm-256color")
            .env("COLORTERM", "truecolor"),
    );
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
    let never = run("show fixtures/layers-conflict --keep-going --color never");
    assert_eq!((ran.out, ran.err), (never.out, never.err));
}

#[test]
fn quiet_leaves_errors_only() {
    let all = run("show fixtures/broken-guide/clan.nix");
    let quiet = run("show -q fixtures/broken-guide/clan.nix");
    assert!(all.err.contains("the clan has no name"), "{}", all.err);
    assert!(!quiet.err.contains("the clan has no name"), "{}", quiet.err);
    assert!(quiet.err.contains("missing-semicolon"), "{}", quiet.err);
}

#[test]
fn every_run_says_the_same() {
    let first = run("resolve fixtures/fleet");
    assert_eq!(first.code, 0, "{}", first.err);
    for _ in 0..3 {
        assert_eq!(run("resolve fixtures/fleet").out, first.out);
    }
}

#[test]
fn a_real_source_may_stand_for_an_input() {
    let ran = run(
        "list inputs fixtures/modern --override-input clan-core=fixtures/backup --format table",
    );
    assert!(ran.out.contains("fixtures/backup"), "{}", ran.out);
}

/// Evaluation of the expression ends with this complaint, and nothing is printed.
#[track_caller]
fn check_ends(options: &str, expression: &str, complaint: &str) {
    let ran = run_with_input(&format!("eval {options} -"), expression);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains(complaint), "{}", ran.err);
}

#[test]
fn limits_end_an_evaluation_in_order() {
    let sum = "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 100000)";
    check_ends("--max-steps 1000", sum, "more than 1000 steps");
    check_ends("--max-memory 1M", sum, "more than 1M of memory");
    check_ends("", "let f = x: f x + 1; in f 1", "stack overflow");
    check_ends("", "let f = x: x + f (x + 1); in f 1", "stack overflow");
}

#[test]
fn a_value_without_end_is_not_written_without_end() {
    let knot = "let x = { y = x; }; in x";
    check_ends("--json --max-memory 64M", knot, "stack overflow");
    check_ends(
        "--xml --strict --max-memory 64M",
        knot,
        "more than 64M of memory",
    );
    let endless = "let f = n: { next = f (n + 1); }; in f 0";
    check_ends("--strict", endless, "max-call-depth exceeded");
    check_ends(
        "--strict --max-call-depth 1000000 --max-memory 64M",
        endless,
        "more than 64M of memory",
    );
}

#[test]
fn help_and_version_are_answers() {
    for arguments in ["--help", "show --help", "--version"] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments}");
        assert!(!ran.out.is_empty(), "{arguments}");
    }
}
