//! Store paths: what they are called when a text, a file or a tree goes to the store.
//!
//! The digits of a store path are the first 160 bits, folded, of a hash over what it holds, how that was hashed, the store's
//! directory and the name.

use std::collections::BTreeSet;
use std::fmt;

use bstr::BStr;

use super::hash::{Hash, HashAlgorithm, HashFormat, encode_nix32};

/// Where the store lies.
pub const STORE_DIR: &str = "/nix/store";

const DIGITS_LENGTH: usize = 32;
const DIGITS_SIZE: usize = 20;
const MAX_NAME_LENGTH: usize = 211;

/// A path directly below the store's directory; ordered and kept by its file name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StorePath {
    file_name: String,
}

/// How a file or tree is hashed to name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ingestion {
    /// The bytes of one file.
    Flat,
    /// The archive of a tree, see [`nar`](super::nar).
    Recursive,
}

impl Ingestion {
    /// What stands before the algorithm of such a hash.
    pub fn prefix(self) -> &'static str {
        match self {
            Ingestion::Flat => "",
            Ingestion::Recursive => "r:",
        }
    }
}

/// Why something is no store path; shown in Nix's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StorePathError {
    /// It does not lie in the store.
    Outside(Vec<u8>),
    /// Its file name is too short to hold the digits.
    TooShort(Vec<u8>),
    /// No dash stands behind the digits.
    NoDash(Vec<u8>),
    /// This byte is none of the digits.
    Digit(Vec<u8>, u8),
    /// The name behind the dash may not be a name: `(file name, why)`.
    Name(Vec<u8>, NameError),
}

/// Why a text can't be the name of a store path; shown in Nix's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NameError {
    /// It is empty.
    Empty,
    /// It is longer than 211 bytes.
    TooLong(Vec<u8>),
    /// It is `.` or `..`.
    Dots(Vec<u8>),
    /// It begins with `.-` or `..-`: `(name, the dots)`.
    LeadingDots(Vec<u8>, &'static str),
    /// It holds this byte.
    Byte(Vec<u8>, u8),
}

impl StorePath {
    /// The store path that `path` is or lies below, and the rest of `path`, which is empty or begins with a slash.
    ///
    /// `path` is absolute and has neither `.`, `..` nor doubled slashes.
    pub fn split(path: &[u8]) -> Result<(StorePath, &[u8]), StorePathError> {
        let inside = path
            .strip_prefix(STORE_DIR.as_bytes())
            .and_then(|inside| inside.strip_prefix(b"/"))
            .ok_or_else(|| StorePathError::Outside(path.to_vec()))?;
        let length = inside.iter().position(|byte| *byte == b'/');
        let (file_name, rest) = inside.split_at(length.unwrap_or(inside.len()));
        Ok((StorePath::from_file_name(file_name)?, rest))
    }

    /// The store path whose last component is `file_name`.
    pub fn from_file_name(file_name: &[u8]) -> Result<StorePath, StorePathError> {
        let Some((digits, rest)) = file_name.split_at_checked(DIGITS_LENGTH) else {
            return Err(StorePathError::TooShort(file_name.to_vec()));
        };
        let name = match rest {
            [] => return Err(StorePathError::TooShort(file_name.to_vec())),
            [b'-', name @ ..] => name,
            _ => return Err(StorePathError::NoDash(file_name.to_vec())),
        };
        if let Some(byte) = digits.iter().find(|byte| !is_digit(**byte)) {
            return Err(StorePathError::Digit(file_name.to_vec(), *byte));
        }
        check_name(name).map_err(|error| StorePathError::Name(file_name.to_vec(), error))?;
        Ok(StorePath {
            // Digits and names are ASCII, so nothing is replaced.
            file_name: String::from_utf8_lossy(file_name).into_owned(),
        })
    }

    /// The last component: digits, dash and name.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The name behind the digits and the dash.
    pub fn name(&self) -> &str {
        self.file_name.get(DIGITS_LENGTH + 1..).unwrap_or_default()
    }

    /// Whether its name says that it is a derivation.
    pub fn is_derivation(&self) -> bool {
        self.file_name.ends_with(".drv")
    }
}

impl fmt::Display for StorePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{STORE_DIR}/{}", self.file_name)
    }
}

/// The store path of a text that names other store paths, as `builtins.toFile` and derivations make it.
pub fn text(
    name: &[u8],
    contents: &[u8],
    references: &BTreeSet<StorePath>,
) -> Result<StorePath, StorePathError> {
    let mut kind = "text".to_owned();
    for reference in references {
        kind.push(':');
        kind.push_str(&reference.to_string());
    }
    make(&kind, &Hash::of(HashAlgorithm::Sha256, contents), name)
}

/// The store path of a file or tree that is named by its hash alone: what a path in a string, `builtins.path`, `filterSource` and
/// fixed-output derivations get.
pub fn fixed_output(
    name: &[u8],
    ingestion: Ingestion,
    hash: &Hash,
) -> Result<StorePath, StorePathError> {
    if ingestion == Ingestion::Recursive && hash.algorithm() == HashAlgorithm::Sha256 {
        return make("source", hash, name);
    }
    let prefix = ingestion.prefix();
    let payload = format!("fixed:out:{prefix}{}:", hash.spell_with_algorithm());
    let digest = Hash::of(HashAlgorithm::Sha256, payload.as_bytes());
    make("output:out", &digest, name)
}

/// The store path of the output `output` of the derivation with this hash; `name` is that of the path.
pub fn output(output: &[u8], hash: &Hash, name: &[u8]) -> Result<StorePath, StorePathError> {
    let kind = format!("output:{}", BStr::new(output));
    make(&kind, hash, name)
}

/// The store path of something of this `kind`, as in `source:sha256:…:/nix/store:name`.
pub fn make(kind: &str, hash: &Hash, name: &[u8]) -> Result<StorePath, StorePathError> {
    let hash = hash.spell_with_algorithm();
    let mut fingerprint = format!("{kind}:{hash}:{STORE_DIR}:").into_bytes();
    fingerprint.extend_from_slice(name);
    let mut file_name = digits(&Hash::of(HashAlgorithm::Sha256, &fingerprint)).into_bytes();
    file_name.push(b'-');
    file_name.extend_from_slice(name);
    StorePath::from_file_name(&file_name)
}

/// What stands for the path of the output `output` until a derivation is built: `builtins.placeholder`.
pub fn placeholder(output: &[u8]) -> String {
    let payload = [b"nix-output:", output].concat();
    let hash = Hash::of(HashAlgorithm::Sha256, &payload);
    format!("/{}", hash.spell(HashFormat::Nix32))
}

/// Whether `name` may be the name of a store path.
pub fn check_name(name: &[u8]) -> Result<(), NameError> {
    if name.len() > MAX_NAME_LENGTH {
        return Err(NameError::TooLong(name.to_vec()));
    }
    match name {
        b"" => return Err(NameError::Empty),
        b"." | b".." => return Err(NameError::Dots(name.to_vec())),
        [b'.', b'-', ..] => return Err(NameError::LeadingDots(name.to_vec(), ".")),
        [b'.', b'.', b'-', ..] => return Err(NameError::LeadingDots(name.to_vec(), "..")),
        _ => {}
    }
    match name.iter().find(|byte| !is_name_byte(**byte)) {
        Some(byte) => Err(NameError::Byte(name.to_vec(), *byte)),
        None => Ok(()),
    }
}

impl fmt::Display for StorePathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StorePathError::Outside(path) => {
                write!(
                    formatter,
                    "path '{}' is not in the Nix store",
                    BStr::new(path)
                )
            }
            StorePathError::TooShort(name) => {
                let name = BStr::new(name);
                write!(formatter, "'{name}' is too short to be a valid store path")
            }
            StorePathError::NoDash(name) => write!(
                formatter,
                "'{}' can't name a store path because the hash part is not followed by a '-'",
                BStr::new(name)
            ),
            StorePathError::Digit(name, byte) => write!(
                formatter,
                "store path '{}' contains illegal base-32 character '{}'",
                BStr::new(name),
                BStr::new(&[*byte])
            ),
            StorePathError::Name(file_name, error) => write!(
                formatter,
                "path '{}' is not a valid store path: {error}",
                BStr::new(file_name)
            ),
        }
    }
}

impl std::error::Error for StorePathError {}

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Empty => formatter.write_str("name must not be empty"),
            NameError::TooLong(name) => write!(
                formatter,
                "name '{}' must be no longer than {MAX_NAME_LENGTH} characters",
                BStr::new(name)
            ),
            NameError::Dots(name) => {
                write!(formatter, "name '{}' is not valid", BStr::new(name))
            }
            NameError::LeadingDots(name, dots) => write!(
                formatter,
                "name '{}' is not valid: first dash-separated component must not be '{dots}'",
                BStr::new(name)
            ),
            NameError::Byte(name, byte) => write!(
                formatter,
                "name '{}' contains illegal character '{}'",
                BStr::new(name),
                BStr::new(&[*byte])
            ),
        }
    }
}

impl std::error::Error for NameError {}

fn digits(hash: &Hash) -> String {
    let mut folded = [0; DIGITS_SIZE];
    for chunk in hash.as_bytes().chunks(DIGITS_SIZE) {
        for (folded, byte) in folded.iter_mut().zip(chunk) {
            *folded ^= byte;
        }
    }
    encode_nix32(&folded)
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'z') && !matches!(byte, b'e' | b'o' | b'u' | b't')
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-._?=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOO: &str = "/nix/store/m0iyz1rzcgxw68h6skk8b9sg0p0napwc-foo.txt";

    fn sha256(digits: &str) -> Hash {
        Hash::parse(digits.as_bytes(), Some(HashAlgorithm::Sha256)).unwrap()
    }

    #[test]
    fn a_text_is_named_by_contents_and_references() {
        let foo = text(b"foo.txt", b"hello", &BTreeSet::new()).unwrap();
        assert_eq!(foo.to_string(), FOO);
        let a = text(b"a", b"", &BTreeSet::new()).unwrap();
        let contents = format!("see {foo} and {a}");
        let bar = text(b"bar", contents.as_bytes(), &BTreeSet::from([foo, a])).unwrap();
        assert_eq!(
            bar.to_string(),
            "/nix/store/0zpn6a2iabfgsr5cf98w65dnj3vachl1-bar"
        );
    }

    #[test]
    fn a_tree_is_named_by_its_archive() {
        let hash = sha256("39ecc8a1ee8357b18150a94239d054fff55be02cd92afd7f8b23e4b6cd31e661");
        let named = |name: &[u8]| fixed_output(name, Ingestion::Recursive, &hash).unwrap();
        assert_eq!(
            named(b"tree").to_string(),
            "/nix/store/1ayfqa9hwjd5gd0r6jg8c20bx3rmbgyj-tree"
        );
        assert_eq!(
            named(b"other").to_string(),
            "/nix/store/98rwg6qn29a0zwrzkgf79gkc35g5h2r4-other"
        );
    }

    #[test]
    fn a_flat_file_is_named_by_its_bytes() {
        let hash = Hash::of(HashAlgorithm::Sha256, b"hello\n");
        let path = fixed_output(b"file.txt", Ingestion::Flat, &hash).unwrap();
        assert_eq!(
            path.to_string(),
            "/nix/store/z1rahp9fy11h8yvihxhgj8vr2pb6db1a-file.txt"
        );
    }

    #[test]
    fn other_algorithms_make_an_output() {
        let hash = Hash::of(HashAlgorithm::Sha1, b"abc");
        let path = fixed_output(b"x", Ingestion::Recursive, &hash).unwrap();
        assert_eq!(
            path.to_string(),
            "/nix/store/mxm5h60qjq2b5z19bkj9phyyc3zkaxgs-x"
        );
    }

    #[test]
    fn outputs_have_placeholders() {
        assert_eq!(
            placeholder(b"out"),
            "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"
        );
        assert_eq!(
            placeholder(b"dev"),
            "/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz"
        );
    }

    #[test]
    fn names_are_checked() {
        for name in [".a", "...-x", "a?=+_.B9-", &"x".repeat(211)] {
            assert_eq!(check_name(name.as_bytes()), Ok(()), "{name}");
        }
        for (name, expected) in [
            ("", "name must not be empty"),
            (".", "name '.' is not valid"),
            ("..", "name '..' is not valid"),
            (
                ".-a",
                "name '.-a' is not valid: first dash-separated component must not be '.'",
            ),
            (
                "..-a",
                "name '..-a' is not valid: first dash-separated component must not be '..'",
            ),
            ("a b", "name 'a b' contains illegal character ' '"),
        ] {
            assert_eq!(
                check_name(name.as_bytes()).unwrap_err().to_string(),
                expected
            );
        }
        assert!(check_name("x".repeat(212).as_bytes()).is_err());
        assert_eq!(
            text(b"a b", b"", &BTreeSet::new()).unwrap_err().to_string(),
            "path 'sk64w0fn0hk63yrgvwpzkh853xfndyn1-a b' is not a valid store path: \
             name 'a b' contains illegal character ' '"
        );
    }

    #[track_caller]
    fn check_split(path: &str, expected: &str) {
        let shown = match StorePath::split(path.as_bytes()) {
            Ok((store_path, rest)) => format!("{} {}", store_path.name(), BStr::new(rest)),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_path_in_the_store_is_taken_apart() {
        check_split(FOO, "foo.txt ");
        check_split(&format!("{FOO}/a/b"), "foo.txt /a/b");
        check_split(
            "/nix/stores/a",
            "path '/nix/stores/a' is not in the Nix store",
        );
        check_split("/nix/store/a", "'a' is too short to be a valid store path");
        check_split(
            "/nix/store/m0iyz1rzcgxw68h6skk8b9sg0p0napwcfoo.txt",
            "'m0iyz1rzcgxw68h6skk8b9sg0p0napwcfoo.txt' can't name a store path \
             because the hash part is not followed by a '-'",
        );
        check_split(
            "/nix/store/e0iyz1rzcgxw68h6skk8b9sg0p0napwc-foo",
            "store path 'e0iyz1rzcgxw68h6skk8b9sg0p0napwc-foo' contains illegal base-32 character 'e'",
        );
    }
}
