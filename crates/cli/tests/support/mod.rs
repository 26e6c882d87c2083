//! Runs the binary as a user does.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The directory that the tests run in: the top of the repository.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The command with its arguments, separated by blanks, in an environment that is always the same.
pub fn command(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clan-inventory"));
    command
        .args(arguments.split_whitespace())
        .current_dir(top())
        .env_clear()
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn finish(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a command line.
pub fn run(arguments: &str) -> Ran {
    finish(&mut command(arguments))
}

/// Runs a command line with a text on standard input.
pub fn run_with_input(arguments: &str, input: &str) -> Ran {
    let mut command = command(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A directory of files that goes away with its value.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Files separated by lines `--- name`.
    pub fn of(name: &str, text: &str) -> Folder {
        let id = std::process::id();
        let path = std::env::temp_dir().join(format!("clan-inventory-{name}-{id}"));
        let _ = std::fs::remove_dir_all(&path);
        for file in text.split("--- ").skip(1) {
            let (name, text) = file.split_once('\n').unwrap_or((file, ""));
            let file = path.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Folder(path)
    }

    /// Runs a command line in it.
    pub fn run(&self, arguments: &str) -> Ran {
        finish(command(arguments).current_dir(&self.0))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
