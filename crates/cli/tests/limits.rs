//! However deep or long an evaluation is, there is a result or an error that tells which option holds it.

mod support;

use support::{command, finish};

const DEEP: &str = "let f = n: if n == 0 then 0 else 1 + f (n - 1); in f 1000000";

/// The output of `eval` with `options` on `expression`, or its error.
fn evaluated(options: &str, expression: &str) -> Result<String, String> {
    let ran = finish(command(&format!("eval {options}")).args(["-E", expression]));
    match ran.code {
        0 => Ok(ran.out.trim_end().to_owned()),
        1 => Err(ran.err),
        code => panic!("{expression}: {code}"),
    }
}

#[track_caller]
fn check_limit(options: &str, expression: &str, help: &str) {
    let error = evaluated(options, expression).unwrap_err();
    assert!(error.starts_with("error[limit-exceeded]"), "{error}");
    assert!(error.contains(help), "{error}");
}

#[test]
fn each_limit_names_its_option_and_the_value_that_held() {
    check_limit("", DEEP, "`--max-call-depth 10000` holds");
    check_limit("--max-call-depth 100", DEEP, "`--max-call-depth 100` holds");
    check_limit(
        "--max-steps 2000",
        "let f = n: f (n + 1); in f 0",
        "`--max-steps 2000` holds",
    );
    check_limit(
        "--max-memory 16M",
        "builtins.genList (n: n) 1000000000",
        "`--max-memory 16M` holds",
    );
}

#[test]
fn a_million_nested_calls_are_a_matter_of_the_limit() {
    let result = evaluated("--max-call-depth 2000000", DEEP);
    match result {
        Ok(value) => assert_eq!(value, "1000000"),
        Err(error) => assert!(error.starts_with("error[limit-exceeded]"), "{error}"),
    }
}

#[test]
fn a_million_values_that_wait_for_each_other_are_no_crash() {
    let sum = "(builtins.foldl' (sum: n: { v = sum.v + n; }) { v = 0; } (builtins.genList (n: n) 1000000)).v";
    match evaluated("", sum) {
        Ok(value) => assert_eq!(value, "499999500000"),
        Err(error) => assert!(error.starts_with("error[limit-exceeded]"), "{error}"),
    }
}

#[test]
fn a_million_nested_lists_are_no_crash() {
    let nest = "builtins.deepSeq (builtins.foldl' (inner: n: [ inner ]) [ ] (builtins.genList (n: n) 1000000)) 1";
    match evaluated("", nest) {
        Ok(value) => assert_eq!(value, "1"),
        Err(error) => assert!(error.starts_with("error[limit-exceeded]"), "{error}"),
    }
}

/// The stack that is asked for first is larger than all the memory that this system gives.
#[test]
#[cfg(target_os = "linux")]
fn where_the_system_has_no_large_stack_a_smaller_one_does() {
    let script = "ulimit -v 300000 && exec \"$0\" eval -E '1 + 1'";
    let program = env!("CARGO_BIN_EXE_clan-inventory");
    let mut shell = std::process::Command::new("sh");
    let ran = finish(shell.args(["-c", script, program]));
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "2\n", "")
    );
}
