//! Files that were read and that git does not track: Nix sees no such file of a flake.

use std::path::{Path, PathBuf};

use source::{Diagnostic, Files, SourceMap, Span};

/// The code of the finding.
const UNTRACKED_FILE: &str = "untracked-file";
/// So many files are named in the message.
const MOST_NAMES: usize = 5;

/// One finding for all files of the flake in `root` that were read and that its repository does not track.
pub(crate) fn untracked(files: &dyn Files, sources: &SourceMap, root: &Path) -> Option<Diagnostic> {
    let read = sources.files();
    let paths: Vec<PathBuf> = read
        .iter()
        .map(|file| file.path.clone())
        .filter(|path| path.starts_with(root))
        .collect();
    let paths = files.untracked(root, &paths);
    if paths.is_empty() {
        return None;
    }
    let names: Vec<String> = paths
        .iter()
        .map(|path| {
            path.strip_prefix(root)
                .unwrap_or(path)
                .display()
                .to_string()
        })
        .collect();
    // The only file that clan looks for before it reads it.
    let is_asked_for = |path: &PathBuf| path.ends_with("inventory.json");
    let verb = match paths.iter().all(is_asked_for) {
        true => "does not see",
        false => "fails to find",
    };
    let message = match names.as_slice() {
        [only] => format!("git does not track `{only}`, so Nix {verb} it"),
        [first, rest @ ..] => {
            let files = if rest.len() == 1 { "file" } else { "files" };
            let number = rest.len();
            format!("git does not track `{first}` and {number} more {files}, so Nix {verb} them")
        }
        [] => return None,
    };
    let mut command = format!(
        "git add {}",
        names
            .iter()
            .take(MOST_NAMES)
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    );
    if names.len() > MOST_NAMES {
        command.push_str(" …");
    }
    let mut finding = Diagnostic::warning(UNTRACKED_FILE, message)
        .help(format!("`{command}`; no commit is needed"));
    for file in read.iter().filter(|file| paths.contains(&file.path)) {
        let start = file.pos(0);
        finding = finding.label(Span::new(start, start), "not tracked");
    }
    Some(finding)
}
