//! Between `file:` addresses and paths.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use source::files::disk::normalize;

/// The path that a `file:` address means; none for other addresses.
pub(crate) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let path = rest.get(rest.find('/')?..)?;
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = PathBuf::from(OsString::from_vec(decoded(path.as_bytes())));
    Some(normalize(&path))
}

/// The address of a path.
pub(crate) fn of_path(path: &Path) -> Uri {
    let mut text = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(*byte));
            }
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    Uri(text)
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let (byte, behind) = match behind {
            [high, low, behind @ ..] if *first == b'%' => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, behind),
                _ => (*first, rest.get(1..).unwrap_or_default()),
            },
            _ => (*first, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_the_way_there_and_back() {
        for path in ["/clan/flake.nix", "/a b/ü𝄞/100%.nix", "/x/%41"] {
            let uri = of_path(Path::new(path));
            assert_eq!(to_path(&uri), Some(PathBuf::from(path)), "{}", uri.0);
        }
    }

    #[test]
    fn clients_spell_addresses_in_their_own_way() {
        for (uri, path) in [
            ("file://localhost/a/b", Some("/a/b")),
            ("file:///a%2Fb/../c", Some("/a/c")),
            ("file:///a%zz", Some("/a%zz")),
            ("untitled:Untitled-1", None),
            ("file://nothing", None),
        ] {
            assert_eq!(
                to_path(&Uri(uri.to_owned())),
                path.map(PathBuf::from),
                "{uri}"
            );
        }
    }
}
