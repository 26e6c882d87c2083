//! What every stage speaks of: files, places in them, diagnostics, edits and near names.
//!
//! This crate knows neither Nix nor clan nor a terminal.

pub mod colour;
pub mod diagnostic;
pub mod edit;
pub mod files;
pub mod line_index;
pub mod source_map;
pub mod span;
pub mod spelling;
pub mod suggest;

pub use colour::without_colours;
pub use diagnostic::{Code, Diagnostic, Diagnostics, Fix, Frame, Label, Severity};
pub use edit::Edit;
pub use files::{FileError, FileKind, Files};
pub use line_index::{LineColumn, LineIndex};
pub use source_map::{SourceFile, SourceMap};
pub use span::{Pos, Span};
