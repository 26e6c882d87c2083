//! The command `repl`, with inputs that come through a pipe.

mod support;

use std::io::Write;
use std::process::Stdio;

use support::{Ran, command, run, run_with_input, top};

/// Prints exactly `expected` and says nothing else.
#[track_caller]
fn check(arguments: &str, input: &str, expected: &str) {
    let ran = run_with_input(arguments, input);
    assert_eq!(ran.err, "");
    assert_eq!(ran.out, expected);
    assert_eq!(ran.code, 0);
}

#[test]
fn lines_are_answered_without_a_prompt() {
    check(
        "repl",
        "x = 1\n\nx + 1\n# nothing\n:t x\n",
        "2\nan integer\n",
    );
    check("repl", "[\n  1\n  { a = 2; }\n]", "[\n  1\n  { ... }\n]\n");
    check("repl", "", "");
    check("repl", "1\n:q\n2\n", "1\n");
    check("repl --color always", "1\n", "\u{1b}[36;1m1\u{1b}[0m\n");
}

#[test]
fn a_clan_is_in_scope() {
    check(
        "repl fixtures/backup",
        "builtins.attrNames inventory.machines\ninventory == clan.inventory\n",
        "[\n  \"backup_server\"\n  \"jon\"\n  \"sara\"\n]\ntrue\n",
    );
    check("repl fixtures/backup", "clan.meta.name\n", "\"backyard\"\n");
    check(
        "repl fixtures/bare-inventory.nix",
        "builtins.isAttrs inventory.machines\n",
        "true\n",
    );
}

#[test]
fn files_anywhere_may_be_named() {
    let directory =
        std::env::temp_dir().join(format!("clan-inventory-repl-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("a.nix"), "{ a = import ./b.nix; }").unwrap();
    std::fs::write(directory.join("b.nix"), "1 + 1").unwrap();
    let path = directory.join("a.nix");
    let input = format!(":l {}\na\n", path.display());
    check("repl", &input, "Added 1 variable.\na\n2\n");
    let ran = run_with_input("repl", &format!("import {}\n", path.display()));
    assert!(
        ran.err.contains("forbidden in pure evaluation mode"),
        "{}",
        ran.err
    );
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn what_fails_is_told_and_the_next_line_is_answered() {
    let ran = run_with_input("repl", "throw \"no\"\n1 +\n)\n:hepl\n:b 1\n{ a = y; }\n2\n");
    assert_eq!(ran.out, "2\n");
    assert_eq!(ran.code, 1);
    for told in [
        "error[thrown]: no",
        "«repl»:1:1",
        "error[syntax]",
        "error[undefined-variable]: undefined variable 'y'",
        "error: there is no command `:hepl`; did you mean `:help`?",
        "nothing is built",
    ] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
}

#[test]
fn limits_hold_for_each_line() {
    let deep = "f = let f = n: if n == 0 then 0 else 1 + f (n - 1); in f\nf 300\nf 90\n";
    let ran = run_with_input("repl --max-call-depth 100", deep);
    assert!(
        ran.err.contains("`--max-call-depth 100` holds"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out, "90\n");
    let long =
        "g = n: builtins.foldl' (a: b: a + b) 0 (builtins.genList (m: m) n)\ng 9000\ng 900\n";
    let ran = run_with_input("repl --max-steps 5000", long);
    assert!(ran.err.contains("`--max-steps 5000` holds"), "{}", ran.err);
    assert_eq!(ran.out, "404550\n");
}

#[test]
fn traces_go_to_standard_error() {
    let Ran { code, out, err } = run_with_input("repl", "builtins.trace \"here\" 1\n");
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1\n", "trace: here\n")
    );
    let ran = run_with_input("repl -q", "builtins.trace \"here\" 1\n");
    assert_eq!(ran.err, "");
}

#[test]
fn what_it_begins_with_must_be_there() {
    let ran = run("repl no/such");
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: `no/such` does not exist\n");
    let ran = run_with_input("repl docs", "1\n");
    assert!(ran.err.contains("has no flake and no clan"), "{}", ran.err);
    assert_eq!((ran.code, ran.out.as_str()), (1, "1\n"));
}

#[test]
fn the_help_has_examples() {
    let ran = run("repl --help");
    assert!(ran.out.contains("clan-inventory repl ."), "{}", ran.out);
    let ran = run_with_input("repl", ":?\n");
    assert!(ran.out.contains(":lf, :load-flake DIR"), "{}", ran.out);
}

#[test]
fn a_closed_reader_ends_it() {
    let mut command = command("repl");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.current_dir(top()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(b"1\n2\n");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
