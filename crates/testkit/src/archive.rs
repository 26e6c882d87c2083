//! Several files in one text: before each stands a line `=== ` with its path.

use std::path::{Path, PathBuf};

const MARK: &str = "=== ";

/// The files as one text.
pub fn write<'f>(files: impl IntoIterator<Item = (&'f Path, &'f str)>) -> String {
    let mut archive = String::new();
    for (path, text) in files {
        archive.push_str(&format!("{MARK}{}\n{text}", path.display()));
        if !text.ends_with('\n') {
            archive.push('\n');
        }
    }
    archive
}

/// The files of an archive; what stands before the first path is of no file.
pub fn read(archive: &[u8]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<(PathBuf, Vec<u8>)> = vec![];
    for line in archive.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(MARK.as_bytes()) {
            Some(path) => {
                let path = String::from_utf8_lossy(path);
                files.push((PathBuf::from(path.trim_end()), vec![]));
            }
            None => {
                if let Some((_, bytes)) = files.last_mut() {
                    bytes.extend_from_slice(line);
                }
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let files = [("/a.nix", "{ }\n"), ("/b/c.nix", "1\n\n2\n")];
        let archive = write(files.map(|(path, text)| (Path::new(path), text)));
        let read = read(archive.as_bytes());
        let expected = files.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()));
        assert_eq!(read, expected);
    }
}
