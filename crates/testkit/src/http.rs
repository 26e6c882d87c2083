//! A web server on this machine, for tests of downloads: it serves bytes, and misbehaves as it is told.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What the server answers to a request for a path.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, or the part of them that is asked for.
    Bytes(Vec<u8>),
    /// These bytes, but the connection ends after so many of each answer; parts can be asked for.
    Breaks(Vec<u8>, usize),
    /// Like [`Reply::Breaks`], but only for the first answer, and all others have everything.
    BreaksOnce(Vec<u8>, usize),
    /// Nothing but this status.
    Status(u16),
    /// What is behind another URL.
    Redirect(String),
}

/// A running server; it ends with the test's process.
#[derive(Clone, Debug)]
pub struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that knows these paths; all others are answered by 404.
    ///
    /// Panics: the system has no port for it.
    pub fn start<P: Into<String>>(replies: impl IntoIterator<Item = (P, Reply)>) -> Server {
        let replies = replies.into_iter();
        let replies: HashMap<String, Reply> =
            replies.map(|(path, reply)| (path.into(), reply)).collect();
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it has an address");
        let server = Server {
            address: format!("http://{address}"),
            requests: Arc::default(),
        };
        let running = server.clone();
        thread::spawn(move || {
            let replies = Arc::new(replies);
            for stream in listener.incoming().flatten() {
                let (server, replies) = (running.clone(), replies.clone());
                // A client that goes away is its own affair.
                thread::spawn(move || server.answer(stream, &replies).ok());
            }
        });
        server
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The requests so far: path, and the range if a part was asked for.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, stream: TcpStream, replies: &HashMap<String, Reply>) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut range = None;
        for line in lines {
            let line = line?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("range")
            {
                range = Some(value.to_owned());
            }
        }
        let request = match &range {
            Some(range) => format!("{path} {range}"),
            None => path.clone(),
        };
        let is_first = {
            let requests = self.requests.lock();
            let mut requests = requests.unwrap_or_else(PoisonError::into_inner);
            requests.push(request);
            let to_path = |request: &&String| request.split(' ').next() == Some(path.as_str());
            requests.iter().filter(to_path).count() == 1
        };
        match replies.get(&path) {
            None => status(stream, 404),
            Some(Reply::Status(code)) => status(stream, *code),
            Some(Reply::Redirect(to)) => write!(
                { stream },
                "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ),
            Some(Reply::Bytes(bytes)) => send(stream, bytes, range, bytes.len()),
            Some(Reply::Breaks(bytes, most)) => send(stream, bytes, range, *most),
            Some(Reply::BreaksOnce(bytes, most)) => {
                let most = if is_first { *most } else { bytes.len() };
                send(stream, bytes, range, most)
            }
        }
    }
}

fn status(mut stream: TcpStream, code: u16) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {code} As told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

/// Announces all that is asked for, and sends `most` bytes of it.
fn send(
    mut stream: TcpStream,
    bytes: &[u8],
    range: Option<String>,
    most: usize,
) -> std::io::Result<()> {
    let all = bytes.len();
    let start = range.and_then(|range| {
        let start = range.strip_prefix("bytes=")?.strip_suffix('-')?;
        start.parse::<usize>().ok()
    });
    let (line, rest) = match start {
        None => ("200 OK".to_owned(), bytes),
        Some(start) => match bytes.get(start..).filter(|rest| !rest.is_empty()) {
            Some(rest) => {
                let last = all - 1;
                let line = format!("206 Partial\r\nContent-Range: bytes {start}-{last}/{all}");
                (line, rest)
            }
            None => {
                let line = format!("416 No such part\r\nContent-Range: bytes */{all}");
                (line, &[][..])
            }
        },
    };
    write!(
        stream,
        "HTTP/1.1 {line}\r\nETag: \"{all}\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        rest.len()
    )?;
    stream.write_all(rest.get(..most).unwrap_or(rest))?;
    stream.flush()
}
