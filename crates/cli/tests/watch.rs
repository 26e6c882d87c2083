//! `check --watch`: again after each save.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use support::{Folder, command};

/// Ends with the test, however that ends.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Longer than any machine that runs tests takes.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_save_leads_to_another_check() {
    let folder = Folder::of("watch", "--- clan.nix\n{ meta.name = 1; }\n");
    let path = folder.0.join("clan.nix");
    let child = command("check --watch --format concise")
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut watching = Watching(child);
    let out = BufReader::new(watching.0.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        out.lines()
            .map_while(Result::ok)
            .all(|line| sender.send(line).is_ok())
    });
    let wait_for = |word: &str| {
        let until = Instant::now() + LONG;
        while let Ok(line) = lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.contains(word) {
                return;
            }
        }
        panic!("no {word}");
    };
    wait_for("wrong-type");
    std::fs::write(&path, "{ meta.name = \"x\"; inventory.machine = { }; }\n").unwrap();
    wait_for("unknown-option");
    std::fs::write(&path, "{ meta.name = \"x\" }\n").unwrap();
    wait_for("missing-semicolon");
}
