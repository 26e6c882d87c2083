//! Downloads over HTTP, and files of this machine by URL.
//!
//! A download that breaks off goes on where it was: the server is asked for the rest, provided that the file is still the same one (`ETag` or
//! `Last-Modified`). A server that cannot do that sends all of it again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ureq::http::{HeaderMap, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use crate::Settings;
use crate::cache::Slot;
use crate::error::Error;

/// How long connecting, and each wait for more, may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is tried again without getting any further.
const MOST_FAILURES: u32 = 3;
/// How long it takes until it is tried again; each time twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The largest download, in bytes.
const LARGEST: u64 = 16 << 30;

/// How far a download is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The bytes that are there.
    pub bytes: u64,
    /// All bytes, if the server says.
    pub total: Option<u64>,
}

/// Downloads.
pub(crate) struct Downloader {
    agent: Agent,
}

/// What came of one attempt that did not succeed.
enum Broken {
    /// It is of no use to try again.
    ForGood(Error),
    /// It may go better next time.
    ForNow(Error),
}

impl Downloader {
    pub(crate) fn new(settings: &Settings) -> Result<Downloader, Error> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(PATIENCE))
            .timeout_per_read(Some(PATIENCE))
            .user_agent(concat!("clan-inventory/", env!("CARGO_PKG_VERSION")));
        if let Some(file) = &settings.certificates {
            let roots = TlsConfig::builder().root_certs(certificates(file)?).build();
            config = config.tls_config(roots);
        }
        Ok(Downloader {
            agent: config.build().new_agent(),
        })
    }

    /// Downloads what is behind `url` to the slot's download. Tells whether a part of it was there before.
    pub(crate) fn download(
        &self,
        url: &str,
        slot: &Slot,
        progress: &dyn Fn(Progress),
    ) -> Result<bool, Error> {
        if let Some(path) = url.strip_prefix("file://") {
            return copy(path, slot, progress).map(|()| false);
        }
        let mut failures = 0;
        let mut was_resumed = length(slot) > 0;
        loop {
            let before = length(slot);
            match self.attempt(url, slot, progress) {
                Ok(()) => return Ok(was_resumed),
                Err(Broken::ForGood(error)) => return Err(error),
                Err(Broken::ForNow(error)) => {
                    let after = length(slot);
                    failures = if after > before { 0 } else { failures + 1 };
                    if failures >= MOST_FAILURES {
                        return Err(error);
                    }
                    was_resumed |= after > 0;
                    thread::sleep(FIRST_PAUSE * 2_u32.pow(failures));
                }
            }
        }
    }

    fn attempt(&self, url: &str, slot: &Slot, progress: &dyn Fn(Progress)) -> Result<(), Broken> {
        let there = length(slot);
        let mut request = self.agent.get(url);
        if there > 0 {
            request = request.header("Range", format!("bytes={there}-"));
            if let Ok(version) = fs::read_to_string(slot.validator()) {
                request = request.header("If-Range", version);
            }
        }
        let response = request.call().map_err(|error| broken(url, error))?;
        match response.status().as_u16() {
            200 => {
                note_version(response.headers(), slot)?;
                receive(response, url, slot, 0, progress)
            }
            206 if starts_at(response.headers()) == Some(there) => {
                receive(response, url, slot, there, progress)
            }
            416 if all_of(response.headers()) == Some(there) => Ok(()),
            206 | 416 => {
                slot.forget_download().map_err(Broken::ForGood)?;
                let why = "the server does not go on where the download broke off";
                let error = Error::Network(url.to_owned(), why.to_owned());
                Err(Broken::ForNow(error))
            }
            code @ (408 | 425 | 500 | 502..=504) => {
                Err(Broken::ForNow(Error::Status(code, url.to_owned())))
            }
            code => Err(Broken::ForGood(Error::Status(code, url.to_owned()))),
        }
    }
}

/// How much of the download is there.
fn length(slot: &Slot) -> u64 {
    fs::metadata(slot.download()).map_or(0, |about| about.len())
}

fn receive(
    response: Response<Body>,
    url: &str,
    slot: &Slot,
    start: u64,
    progress: &dyn Fn(Progress),
) -> Result<(), Broken> {
    let path = slot.download();
    let failed = |error: io::Error| Broken::ForGood(Error::file(&path, &error));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(start == 0)
        .append(start > 0)
        .open(&path)
        .map_err(failed)?;
    let total = match start {
        0 => number(response.headers(), "content-length"),
        _ => all_of(response.headers()),
    };
    let mut bytes = start;
    let mut body = response.into_body().into_reader();
    let mut buffer = vec![0; 64 << 10];
    loop {
        progress(Progress { bytes, total });
        let count = body
            .read(&mut buffer)
            .map_err(|error| broken(url, ureq::Error::from(error)))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        file.write_all(read).map_err(failed)?;
        bytes += count as u64;
        if bytes > LARGEST {
            let why = format!("it is larger than {} GiB", LARGEST >> 30);
            return Err(Broken::ForGood(Error::Archive(why)));
        }
    }
    match total {
        Some(total) if total != bytes => {
            let why = format!("the connection ended after {bytes} of {total} bytes");
            Err(Broken::ForNow(Error::Network(url.to_owned(), why)))
        }
        _ => Ok(()),
    }
}

fn broken(url: &str, error: ureq::Error) -> Broken {
    use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkDown, NetworkUnreachable};
    let (why, is_final) = match &error {
        ureq::Error::HostNotFound => (NO_SERVER.to_owned(), true),
        ureq::Error::Io(inner) if is_lookup(inner) => (NO_SERVER.to_owned(), true),
        ureq::Error::Io(inner) => match inner.kind() {
            ConnectionRefused | HostUnreachable | NetworkDown | NetworkUnreachable => {
                (format!("the server can't be reached: {inner}"), true)
            }
            io::ErrorKind::InvalidData => {
                let why = format!("the server shows no certificate that is trusted: {inner}");
                (why, true)
            }
            io::ErrorKind::UnexpectedEof => ("the connection broke off".to_owned(), false),
            _ => (format!("the connection failed: {inner}"), false),
        },
        ureq::Error::Timeout(_) => {
            let why = format!("the server is silent for {} seconds", PATIENCE.as_secs());
            (why, false)
        }
        // A body that is shorter than announced is told so too.
        ureq::Error::Protocol(_) => (format!("the connection broke off: {error}"), false),
        _ => (error.to_string(), true),
    };
    let error = Error::Network(url.to_owned(), why);
    if is_final {
        Broken::ForGood(error)
    } else {
        Broken::ForNow(error)
    }
}

const NO_SERVER: &str = "there is no such server, or no network";

/// Whether the name of a server was not found. The standard library has no kind for it.
fn is_lookup(error: &io::Error) -> bool {
    error.to_string().starts_with("failed to lookup address")
}

/// Writes down what tells this version of the file from others; only if the server can go by it.
fn note_version(headers: &HeaderMap, slot: &Slot) -> Result<(), Broken> {
    slot.forget_download().map_err(Broken::ForGood)?;
    let strong = text(headers, "etag").filter(|version| !version.starts_with("W/"));
    if let Some(version) = strong.or_else(|| text(headers, "last-modified")) {
        let path = slot.validator();
        let written = fs::write(&path, version);
        written.map_err(|error| Broken::ForGood(Error::file(&path, &error)))?;
    }
    Ok(())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name)?.trim().parse().ok()
}

/// Of `Content-Range: bytes 5-9/10`, the 5.
fn starts_at(headers: &HeaderMap) -> Option<u64> {
    let range = text(headers, "content-range")?.strip_prefix("bytes ")?;
    range.split('-').next()?.trim().parse().ok()
}

/// Of `Content-Range: bytes 5-9/10`, the 10.
fn all_of(headers: &HeaderMap) -> Option<u64> {
    let (_, total) = text(headers, "content-range")?.rsplit_once('/')?;
    total.trim().parse().ok()
}

fn copy(path: &str, slot: &Slot, progress: &dyn Fn(Progress)) -> Result<(), Error> {
    let path = PathBuf::from(decoded(path));
    slot.forget_download()?;
    let to = slot.download();
    let copied =
        File::open(&path).and_then(|mut from| io::copy(&mut from, &mut File::create(&to)?));
    let bytes = copied.map_err(|error| Error::file(&path, &error))?;
    progress(Progress {
        bytes,
        total: Some(bytes),
    });
    Ok(())
}

/// A path as URLs spell it, without the parts behind it.
pub(crate) fn decoded(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut bytes = vec![];
    let mut rest = path.as_bytes();
    while let [first, others @ ..] = rest {
        let digits = others
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = others.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn certificates(file: &PathBuf) -> Result<RootCerts, Error> {
    let text = fs::read(file).map_err(|error| Error::file(file, &error))?;
    let certificates = parse_pem(&text).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Ok(RootCerts::Specific(Arc::new(certificates.collect())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_urls_are_decoded() {
        assert_eq!(decoded("/a%20b/%zz%4?x#y"), "/a b/%zz%4");
    }

    #[test]
    fn ranges_are_read() {
        let mut headers = HeaderMap::new();
        headers.insert("content-range", "bytes 5-9/10".parse().unwrap());
        assert_eq!((starts_at(&headers), all_of(&headers)), (Some(5), Some(10)));
        headers.insert("content-range", "bytes */7".parse().unwrap());
        assert_eq!((starts_at(&headers), all_of(&headers)), (None, Some(7)));
    }
}
