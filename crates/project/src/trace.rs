//! How a finding tells what was being evaluated: the user's own frames as places, those of libraries in one line.
//!
//! Frames come innermost first. A few of the user's are drawn where they stand. What an author adds with `addErrorContext` is told in
//! any case. Frames in texts of our own, in the search path's directories and in inputs that are given by a directory are those of a library:
//! they are counted.

use std::path::{Path, PathBuf};

use source::{Diagnostic, Frame, Label, SourceMap, Span};

/// So many places a finding shows at most, unless they are all of its own.
const MOST_LABELS: usize = 6;

/// Whose frames are folded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Libraries {
    /// Directories, and what the library in each is called.
    pub directories: Vec<(PathBuf, String)>,
}

impl Libraries {
    /// The libraries of a search path.
    pub(crate) fn of_search_path(entries: &[(String, PathBuf)]) -> Libraries {
        let named = entries.iter().map(|(prefix, directory)| {
            let end = directory.file_name().unwrap_or_default().to_string_lossy();
            let name = if prefix.is_empty() { &*end } else { prefix };
            (directory.clone(), name.to_owned())
        });
        Libraries {
            directories: named.collect(),
        }
    }

    /// What the library is called that the file at `path` belongs to, if it belongs to one.
    fn of_file(&self, path: &Path) -> Option<String> {
        let text = path.to_string_lossy();
        if let Some(ours) = text.strip_prefix("/«") {
            let (name, _) = ours.split_once('»')?;
            return Some(if name == "lib" { LIB } else { name }.to_owned());
        }
        self.directories.iter().find_map(|(directory, name)| {
            let below = path.strip_prefix(directory).ok()?;
            let is_lib = below.starts_with("lib") && !name.ends_with("lib");
            Some(if is_lib {
                format!("{name} lib")
            } else {
                name.clone()
            })
        })
    }
}

const LIB: &str = "nixpkgs lib";

/// Findings of modules, which say in our words what nixpkgs says.
const OF_MODULES: [&str; 6] = [
    "conflicting-definitions",
    "defined-twice",
    "missing-value",
    "module-syntax",
    "unknown-option",
    "wrong-type",
];
/// How nixpkgs begins to say that.
const IN_NIX: [&str; 5] = [
    "A definition for option `",
    "Cannot merge definitions of `",
    "Module `",
    "The option `",
    "Use `lib.mkForce value`",
];

/// The finding without nixpkgs' words for it, which say it a second time.
pub(crate) fn said_once(mut diagnostic: Diagnostic) -> Diagnostic {
    let is_repeated = |frame: &Frame| {
        let begins = IN_NIX.iter().any(|start| frame.text.starts_with(start));
        frame.span.is_none() && begins
    };
    if OF_MODULES.contains(&diagnostic.code) {
        diagnostic.trace.retain(|frame| !is_repeated(frame));
    }
    diagnostic
}

/// The finding with its trace as it is shown: all of it if `everything` is wanted.
pub(crate) fn arranged(
    mut diagnostic: Diagnostic,
    sources: &SourceMap,
    libraries: &Libraries,
    everything: bool,
) -> Diagnostic {
    let primary = diagnostic.primary();
    if everything {
        let frames = &diagnostic.trace;
        let is_frame = |label: &Label| frames.iter().any(|frame| is_of(label, frame));
        diagnostic
            .labels
            .retain(|label| Some(label.span) == primary || !is_frame(label));
        let more = std::mem::take(&mut diagnostic.more_frames);
        diagnostic.trace.extend(Lines::default().finish(more));
        return diagnostic;
    }
    let frames = std::mem::take(&mut diagnostic.trace);
    let library = |span: Span| {
        let file = sources.file(span.some()?.start)?;
        libraries.of_file(&file.path)
    };
    diagnostic.labels.retain(|label| {
        let is_frame = frames.iter().any(|frame| is_of(label, frame));
        Some(label.span) == primary || !is_frame || library(label.span).is_none()
    });
    let mut lines = Lines::default();
    for frame in frames {
        let shown = |label: &Label| label.span == frame.span;
        if diagnostic.labels.iter().any(shown) && !frame.span.is_none() {
            continue;
        }
        match (library(frame.span), frame.is_context) {
            (_, true) if frame.span.is_none() => lines.tell(frame.text),
            (Some(_), true) => lines.tell(frame.text),
            (Some(name), false) => lines.fold(name),
            (None, _) if frame.span.is_none() => {}
            (None, _) if diagnostic.labels.len() < MOST_LABELS => {
                diagnostic = diagnostic.label(frame.span, frame.text);
            }
            (None, true) => lines.tell(frame.text),
            (None, false) => lines.left_out += 1,
        }
    }
    diagnostic.trace = lines.finish(diagnostic.more_frames);
    diagnostic
}

/// Whether the label was drawn for that frame.
fn is_of(label: &Label, frame: &Frame) -> bool {
    frame.span == label.span && frame.text == label.text
}

/// A trace that is being shortened.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    /// The library whose frames come one after the other, and how many.
    folded: Option<(String, usize)>,
    left_out: usize,
}

impl Lines {
    fn tell(&mut self, text: String) {
        self.unfold();
        self.lines.push(text);
    }

    fn fold(&mut self, name: String) {
        match &mut self.folded {
            Some((last, count)) if *last == name => *count += 1,
            _ => {
                self.unfold();
                self.folded = Some((name, 1));
            }
        }
    }

    fn unfold(&mut self) {
        if let Some((name, count)) = self.folded.take() {
            self.lines
                .push(format!("… {count} {} in {name}", frames(count)));
        }
    }

    fn finish(mut self, more: usize) -> Vec<Frame> {
        self.unfold();
        let hidden = self.left_out;
        if hidden > 0 {
            self.lines
                .push(format!("… {hidden} more {}", frames(hidden)));
        }
        if let Some(last) = self.lines.iter_mut().rfind(|line| line.starts_with('…')) {
            last.push_str("; `--show-trace` shows them");
        }
        if more > 0 {
            self.lines
                .push(format!("… {more} more {} that are not kept", frames(more)));
        }
        let lines = self.lines.into_iter().map(|text| Frame {
            text,
            span: Span::NONE,
            is_context: false,
        });
        lines.collect()
    }
}

fn frames(count: usize) -> &'static str {
    if count == 1 { "frame" } else { "frames" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels and trace lines of a finding with frames in these files, innermost first; a text with `!` is an author's.
    fn shown(frames: &[(&str, &str)], more: usize, everything: bool) -> Vec<String> {
        let sources = SourceMap::new();
        let mut diagnostic = Diagnostic::error("thrown", "no");
        let mut number = 0;
        let mut place = |path: &str| {
            number += 1;
            let text = format!("{:>1$}", "x", number);
            let file = sources.add(Path::new(path), text.into_bytes()).unwrap();
            file.span(number as u32 - 1, number as u32)
        };
        diagnostic = diagnostic.label(place("/clan/flake.nix"), "thrown here");
        for (path, text) in frames {
            diagnostic.trace.push(Frame {
                text: text.trim_start_matches('!').to_owned(),
                span: place(path),
                is_context: text.starts_with('!'),
            });
        }
        diagnostic.more_frames = more;
        let libraries = Libraries::of_search_path(&[("nixpkgs".to_owned(), "/pkgs".into())]);
        let shown = arranged(diagnostic, &sources, &libraries, everything);
        let labels = shown.labels.into_iter().map(|label| label.text);
        let trace = shown
            .trace
            .into_iter()
            .map(|frame| format!("trace: {}", frame.text));
        labels.chain(trace).collect()
    }

    #[test]
    fn frames_of_libraries_are_counted() {
        assert_eq!(
            shown(
                &[
                    ("/«lib»/lists.nix", "in `map`"),
                    ("/pkgs/lib/lists.nix", "in `fold`"),
                    ("/clan/flake.nix", "in `f`"),
                    ("/pkgs/lib/modules.nix", "in `merge`"),
                    ("/pkgs/lib/modules.nix", "!while evaluating the option `x`"),
                    ("/pkgs/pkgs/top.nix", "in `top`"),
                ],
                0,
                false,
            ),
            [
                "thrown here",
                "in `f`",
                "trace: … 3 frames in nixpkgs lib",
                "trace: while evaluating the option `x`",
                "trace: … 1 frame in nixpkgs; `--show-trace` shows them",
            ]
        );
    }

    #[test]
    fn only_a_few_places_are_drawn() {
        let frames = [("/clan/flake.nix", "in `f`"); 9];
        let told = shown(&frames, 20, false);
        assert_eq!(
            told[MOST_LABELS..],
            [
                "trace: … 4 more frames; `--show-trace` shows them",
                "trace: … 20 more frames that are not kept"
            ]
        );
    }

    #[test]
    fn everything_is_shown_if_that_is_wanted() {
        let frames = [
            ("/«lib»/lists.nix", "in `map`"),
            ("/clan/flake.nix", "in `f`"),
        ];
        assert_eq!(
            shown(&frames, 0, true),
            ["thrown here", "trace: in `map`", "trace: in `f`"]
        );
    }
}
