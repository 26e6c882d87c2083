//! What goes to the terminal: data to standard output, messages to standard error.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write as _};
use std::os::fd::AsFd;
use std::path::Path;

use clap::ColorChoice;
use project::session::Notice;
use report::diagnostic::printable::printable;
use report::diagnostic::{Format, Style, render};
use report::place::Places;
use report::table::Look;
use serde_json::Value as Json;
use source::{Diagnostic, Severity, SourceMap, without_colours};

use crate::args::Global;
use crate::commands::Failure;

/// How to speak to the user.
#[derive(Clone, Debug)]
pub struct Terminal {
    quiet: bool,
    verbose: bool,
    color: ColorChoice,
}

impl Terminal {
    /// As the options of all commands say.
    pub fn new(global: &Global) -> Terminal {
        Terminal {
            quiet: global.quiet > 0,
            verbose: global.verbose > 0,
            color: global.color,
        }
    }

    /// How text for people on standard output looks.
    pub fn style_of_data(&self) -> Style {
        self.style(&io::stdout())
    }

    /// Makes place for an answer that replaces the last: an empty screen, or an empty line where there is none.
    pub fn clear(&self) -> Result<(), Failure> {
        match io::stdout().is_terminal() && !terminal_is(&["dumb"]) {
            true => self.data(b"\x1B[H\x1B[2J\x1B[3J"),
            false => self.data(b"\n"),
        }
    }

    /// How tables on standard output look.
    pub fn look_of_data(&self) -> Look {
        Look {
            color: self.style_of_data().color,
            width: width(&io::stdout()),
        }
    }

    /// Whether warnings and the like are not wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether more is to be said.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The columns for messages that change; none where nobody would see that.
    pub fn width_of_messages(&self) -> Option<usize> {
        let stream = io::stderr();
        let is_seen = stream.is_terminal() && !self.quiet && !terminal_is(&["dumb"]);
        is_seen.then(|| width(&stream).unwrap_or(Style::PLAIN.width))
    }

    fn style(&self, stream: &(impl AsFd + IsTerminal)) -> Style {
        let is_terminal = stream.is_terminal();
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                is_terminal && variable("NO_COLOR").is_none() && !terminal_is(&["dumb"])
            }
        };
        Style {
            color,
            width: width(stream).unwrap_or(Style::PLAIN.width),
            unicode: !is_terminal || shows_unicode(),
        }
    }

    /// Writes data to standard output.
    pub fn data(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()?;
        Ok(())
    }

    /// Writes data to standard output bit by bit.
    pub fn stream(
        &self,
        write: impl FnOnce(&mut BufWriter<StdoutLock<'_>>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        const AT_ONCE: usize = 1 << 18;
        let mut out = BufWriter::with_capacity(AT_ONCE, io::stdout().lock());
        write(&mut out)?;
        out.flush()?;
        Ok(())
    }

    /// Shows findings; when quiet, errors only.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &SourceMap, root: &Path) {
        let heard = diagnostics
            .iter()
            .filter(|each| !self.quiet || each.severity == Severity::Error);
        let heard: Vec<Diagnostic> = heard.cloned().collect();
        let style = self.style(&io::stderr());
        let mut text = vec![];
        // Writing to memory never fails.
        let _ = render(
            Format::Human,
            &heard,
            Places { sources, root },
            &style,
            &mut text,
        );
        if !text.is_empty() {
            text.push(b'\n');
        }
        message(&String::from_utf8_lossy(&text));
    }

    /// Shows findings beside an answer: notes are only counted, unless more is wanted.
    pub fn beside_answer(&self, diagnostics: &[Diagnostic], sources: &SourceMap, root: &Path) {
        if self.verbose || self.quiet {
            return self.diagnostics(diagnostics, sources, root);
        }
        let (notes, others): (Vec<Diagnostic>, Vec<Diagnostic>) = diagnostics
            .iter()
            .cloned()
            .partition(|each| each.severity == Severity::Note);
        self.diagnostics(&others, sources, root);
        let count = notes.len();
        if count > 0 {
            let notes = if count == 1 { "note" } else { "notes" };
            message(&format!("{count} {notes}; `-v` shows them\n"));
        }
    }

    /// Says something beside the data.
    pub fn say(&self, text: &str) {
        message(text);
    }

    /// Findings as JSON.
    pub fn json(&self, diagnostics: &[Diagnostic], places: Places<'_>) -> Json {
        report::diagnostic::json::array(diagnostics, places)
    }

    /// The page about a diagnostic code, if it is one.
    pub fn page(&self, code: &str) -> Option<&'static str> {
        report::codes::explain(code)
    }

    /// Shows what evaluation said besides its result; nothing when quiet.
    pub fn notices(&self, notices: &[Notice]) {
        for notice in notices {
            self.notice(notice);
        }
    }

    /// Shows something that evaluation says; nothing when quiet.
    pub fn notice(&self, notice: &Notice) {
        if !self.quiet {
            let kind = if notice.is_warning {
                "evaluation warning"
            } else {
                "trace"
            };
            let text = without_colours(&notice.text);
            let text = printable(&text, self.style(&io::stderr()).unicode);
            message(&format!("{kind}: {text}\n"));
        }
    }
}

/// The columns of a stream: what `COLUMNS` says, else what the terminal says; unknown elsewhere.
fn width(stream: &impl AsFd) -> Option<usize> {
    let told = variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let told = told.filter(|columns| *columns > 0);
    told.or_else(|| terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0)))
        .filter(|columns| *columns > 0)
}

/// Whether the terminal has signs beyond ASCII: not the kernel's console, nor a locale that excludes them.
fn shows_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(variable);
    let in_locale = locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    in_locale && !terminal_is(&["linux", "dumb"])
}

fn terminal_is(kinds: &[&str]) -> bool {
    variable("TERM").is_some_and(|kind| kinds.contains(&kind.as_str()))
}

/// An environment variable, unless it is empty.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(|value| value.to_string_lossy().into_owned())
}

/// Says why a command could not run.
pub fn complain(text: &str) {
    message(&format!("error: {text}\n"));
}

/// Writes to standard error; if nobody listens there, nothing can be said about it.
fn message(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
