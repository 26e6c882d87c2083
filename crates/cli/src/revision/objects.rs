//! The contents of a repository, handed out by one `git cat-file --batch`.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use source::FileError;

use crate::commands::Failure;

/// A running `git cat-file --batch`; it ends with this value.
pub(super) struct Objects {
    talk: Mutex<Talk>,
}

struct Talk {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Starts `git`, which is given with the directory that it is to run in.
    pub(super) fn open(mut git: Command) -> Result<Objects, Failure> {
        let git = git.args(["cat-file", "--batch"]);
        let git = git
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let failed = || Failure::Unusable("cannot read objects with `git`".to_owned());
        let mut child = git.spawn().map_err(|_| failed())?;
        let questions = child.stdin.take().ok_or_else(failed)?;
        let answers = child.stdout.take().ok_or_else(failed)?;
        let talk = Talk {
            child,
            questions,
            answers: BufReader::new(answers),
        };
        Ok(Objects {
            talk: Mutex::new(talk),
        })
    }

    /// The bytes of an object; `path` is what it is read for.
    pub(super) fn read(&self, object: &str, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = talk.ask(object, limit);
        match answer {
            Ok(Answer::Bytes(bytes)) => Ok(bytes),
            Ok(Answer::TooLarge) => Err(FileError::TooLarge(path.to_owned(), limit)),
            Ok(Answer::Missing) => {
                let reason = "the repository lacks its contents".to_owned();
                Err(FileError::Io(path.to_owned(), reason))
            }
            Err(error) => Err(FileError::Io(path.to_owned(), error.to_string())),
        }
    }
}

enum Answer {
    Bytes(Vec<u8>),
    TooLarge,
    Missing,
}

impl Talk {
    fn ask(&mut self, object: &str, limit: u64) -> std::io::Result<Answer> {
        writeln!(self.questions, "{object}")?;
        self.questions.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().unwrap_or_default();
        let Ok(size) = size.parse::<u64>() else {
            return Ok(Answer::Missing);
        };
        // A newline stands behind the bytes.
        let mut answer = self.answers.by_ref().take(size + 1);
        if size > limit {
            std::io::copy(&mut answer, &mut std::io::sink())?;
            return Ok(Answer::TooLarge);
        }
        let mut bytes = Vec::new();
        answer.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size + 1 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.pop();
        Ok(Answer::Bytes(bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let talk = self.talk.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = talk.child.kill();
        let _ = talk.child.wait();
    }
}
