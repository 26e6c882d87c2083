//! Why an input could not be fetched.

use std::fmt;
use std::path::{Path, PathBuf};

use nix_frontend::store::hash::{Hash, HashFormat};

/// Why an input could not be fetched. The first line of its text is the fact; further ones are details.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// What is locked cannot be fetched: why.
    Unsupported(String),
    /// The server answers, but with this status.
    Status(u16, String),
    /// The server can't be reached, or not any more: its address and what happened.
    Network(String, String),
    /// What came is not what is locked.
    WrongHash {
        /// Where it came from.
        from: String,
        /// What is locked.
        locked: Hash,
        /// What came.
        got: Hash,
    },
    /// What came is no archive that can be unpacked: why.
    Archive(String),
    /// `git` failed: what it said.
    Git(String),
    /// The system refuses a file: which, and why.
    File(PathBuf, String),
}

impl Error {
    /// The error of the system about a file.
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Error {
        Error::File(path.to_owned(), error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unsupported(why) => formatter.write_str(why),
            Error::Status(code, url) => write!(formatter, "{}\n  {url}", status(*code)),
            Error::Network(url, why) => write!(formatter, "{why}\n  {url}"),
            Error::WrongHash { from, locked, got } => write!(
                formatter,
                "what came has another hash than what is locked\n  locked  {}\n  got     {}\n  from    {from}",
                locked.spell(HashFormat::Sri),
                got.spell(HashFormat::Sri),
            ),
            Error::Archive(why) => write!(formatter, "what came can't be unpacked: {why}"),
            Error::Git(said) => write!(formatter, "git failed\n  {}", said.replace('\n', "\n  ")),
            Error::File(path, why) => write!(formatter, "`{}`: {why}", path.display()),
        }
    }
}

impl std::error::Error for Error {}

/// What a status of HTTP means.
fn status(code: u16) -> String {
    let meaning = match code {
        401 | 403 => {
            "the server does not give it to everybody; a `git+ssh` or `git+https` input comes with your own rights"
        }
        404 | 410 => "the server does not have it; it may be private, moved or gone",
        429 => "the server has had too many requests from here; try again later",
        500..=599 => "the server fails; try again later",
        _ => return format!("the server answers {code}"),
    };
    format!("{code}: {meaning}")
}
