//! Paths as a file beside them writes them: `./modules/site.nix`.

use std::path::Path;

use source::{Pos, SourceMap, Span};

/// So many directories up a path is spelled from.
const MOST_UP: usize = 4;

/// How a file in `directory` writes `path`; none if they have too little in common, or no literal can say it.
pub fn spelled(directory: &Path, path: &Path) -> Option<String> {
    let mut ancestors = directory.ancestors().enumerate().take(MOST_UP + 1);
    let (up, below) = ancestors.find_map(|(up, ancestor)| {
        let below = path.strip_prefix(ancestor).ok()?;
        // The root is all that has nothing in common has.
        ancestor.parent().is_some().then_some((up, below))
    })?;
    let start = match up {
        0 => "./".to_owned(),
        up => "../".repeat(up),
    };
    let below = below.to_str()?;
    // What a path literal can hold.
    let is_literal = |letter: char| letter.is_ascii_alphanumeric() || "._-+/".contains(letter);
    let below = if below.is_empty() { "." } else { below };
    below
        .chars()
        .all(is_literal)
        .then(|| format!("{start}{below}"))
}

/// How the file in which `place` stands writes `path`.
pub fn spelled_at(sources: &SourceMap, place: Pos, path: &Path) -> Option<String> {
    let file = sources.file(place.some()?)?;
    spelled(file.path.parent()?, path)
}

/// The first place behind `place` at which `path` is written, not counting what stands behind a `#`.
pub fn written(sources: &SourceMap, place: Pos, path: &Path) -> Option<Span> {
    let file = sources.file(place.some()?)?;
    let spelled = spelled(file.path.parent()?, path)?;
    let start = file.offset(place) as usize;
    let behind = file.text.get(start..)?;
    let is_part = |letter: char| letter.is_alphanumeric() || "._-+/".contains(letter);
    let mut found = behind.match_indices(&spelled).filter(|(at, _)| {
        let before = behind.get(..*at).unwrap_or_default();
        let after = behind.get(at + spelled.len()..).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        !before.ends_with(is_part) && !after.starts_with(is_part) && !line.contains('#')
    });
    let (at, _) = found.next()?;
    let start = (start + at) as u32;
    Some(file.span(start, start + spelled.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(directory: &str, path: &str, expected: Option<&str>) {
        let spelled = spelled(Path::new(directory), Path::new(path));
        assert_eq!(spelled.as_deref(), expected);
    }

    #[test]
    fn a_path_is_spelled_from_a_directory() {
        check("/clan", "/clan/a.nix", Some("./a.nix"));
        check(
            "/clan/machines/jon",
            "/clan/modules/a.nix",
            Some("../../modules/a.nix"),
        );
        check("/clan", "/elsewhere/a.nix", None);
        check("/", "/a.nix", None);
        check("/clan", "/clan", Some("./."));
        check("/clan/machines", "/clan", Some("../."));
        check("/clan", "/clan/a b.nix", None);
    }

    #[test]
    fn a_path_is_found_where_it_is_written() {
        let sources = SourceMap::new();
        let text = "{ # not ./b.nix\n a = [ ../b.nix ./b.nix.d ./b.nix ]; }";
        let file = sources
            .add(Path::new("/clan/x/a.nix"), text.into())
            .unwrap();
        let found = |path: &str| {
            let span = written(&sources, file.pos(2), Path::new(path))?;
            Some(file.range(span).start)
        };
        assert_eq!(found("/clan/x/b.nix"), text.rfind("./b.nix ]"));
        assert_eq!(found("/clan/b.nix"), text.find("../b.nix"));
        assert_eq!(found("/clan/c.nix"), None);
    }
}
