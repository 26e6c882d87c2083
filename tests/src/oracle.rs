//! What our evaluator makes of an expression, and what an installed `nix-instantiate` makes of it.

use std::io::{ErrorKind, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use project::evaluate::Form;

use crate::evaluated_as;

/// What comes of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A value, printed.
    Value(String),
    /// An error.
    Fails,
    /// Nothing that could be compared, and why.
    Unknown(String),
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Outcome::Value(text) => out.write_str(text),
            Outcome::Fails => out.write_str("(an error)"),
            Outcome::Unknown(reason) => write!(out, "({reason})"),
        }
    }
}

/// How long Nix may think.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a line of [`INTENDED`] begins that is a part of Nix' message rather than of ours.
const THEIRS: &str = "Nix: ";
/// Our messages where newer releases of Nix fail and 2.8 does not, or not in the same way. After each the reason.
const INTENDED: &str = include_str!("../differential/intended.txt");

/// What newer releases changed in the builtins of 2.8, as a function from these.
const NEWER: &str = include_str!("../differential/newer.nix");

/// The expression with the builtins of newer releases, for a Nix that lacks them.
pub fn with_newer_builtins(expression: &str) -> String {
    format!(
        "let old = builtins; newer = ({NEWER}\n) old; in
let builtins = old // newer // {{ inherit builtins; }}; inherit (newer) map; in (
{expression}
)"
    )
}

/// What we make of an expression.
pub fn ours(expression: &str) -> Outcome {
    let evaluated = evaluated_as(Form::Nix, expression.as_bytes());
    if !evaluated.failed {
        return Outcome::Value(printed(&evaluated.output));
    }
    for finding in &evaluated.diagnostics {
        if finding.code == "internal-error" {
            return Outcome::Value(format!("(a panic: {})", finding.message));
        }
        let intended = INTENDED
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        if finding.code == "limit-exceeded"
            || intended
                .into_iter()
                .any(|part| finding.message.contains(part))
        {
            return Outcome::Unknown(finding.message.clone());
        }
    }
    Outcome::Fails
}

/// What Nix makes of an expression.
///
/// # Panics
///
/// If Nix cannot be run.
pub fn theirs(expression: &str) -> Outcome {
    theirs_and_why(expression).0
}

/// Whether newer releases of Nix do not refuse any more what this one refuses with that message.
pub fn is_outdated(message: &str) -> bool {
    let mut refusals = INTENDED
        .lines()
        .filter_map(|line| line.strip_prefix(THEIRS));
    refusals.any(|refusal| message.contains(refusal))
}

/// Like [`theirs`], with what Nix says beside it.
///
/// # Panics
///
/// If Nix cannot be run.
pub fn theirs_and_why(expression: &str) -> (Outcome, String) {
    let mut command = nix_instantiate();
    command.args(["--eval", "--strict", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("nix-instantiate runs");
    let (mut input, output) = (child.stdin.take(), child.stdout.take());
    let errors = child.stderr.take().map(|mut errors| {
        std::thread::spawn(move || {
            let mut bytes = vec![];
            // What cannot be read says nothing.
            let _ = errors.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    });
    if let Some(input) = &mut input {
        // It may have given up before the end.
        let _ = input.write_all(expression.as_bytes());
    }
    drop(input);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = vec![];
        let read = output.map(|mut output| output.read_to_end(&mut bytes));
        sender.send(read.map(|_| bytes))
    });
    let Ok(bytes) = receiver.recv_timeout(PATIENCE) else {
        child.kill().expect("nix-instantiate can be ended");
        child.wait().expect("nix-instantiate ends");
        let outcome = Outcome::Unknown("Nix thinks for too long".to_owned());
        return (outcome, String::new());
    };
    let status = child.wait().expect("nix-instantiate ends");
    let outcome = match status.code() {
        Some(0) => Outcome::Value(printed(&bytes.unwrap_or_default())),
        Some(_) => Outcome::Fails,
        None => Outcome::Unknown("Nix crashes".to_owned()),
    };
    let message = errors.and_then(|errors| errors.join().ok());
    (outcome, message.unwrap_or_default())
}

fn printed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches('\n')
        .to_owned()
}

fn nix_instantiate() -> Command {
    let mut command = Command::new("nix-instantiate");
    // No store is needed, nor a database of one.
    command.env("NIX_REMOTE", "dummy://").current_dir("/");
    if let Ok(nixpkgs) = std::env::var("NIXPKGS") {
        command.env("NIX_PATH", format!("nixpkgs={nixpkgs}"));
    }
    command
}

/// Whether there is a Nix to compare with.
///
/// # Panics
///
/// If there is one that does not run, or if there is none and `REQUIRE_NIX` is set.
pub fn is_installed() -> bool {
    match nix_instantiate().arg("--version").output() {
        Ok(output) => output.status.success(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(
                std::env::var_os("REQUIRE_NIX").is_none(),
                "nix-instantiate is not installed"
            );
            false
        }
        Err(error) => panic!("nix-instantiate does not run: {error}"),
    }
}
