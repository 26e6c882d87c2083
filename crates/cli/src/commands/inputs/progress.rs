//! How far the downloads are: one line that changes, on a terminal; nothing elsewhere.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use fetch::{Event, Wanted};

use crate::terminal::Terminal;

/// The line is not written anew more often.
const PAUSE: Duration = Duration::from_millis(100);

/// The line.
pub struct Progress<'p> {
    terminal: &'p Terminal,
    wanted: &'p [Wanted],
    /// The columns of the terminal; none if there is no terminal, or nothing is to be said.
    width: Option<usize>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ended: usize,
    /// What is going on, by the number of the input.
    running: BTreeMap<usize, String>,
    written: Option<Instant>,
}

impl<'p> Progress<'p> {
    /// For these inputs.
    pub fn new(terminal: &'p Terminal, wanted: &'p [Wanted]) -> Progress<'p> {
        Progress {
            terminal,
            wanted,
            width: terminal.width_of_messages(),
            state: Mutex::default(),
        }
    }

    /// Shows what happens to an input.
    pub fn show(&self, number: usize, event: &Event) {
        let Some(width) = self.width else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Waits => state.running.insert(number, "waiting".to_owned()),
            Event::Downloads(progress) => state.running.insert(number, amount(*progress)),
            Event::Unpacks => state.running.insert(number, "unpacking".to_owned()),
            Event::Ends(_) => {
                state.ended += 1;
                state.running.remove(&number)
            }
        };
        let is_early = |written: Instant| written.elapsed() < PAUSE;
        if state.written.is_some_and(is_early) {
            return;
        }
        state.written = Some(Instant::now());
        let line = self.line(&state);
        let line: String = line.chars().take(width.saturating_sub(1)).collect();
        self.terminal.say(&format!("\r\x1b[K{line}"));
    }

    /// Takes the line away.
    pub fn end(&self) {
        if self.width.is_some() {
            self.terminal.say("\r\x1b[K");
        }
    }

    fn line(&self, state: &State) -> String {
        let running = state.running.iter().map(|(number, what)| {
            let name = self.wanted.get(*number).map_or("", |wanted| &wanted.name);
            format!("{name} {what}")
        });
        let running: Vec<String> = running.collect();
        format!(
            "{} of {}  {}",
            state.ended,
            self.wanted.len(),
            running.join(", ")
        )
    }
}

fn amount(progress: fetch::Progress) -> String {
    match progress.total {
        Some(total) if total > 0 => {
            let percent = progress.bytes.saturating_mul(100) / total;
            format!("{percent} % of {}", size(total))
        }
        _ => size(progress.bytes),
    }
}

/// A number of bytes for people: `12.3 MiB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut tenths = bytes.saturating_mul(10);
    let mut unit = "bytes";
    for larger in UNITS {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        unit = larger;
    }
    match unit {
        "bytes" => format!("{bytes} bytes"),
        _ => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_units() {
        let sizes = [0, 1023, 1024, 1536, 45 << 20, 3 << 40];
        let told = sizes.map(size);
        let expected = [
            "0 bytes",
            "1023 bytes",
            "1.0 KiB",
            "1.5 KiB",
            "45.0 MiB",
            "3.0 TiB",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn progress_is_told_in_percent_where_the_whole_is_known() {
        let amount = |bytes, total| amount(fetch::Progress { bytes, total });
        assert_eq!(amount(512, Some(2048)), "25 % of 2.0 KiB");
        assert_eq!(amount(2048, None), "2.0 KiB");
    }
}
