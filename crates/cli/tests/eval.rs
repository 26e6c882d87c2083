//! The command `eval`, from the outside.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clan-inventory"));
    command.arg("eval").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Prints exactly `expected` and says nothing else.
#[track_caller]
fn check(arguments: &[&str], expected: &str) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(0));
}

/// Prints nothing, says `message` and exits with `code`.
#[track_caller]
fn check_failure(arguments: &[&str], code: i32, message: &str) {
    let output = run(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(message), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn what_an_argument_shows_before_it_is_needed_is_what_is_at_hand() {
    let list = |argument: &str| format!("(n: (x: [ x ]) ({argument})) 3");
    check(&["-E", &list("n - 1")], "[ 2 ]\n");
    check(
        &["-E", &list("{ a = 1 + 1; b = n; }")],
        "[ { a = <CODE>; b = 3; } ]\n",
    );
    check(&["-E", &list("n / 0")], "[ <CODE> ]\n");
    check(&["-E", &list("n + 9223372036854775807")], "[ <CODE> ]\n");
    check(&["-E", &list("throw \"no\"")], "[ <CODE> ]\n");
}

#[test]
fn what_is_nested_too_deep_is_an_error_wherever_all_of_it_is_needed() {
    let chain = "foldl' (tail: head: { inherit head tail; }) null (genList (n: n) 20000)";
    for function in ["toJSON", "(x: deepSeq x 1)"] {
        let expression = format!("with builtins; {function} ({chain})");
        check_failure(&["-E", &expression], 1, "max-call-depth exceeded");
    }
}

#[test]
fn values_are_printed_in_each_form() {
    let set = "{ b = [ (1 + 1) ]; a = x: x; }";
    check(&["-E", set], "{ a = <CODE>; b = <CODE>; }\n");
    check(&["--strict", "-E", set], "{ a = <LAMBDA>; b = [ 2 ]; }\n");
    check(
        &["--json", "-E", "{ b = [ 2.0 ]; a = null; }"],
        "{\"a\":null,\"b\":[2.0]}\n",
    );
    check(&["--raw", "-E", "\"a\" + \"b\""], "ab");
    check(
        &["--xml", "-E", "1"],
        "<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <int value=\"1\" />\n</expr>\n",
    );
}

#[test]
fn attributes_are_selected_and_functions_called() {
    let expression = "{ a, b ? 3, ... }: { sum = a + b; list = [ 1 ({ c }: c) ]; }";
    check(
        &[
            "-E", expression, "--arg", "a", "1 + 1", "--argstr", "c", "x", "-A", "sum", "-A",
            "list.1",
        ],
        "5\n\"x\"\n",
    );
    check_failure(
        &["-E", "{ a }: a", "-A", "x"],
        1,
        "an argument without a value ('a')",
    );
    check_failure(&["-E", "{ ab = 1; }", "-A", "ac"], 1, "did you mean `ab`?");
}

#[test]
fn what_is_not_along_a_path_is_told_with_what_there_is() {
    let set = ["-E", "{ alpha = 1; beta = 2; }", "-A"];
    check_failure(&[&set[..], &["alpa"]].concat(), 1, "did you mean `alpha`?");
    let help = "help: the set has `alpha` and `beta`";
    check_failure(&[&set[..], &["x"]].concat(), 1, help);
    let function = ["-E", "{ a ? 1,\nb }: b", "--arg", "a", "2"];
    check_failure(&function, 1, "«string»:2:1");
    check_failure(&function, 1, "`b` has no default");
}

#[test]
fn several_inputs_are_evaluated_in_turn() {
    check(&["-E", "1", "-E", "2"], "1\n2\n");
    check(&["-E", "1", "1 + 1"], "1\n2\n");
    check(&["--eval", "-E", "--strict", "[ (1 + 1) ]"], "[ 2 ]\n");
    check(&["-E", "-1"], "-1\n");
    let output = run(&["-E", "1", "throw \"no\"", "2"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n");
    assert_eq!(output.status.code(), Some(1));
    check_failure(&["-E"], 2, "needs an expression");
}

#[test]
fn xml_leaves_places_out_if_told_to() {
    let head = "<?xml version='1.0' encoding='utf-8'?>\n<expr>\n";
    let body = "  <function>\n    <varpat name=\"x\" />\n  </function>\n</expr>\n";
    let expected = format!("{head}{body}");
    check(&["--xml", "--no-location", "-E", "x: x"], &expected);
}

#[test]
fn an_entry_of_the_search_path_that_leads_nowhere_is_named() {
    let fails = |entry: &str, message: &str| {
        check_failure(&["-I", entry, "-E", "<here/x>"], 1, message);
    };
    fails(
        "here=/none",
        "help: `here=/none` has no such file; `-I here/x=DIR`",
    );
    let url = "`here=https://example.org/x` would have to be fetched";
    fails("here=https://example.org/x", url);
}

#[test]
fn only_files_have_places() {
    let places = "[ __curPos (unsafeGetAttrPos \"a\" { a = 1; }) ]";
    let places = format!("with builtins; {places}");
    check(&["--strict", "-E", &places], "[ null null ]\n");
}

#[test]
fn faults_have_places_and_exit_codes() {
    check_failure(&["-E", "1 +"], 1, "error[syntax]");
    check_failure(&["-E", "throw \"no\""], 1, "«string»:1:1");
    check_failure(&["/no/such/file.nix"], 2, "does not exist");
    check_failure(&["--no-such-option"], 2, "unexpected argument");
    check_failure(&["-E", "1", "--json", "--xml"], 2, "cannot be used with");
    check_failure(
        &["--pure-eval", "-E", "builtins.readFile /etc/passwd"],
        1,
        "is forbidden in pure evaluation mode",
    );
    check_failure(
        &["--max-steps", "1000", "-E", "let f = n: f (n + 1); in f 0"],
        1,
        "more than 1000 steps",
    );
}

#[test]
fn notices_go_to_standard_error() {
    let output = run(&["-E", "builtins.trace \"here\" (builtins.warn \"there\" 1)"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "trace: here\nevaluation warning: there\n"
    );
    let quiet = ["-q", "-E", "builtins.trace \"here\" 1"];
    check(&quiet, "1\n");
}

#[test]
fn standard_input_is_an_expression() {
    let mut child = command(&["-", "--stdin-filename", "/clan/flake.nix"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = b"[ ./a __curPos.line ]";
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "[ /clan/a <CODE> ]\n"
    );
}

#[test]
fn arguments_are_evaluated_when_they_are_needed() {
    let failing = "throw \"not needed\"";
    check(&["--arg", "x", failing, "-E", "{ x }: 1"], "1\n");
    let one_of_two = "{ x }: { a = x; b = 2; }";
    check(&["--arg", "x", failing, "-A", "b", "-E", one_of_two], "2\n");
    check(&["--arg", "x", "1 + 1", "-E", "{ x }: x"], "2\n");
    check_failure(&["--arg", "x", failing, "-E", "{ x }: x"], 1, "not needed");
    // What is no Nix, Nix refuses at once.
    check_failure(&["--arg", "x", "1 +", "-E", "{ x }: 1"], 1, "syntax");
    check_failure(&["--arg", "x", "unbound", "-E", "{ x }: 1"], 1, "unbound");
}

#[test]
fn texts_are_only_parsed_if_asked_to() {
    let cases = include_str!("../../../tests/parsed.txt").split("\n\n");
    let cases = cases.filter_map(|case| case.split_once("\n-> "));
    assert!(cases.clone().count() > 9);
    for (code, parsed) in cases {
        let parsed = format!("{}\n", parsed.trim_end());
        check(&["--parse-only", "-E", code], &parsed);
    }
    check_failure(
        &["--parse-only", "-E", "{ a = 1; a = 2; }"],
        1,
        "attribute 'a' already defined at «string»:1:3",
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = command(&[
        "--strict",
        "-E",
        "builtins.genList (n: \"some text\") 100000",
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn frames_of_libraries_are_folded_unless_all_are_wanted() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trace/pkgs");
    std::fs::create_dir_all(directory.join("lib")).unwrap();
    let lib = "{ ctx = f: builtins.addErrorContext \"while evaluating the option `x`\" (f 1); }";
    std::fs::write(directory.join("lib/default.nix"), lib).unwrap();
    let include = format!("nixpkgs={}", directory.display());
    let expression = "(import <nixpkgs/lib>).ctx (x: x.missing)";
    let said = |options: &[&str]| {
        let arguments = [options, &["-I", &include, "-E", expression]].concat();
        String::from_utf8(run(&arguments).stderr).unwrap()
    };
    let folded = said(&[]);
    assert!(
        folded.contains(
            "  trace: … 1 frame in nixpkgs lib\n    while evaluating the option `x`\n    … 1 frame in nixpkgs lib; `--show-trace` shows them\n"
        ),
        "{folded}"
    );
    let whole = said(&["--show-trace"]);
    for line in [
        "in the call of `addErrorContext`  ",
        "in the call of `ctx`  «string»:1:1",
    ] {
        assert!(whole.contains(line), "{whole}");
    }
}

#[test]
fn a_warning_aborts_if_it_shall() {
    let arguments = ["-E", "builtins.warn \"take \u{1B}[1mcare\u{1B}[0m\" 1"];
    let said = |output: Output| {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let (value, warning) = said(run(&arguments));
    assert_eq!(
        (value.as_str(), warning.as_str()),
        ("1\n", "evaluation warning: take care\n")
    );
    let output = command(&arguments).env("NIX_ABORT_ON_WARN", "1").output();
    let (value, error) = said(output.unwrap());
    assert_eq!(value, "");
    assert!(
        error.contains("evaluation warning: take care\n")
            && error.contains("aborting to reveal stack trace of warning"),
        "{error}"
    );
}

#[test]
fn colours_of_messages_are_left_out() {
    let output = run(&["-E", "throw \"no \u{1B}[1;31mred\u{1B}[0m\""]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error[thrown]: no red\n"), "{error}");
}

#[test]
fn a_flake_on_the_disk_can_be_asked_for() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("get-flake");
    std::fs::create_dir_all(&directory).unwrap();
    let flake = "{
      inputs.other.url = \"github:o/other\";
      outputs = { self, other }: {
        name = \"found\"; inherit (self.sourceInfo) narHash; x = other.x; here = builtins.readFile \"${self}/note\";
      };
    }";
    std::fs::write(directory.join("flake.nix"), flake).unwrap();
    std::fs::write(directory.join("note"), "a note").unwrap();
    let path = directory.display();
    let of_flake = |attribute: &str| format!("(builtins.getFlake \"{path}\").{attribute}");
    let check = |expression: &str, expected: &str| check(&["-E", expression], expected);
    check(&of_flake("name"), "\"found\"\n");
    check(&of_flake("here"), "\"a note\"\n");
    check(&of_flake("outPath"), &format!("\"{path}\"\n"));
    let hash = of_flake("narHash");
    check(&format!("builtins.substring 0 7 {hash}"), "\"sha256-\"\n");
    check(&of_flake("lastModified > 1600000000"), "true\n");
    let mut pure = command(&["--pure-eval", "-E", &of_flake("lastModified + 1")]);
    let output = pure.current_dir(&directory).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    let told = "`self.lastModified` is out of reach: it depends on when the files were written";
    assert!(error.contains(told), "{error}");
    let fails = |expression: &str, message: &str| {
        check_failure(&["-E", expression], 1, message);
    };
    fails(
        &of_flake("x + 1"),
        "`inputs.other.x` is out of reach: input `other` is not on disk",
    );
    fails(
        &of_flake("x"),
        "`inputs.other.x` is out of reach: input `other` is not on disk",
    );
    check(
        &format!("let x = {}; in builtins.seq x [ x ]", of_flake("x")),
        "[ «inputs.other.x is out of reach» ]\n",
    );
    fails(
        &format!("builtins.getFlake \"{path}/none\""),
        "does not contain a 'flake.nix'",
    );
}

#[test]
fn the_surroundings_are_seen_unless_the_evaluation_is_pure() {
    let directory = env!("CARGO_MANIFEST_DIR");
    let run = |arguments: &[&str], expression: &str| {
        let mut command = command(arguments);
        command.args(["-E", expression]);
        command
            .env("NIX_PATH", format!("here={directory}"))
            .env("NOTE", "seen");
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let found = "baseNameOf <here/src>";
    assert_eq!(run(&[], found), "\"src\"\n");
    assert_eq!(run(&["--pure-eval"], found), "");
    let noted = "builtins.getEnv \"NOTE\"";
    assert_eq!(run(&[], noted), "\"seen\"\n");
    assert_eq!(run(&["--pure-eval"], noted), "\"\"\n");
    let system = "builtins ? currentSystem";
    assert_eq!(run(&[], system), "true\n");
    assert_eq!(run(&["--pure-eval"], system), "false\n");
}

#[test]
fn traces_are_told_as_they_come() {
    let mut child = command(&[
        "-E",
        "let count = n: builtins.trace n (count (n + 1)); in count 1",
        "--max-call-depth",
        "1000000",
    ])
    .stdout(Stdio::null())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "trace: 1");
    assert_eq!(lines.next().unwrap().unwrap(), "trace: 2");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn pipes_are_behind_a_switch() {
    let piped = "1 |> builtins.add 2";
    check_failure(&["-E", piped], 1, "'pipe-operators' is disabled");
    let switch = "--extra-experimental-features";
    check(&[switch, "nix-command pipe-operators", "-E", piped], "3\n");
}

#[test]
fn the_time_is_known_if_it_may_be() {
    check(&["-E", "builtins.currentTime > 1700000000"], "true\n");
    check(&["--pure-eval", "-E", "builtins ? currentTime"], "false\n");
}
