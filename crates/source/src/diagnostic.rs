//! What is wrong, where, and what would mend it.

use crate::edit::Edit;
use crate::span::Span;

/// The name of a kind of finding, such as `unknown-machine`. Stable: users suppress and look up by it.
pub type Code = &'static str;

/// How bad it is. Ordered: a note is less than a warning, a warning less than an error.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Something is out of reach or worth knowing.
    Note,
    /// Clan would go on, hardly as meant.
    Warning,
    /// Clan would fail.
    Error,
}

impl Severity {
    /// Its name in messages and documents.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place that belongs to a finding, with what that place is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place; each label carries its own file.
    pub span: Span,
    /// Two to five words on what stands there.
    pub text: String,
}

/// What was being evaluated when a finding came up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Such as ``in the call of `f` ``.
    pub text: String,
    /// Where; may be none.
    pub span: Span,
    /// Whether the text is an author's, as `addErrorContext` adds it.
    pub is_context: bool,
}

/// A change that mends a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as a command: ``rename to `laptop` ``.
    pub title: String,
    /// Whether it keeps the meaning that the author can only have had.
    pub safe: bool,
    /// The changes, none overlapping another.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// What kind it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The headline: a fact, in lower case, names in backticks, no full stop.
    pub message: String,
    /// The places; the first is where the finding is shown.
    pub labels: Vec<Label>,
    /// The way out, in words that can be pasted.
    pub help: Option<String>,
    /// Further sentences, each on its own line.
    pub notes: Vec<String>,
    /// Mechanical cures, the best first.
    pub fixes: Vec<Fix>,
    /// What was being evaluated, innermost first, as far as labels do not tell it.
    pub trace: Vec<Frame>,
    /// How many frames are left off the trace.
    pub more_frames: usize,
}

impl Diagnostic {
    /// A finding of the given severity without places.
    pub fn new(severity: Severity, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message: message.into(),
            labels: vec![],
            help: None,
            notes: vec![],
            fixes: vec![],
            trace: vec![],
            more_frames: 0,
        }
    }

    /// Clan would fail.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// Clan would go on, hardly as meant.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// Something is out of reach or worth knowing.
    pub fn note(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, message)
    }

    /// Adds a place; [`Span::NONE`] adds nothing.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        if !span.is_none() {
            self.labels.push(Label {
                span,
                text: text.into(),
            });
        }
        self
    }

    /// Says the way out.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds a sentence.
    pub fn note_line(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds a safe fix of one edit.
    pub fn fix(self, title: impl Into<String>, edit: Edit) -> Diagnostic {
        self.with_fix(Fix {
            title: title.into(),
            safe: true,
            edits: vec![edit],
        })
    }

    /// Adds a fix of one edit that may change what the author meant.
    pub fn unsafe_fix(self, title: impl Into<String>, edit: Edit) -> Diagnostic {
        self.with_fix(Fix {
            title: title.into(),
            safe: false,
            edits: vec![edit],
        })
    }

    /// Says which name was probably meant, with the change into it if there is one.
    pub fn meant(mut self, name: &str, fix: Option<Fix>) -> Diagnostic {
        self.fixes.extend(fix);
        self.help(format!("did you mean `{name}`?"))
    }

    /// Adds a fix.
    pub fn with_fix(mut self, fix: Fix) -> Diagnostic {
        self.fixes.push(fix);
        self
    }

    /// Adds a fix if there is one.
    pub fn with_fixes(mut self, fix: impl IntoIterator<Item = Fix>) -> Diagnostic {
        self.fixes.extend(fix);
        self
    }

    /// Where the finding is shown.
    pub fn primary(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// The findings of a run, in the order in which they were made. Equal ones are kept once.
#[derive(Clone, Default, Debug)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No findings.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds a finding, unless it is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    /// Adds each finding.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics
            .into_iter()
            .for_each(|diagnostic| self.push(diagnostic));
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.found
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// The findings, by place: file by file in the order of loading, those without a place last.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|diagnostic| {
            diagnostic
                .primary()
                .map_or(u32::MAX, |span| span.start.number())
        });
        self.found
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}
