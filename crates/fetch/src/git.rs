//! Commits, by the user's own `git`: with the user's rights, and without asking for any.
//!
//! The commit alone is fetched where the server allows it. Its files are taken out as they are stored: no filters, no other ends of lines.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use nix_frontend::store::hash::{Hash, HashAlgorithm, HashFormat};

use crate::error::Error;
use crate::tree::{link, set_mode};

/// Takes the files of a commit out to the directory `to`. `scratch` is where a repository can be made; one of Nix's own below `known` is
/// taken if it has the commit.
pub(crate) fn export(
    url: &str,
    revision: &str,
    branch: Option<&str>,
    known: Option<&Path>,
    scratch: &Path,
    to: &Path,
) -> Result<(), Error> {
    let known = known.and_then(|caches| known_repository(caches, url, revision));
    let repository = match known {
        Some(repository) => repository,
        None => {
            fetch(url, revision, branch, scratch)?;
            scratch.to_owned()
        }
    };
    let git = Git {
        repository: &repository,
    };
    git.take_out(revision, to)
}

/// The repository where Nix keeps what it fetched from `url`, if it has the commit.
fn known_repository(caches: &Path, url: &str, revision: &str) -> Option<PathBuf> {
    let names = [url.to_owned(), format!("{url}-shallow")];
    let repositories = names.iter().map(|name| {
        let hash = Hash::of(HashAlgorithm::Sha256, name.as_bytes());
        caches.join(hash.spell(HashFormat::Nix32))
    });
    let mut there = repositories.filter(|repository| repository.is_dir());
    there.find(|repository| Git { repository }.has(revision))
}

fn fetch(url: &str, revision: &str, branch: Option<&str>, scratch: &Path) -> Result<(), Error> {
    let git = Git {
        repository: scratch,
    };
    let format = match revision.len() {
        64 => "--object-format=sha256",
        _ => "--object-format=sha1",
    };
    let path = scratch.as_os_str().to_string_lossy();
    run(git_command().args(["init", "--quiet", "--bare", format, "--", &path]))?;
    let shallow = [
        "fetch",
        "--quiet",
        "--no-tags",
        "--depth=1",
        "--",
        url,
        revision,
    ];
    let first = run(git.command().args(shallow));
    if first.is_ok() && git.has(revision) {
        return Ok(());
    }
    let branch = branch.map(|branch| match branch.starts_with("refs/") {
        true => format!("+{branch}:refs/fetched/branch"),
        false => format!("+refs/heads/{branch}:refs/fetched/branch"),
    });
    if let Some(branch) = branch {
        let fetched =
            run(git
                .command()
                .args(["fetch", "--quiet", "--no-tags", "--", url, &branch]));
        if fetched.is_ok() && git.has(revision) {
            return Ok(());
        }
    }
    let all = "+refs/*:refs/fetched/*";
    run(git
        .command()
        .args(["fetch", "--quiet", "--no-tags", "--", url, all]))?;
    match (git.has(revision), first) {
        (true, _) => Ok(()),
        (false, Err(error)) => Err(error),
        (false, Ok(_)) => Err(Error::Git(format!("{url} has no commit {revision}"))),
    }
}

struct Git<'r> {
    repository: &'r Path,
}

impl Git<'_> {
    fn command(&self) -> Command {
        let mut command = git_command();
        command.arg("--git-dir").arg(self.repository);
        command
    }

    fn has(&self, revision: &str) -> bool {
        let commit = format!("{revision}^{{commit}}");
        run(self.command().args(["cat-file", "-e", &commit])).is_ok()
    }

    fn take_out(&self, revision: &str, to: &Path) -> Result<(), Error> {
        let listed = ["ls-tree", "-r", "-z", "--full-tree", revision];
        let listed = run(self.command().args(listed))?;
        fs::create_dir(to).map_err(|error| Error::file(to, &error))?;
        let mut command = self.command();
        command
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| no_git(&error))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::Git("it has no input or output".to_owned()));
        };
        let mut blobs = Blobs {
            input,
            output: BufReader::new(output),
        };
        let entries = listed.split(|byte| *byte == 0);
        let mut entries = entries.filter(|entry| !entry.is_empty());
        let done = entries.try_for_each(|entry| blobs.entry(entry, to));
        drop(blobs);
        // Its answers were read; how it ends does not matter.
        let _ = child.wait();
        done
    }
}

/// The contents of files, one after the other.
struct Blobs {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Blobs {
    /// Writes what a line of `git ls-tree` tells: `mode type object<tab>name`.
    fn entry(&mut self, entry: &[u8], to: &Path) -> Result<(), Error> {
        let strange = || Error::Git("it lists what is no file".to_owned());
        let entry = str::from_utf8(entry)
            .map_err(|_| Error::Archive("a name in it is not UTF-8".to_owned()))?;
        let (about, name) = entry.split_once('\t').ok_or_else(strange)?;
        let mut about = about.split(' ');
        let (mode, object) = (about.next(), about.nth(1));
        let (mode, object) = mode.zip(object).ok_or_else(strange)?;
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !Path::new(name).components().all(is_plain) {
            return Err(Error::Archive(format!("`{name}` leads out of it")));
        }
        let path = to.join(name);
        let parent = path.parent().unwrap_or(to);
        fs::create_dir_all(parent).map_err(|error| Error::file(parent, &error))?;
        match mode {
            "100644" | "100755" | "100664" => {
                let failed = |error: io::Error| Error::file(&path, &error);
                let mut file = File::create_new(&path).map_err(failed)?;
                let copied = self
                    .blob(object)
                    .and_then(|mut blob| io::copy(&mut blob, &mut file));
                copied.map_err(failed)?;
                self.end().map_err(|error| lost(&error))?;
                set_mode(&path, mode == "100755")
            }
            "120000" => {
                let mut target = String::new();
                let read = self
                    .blob(object)
                    .and_then(|mut blob| blob.read_to_string(&mut target));
                read.and_then(|_| self.end())
                    .map_err(|error| lost(&error))?;
                link(Path::new(&target), &path)
            }
            // A submodule that is not fetched is an empty directory.
            "160000" => fs::create_dir_all(&path).map_err(|error| Error::file(&path, &error)),
            _ => Err(strange()),
        }
    }

    fn blob(&mut self, object: &str) -> io::Result<impl Read> {
        writeln!(self.input, "{object}")?;
        self.input.flush()?;
        let mut header = String::new();
        self.output.read_line(&mut header)?;
        let mut words = header.split_whitespace();
        let (kind, size) = (words.nth(1), words.next());
        let size = size.and_then(|size| size.parse().ok());
        match (kind, size) {
            (Some("blob"), Some(size)) => Ok(Read::by_ref(&mut self.output).take(size)),
            _ => Err(io::Error::other(format!("it says `{}`", header.trim()))),
        }
    }

    /// Reads the end of line behind a blob.
    fn end(&mut self) -> io::Result<()> {
        self.output.read_exact(&mut [0])
    }
}

fn lost(error: &io::Error) -> Error {
    Error::Git(format!("a file can't be read: {error}"))
}

/// `git` as it is called by itself: it asks nothing, and only talks to servers.
fn git_command() -> Command {
    let mut command = Command::new("git");
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
    ] {
        command.env_remove(variable);
    }
    if std::env::var_os("GIT_SSH_COMMAND").is_none() {
        command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    command
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .args(["-c", "protocol.ext.allow=never", "-c", "gc.auto=0"])
        .stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Result<Vec<u8>, Error> {
    let output = command.output().map_err(|error| no_git(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Git(said.trim().to_owned()))
}

fn no_git(error: &io::Error) -> Error {
    Error::Git(match error.kind() {
        io::ErrorKind::NotFound => "there is no `git` on the path".to_owned(),
        _ => error.to_string(),
    })
}
