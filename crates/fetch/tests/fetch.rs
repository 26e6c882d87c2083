//! Fetching from a server on this machine, from repositories and from directories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use fetch::{Cache, Error, Event, Fetched, Settings, Wanted, fetch, hash};
use nix_frontend::store::hash::HashFormat;
use testkit::http::{Reply, Server};
use testkit::tarball::{Entry, tarball};

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";
/// As `nix-hash` has it, for the trees in `data`.
const TREE: &str = "sha256-dP7YkZUkl+Sj9Bcy2nEWKEPrpyRAZNbN9RgTeiTeDoc=";

const ZEROS: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A directory for one test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("fetch-{}-{count}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    fn cache(&self) -> Cache {
        Cache::new(self.0.join("cache"))
    }

    /// What lies in the cache, without locks.
    fn left(&self) -> Vec<String> {
        let mut names = vec![];
        for directory in ["cache", "cache/.partial"] {
            let entries = fs::read_dir(self.0.join(directory)).into_iter().flatten();
            let entries = entries.map(|entry| entry.unwrap().file_name());
            names.extend(entries.map(|name| name.into_string().unwrap()));
        }
        names.retain(|name| !name.ends_with(".lock") && name != ".partial");
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn wanted(name: &str, attributes: &str, hash: &str) -> Wanted {
    let attributes = attributes.replace('\'', "\"");
    Wanted {
        name: name.to_owned(),
        locked: format!(r#"{{ {attributes}, "narHash": "{hash}" }}"#),
    }
}

fn archive(url: &str, hash: &str) -> Wanted {
    wanted("x", &format!("'type': 'tarball', 'url': '{url}'"), hash)
}

fn one(scratch: &Scratch, wanted: Wanted) -> Result<Fetched, Error> {
    let settings = Settings::default();
    let mut results = fetch(&scratch.cache(), &settings, &[wanted], &|_, _| {});
    results.remove(0)
}

fn data(end: &str) -> Vec<u8> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    fs::read(data.join(format!("tree.tar.{end}"))).unwrap()
}

/// The hash that the tree of these entries has, found by asking for a wrong one.
fn hash_of(entries: &[Entry<'_>]) -> String {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(tarball(entries)))]);
    match one(&scratch, archive(&server.url("/x"), TREE)) {
        Err(Error::WrongHash { got, .. }) => got.spell(HashFormat::Sri),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_error(result: Result<Fetched, Error>, expected: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn each_compression_is_known() {
    for end in ["gz", "xz", "bz2", "zst"] {
        let scratch = Scratch::new();
        let server = Server::start([("/x", Reply::Bytes(data(end)))]);
        let fetched = one(&scratch, archive(&server.url("/x"), TREE)).unwrap();
        assert_eq!(fetched.from, Some(server.url("/x")));
        assert_eq!(fs::read(fetched.tree.join("file.txt")).unwrap(), b"hello\n");
        let link = fs::read_link(fetched.tree.join("sub/link")).unwrap();
        assert_eq!(link, Path::new("../file.txt"));
        let name = fetched.tree.file_name().unwrap().to_str().unwrap();
        assert_eq!(scratch.left(), [name], "{end}");
        assert!(name.ends_with("-source"));
    }
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    for _ in 0..2 {
        one(&scratch, archive(&server.url("/x"), TREE)).unwrap();
    }
    assert_eq!(server.requests(), ["/x"]);
}

#[test]
fn forges_are_asked_through_a_mirror() {
    let scratch = Scratch::new();
    let github = format!("/github.com/me/tools/archive/{REVISION}.tar.gz");
    let gitlab = format!("/x.org/api/v4/projects/a%2Fb/repository/archive.tar.gz?sha={REVISION}");
    let sourcehut = format!("/git.sr.ht/~me/tools/archive/{REVISION}.tar.gz");
    for (path, attributes) in [
        (github, "'type': 'github', 'owner': 'me', 'repo': 'tools'"),
        (
            gitlab,
            "'type': 'gitlab', 'host': 'x.org', 'owner': 'a', 'repo': 'b'",
        ),
        (
            sourcehut,
            "'type': 'sourcehut', 'owner': '~me', 'repo': 'tools'",
        ),
    ] {
        let server = Server::start([(path.clone(), Reply::Bytes(data("gz")))]);
        let attributes = format!("{attributes}, 'rev': '{REVISION}'");
        let settings = Settings {
            mirror: Some(server.url("/")),
            ..Settings::default()
        };
        let cache = Cache::new(scratch.0.join(server.url("").replace('/', "-")));
        let wanted = [wanted("x", &attributes, TREE)];
        let results = fetch(&cache, &settings, &wanted, &|_, _| {});
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(server.requests(), [path]);
    }
}

#[test]
fn redirects_are_followed() {
    let scratch = Scratch::new();
    let server = Server::start([
        ("/x", Reply::Redirect("/y".to_owned())),
        ("/y", Reply::Bytes(data("xz"))),
    ]);
    one(&scratch, archive(&server.url("/x"), TREE)).unwrap();
    assert_eq!(server.requests(), ["/x", "/y"]);
}

#[test]
fn a_wrong_hash_is_told_and_nothing_stays() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    let error = one(&scratch, archive(&server.url("/x"), ZEROS)).unwrap_err();
    let expected = format!(
        "what came has another hash than what is locked\n  locked  {ZEROS}\n  got     {TREE}\n  from    {}",
        server.url("/x")
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(scratch.left(), Vec::<String>::new());
}

#[test]
fn a_download_that_breaks_off_goes_on() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Breaks(data("gz"), 100))]);
    one(&scratch, archive(&server.url("/x"), TREE)).unwrap();
    assert_eq!(server.requests(), ["/x", "/x bytes=100-", "/x bytes=200-"]);
}

#[test]
fn a_download_goes_on_in_the_next_run() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    let wanted = archive(&server.url("/x"), TREE);
    // So it looks when a run is killed.
    let tree = one(&Scratch::new(), wanted.clone()).unwrap().tree;
    let name = tree.file_name().unwrap().to_str().unwrap();
    let partial = scratch.0.join("cache/.partial");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join(format!("{name}.part")), &data("gz")[..50]).unwrap();
    one(&scratch, wanted).unwrap();
    assert_eq!(server.requests(), ["/x", "/x bytes=50-"]);
    assert_eq!(scratch.left(), [name]);
}

#[test]
fn what_went_on_wrongly_is_fetched_anew() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    let wanted = archive(&server.url("/x"), TREE);
    let tree = one(&Scratch::new(), wanted.clone()).unwrap().tree;
    let name = tree.file_name().unwrap().to_str().unwrap();
    let partial = scratch.0.join("cache/.partial");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join(format!("{name}.part")), [7; 50]).unwrap();
    one(&scratch, wanted).unwrap();
    assert_eq!(server.requests(), ["/x", "/x bytes=50-", "/x"]);
}

#[test]
fn a_server_that_sends_nothing_is_given_up() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Breaks(data("gz"), 0))]);
    let result = one(&scratch, archive(&server.url("/x"), TREE));
    check_error(result, "the connection broke off");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn one_failure_does_not_keep_others() {
    let scratch = Scratch::new();
    let server = Server::start([
        ("/x", Reply::Bytes(data("gz"))),
        ("/private", Reply::Status(403)),
        ("/none", Reply::Bytes(b"<html>".repeat(100))),
    ]);
    let wanted = [
        archive(&server.url("/missing"), ZEROS),
        archive(&server.url("/private"), &ZEROS.replacen('A', "B", 1)),
        archive("http://127.0.0.1:1/x", &ZEROS.replacen('A', "C", 1)),
        archive(&server.url("/none"), &ZEROS.replacen('A', "D", 1)),
        archive(&server.url("/x"), TREE),
    ];
    let settings = Settings {
        jobs: 3,
        ..Settings::default()
    };
    let ended = Mutex::new(vec![]);
    let results = fetch(&scratch.cache(), &settings, &wanted, &|number, event| {
        if matches!(event, Event::Ends(_)) {
            ended.lock().unwrap().push(number);
        }
    });
    ended.lock().unwrap().sort();
    assert_eq!(*ended.lock().unwrap(), [0, 1, 2, 3, 4]);
    let firsts = results.iter().map(|result| match result {
        Ok(_) => "there".to_owned(),
        Err(error) => error.to_string().lines().next().unwrap().to_owned(),
    });
    let firsts: Vec<String> = firsts.collect();
    for (first, expected) in firsts.iter().zip([
        "404: the server does not have it",
        "403: the server does not give it to everybody",
        "the server can't be reached: ",
        "what came can't be unpacked: ",
        "there",
    ]) {
        assert!(first.starts_with(expected), "{firsts:?}");
    }
}

#[test]
fn runs_at_the_same_time_fetch_once() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    let wanted = archive(&server.url("/x"), TREE);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| one(&scratch, wanted.clone()).unwrap());
        }
    });
    assert_eq!(server.requests(), ["/x"]);
    assert_eq!(scratch.left().len(), 1);
}

#[test]
fn a_file_is_a_tree_of_its_own() {
    let scratch = Scratch::new();
    let text = b"one file\n";
    let server = Server::start([("/x", Reply::Bytes(text.to_vec()))]);
    fs::write(scratch.0.join("file"), text).unwrap();
    let hash = hash(&scratch.0.join("file"))
        .unwrap()
        .spell(HashFormat::Sri);
    for url in [
        server.url("/x"),
        format!("file://{}", scratch.0.join("file").display()),
    ] {
        let attributes = format!("'type': 'file', 'url': '{url}'");
        let fetched = one(&scratch, wanted("x", &attributes, &hash)).unwrap();
        assert_eq!(fs::read(&fetched.tree).unwrap(), text);
        fs::remove_file(&fetched.tree).unwrap();
    }
}

#[test]
fn directories_are_copied() {
    let scratch = Scratch::new();
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    let tree = one(&scratch, archive(&server.url("/x"), TREE))
        .unwrap()
        .tree;
    let attributes = format!("'type': 'path', 'path': '{}'", tree.display());
    let other = Scratch::new();
    let copied = one(&other, wanted("x", &attributes, TREE)).unwrap();
    assert_eq!(hash(&copied.tree), hash(&tree));
}

#[test]
fn hard_links_are_files() {
    let files = [Entry::File("t/a", "a"), Entry::File("t/b", "a")];
    let linked = [Entry::File("t/a", "a"), Entry::Same("t/b", "t/a")];
    assert_eq!(hash_of(&files), hash_of(&linked));
    assert_ne!(
        hash_of(&[Entry::Program("t/a", "a")]),
        hash_of(&[Entry::File("t/a", "a")])
    );
}

#[test]
fn nothing_is_written_outside() {
    for (entries, expected) in [
        (
            &[Entry::File("t/../../x", "x")][..],
            "what came can't be unpacked: `t/../../x` leads out of it",
        ),
        (
            &[Entry::Link("t/up", "/tmp"), Entry::File("t/up/x", "x")],
            "what came can't be unpacked: `t/up` is a link, and has files",
        ),
        (
            &[
                Entry::Link("t/up", "/etc/passwd"),
                Entry::Same("t/x", "t/up"),
            ],
            "what came can't be unpacked: `t/up` is a link, and has files",
        ),
        (
            &[Entry::Directory("t/a"), Entry::Same("t/a/b", "t/a")],
            "what came can't be unpacked: `t/a/b` leads to no file",
        ),
    ] {
        let scratch = Scratch::new();
        let server = Server::start([("/x", Reply::Bytes(tarball(entries)))]);
        check_error(one(&scratch, archive(&server.url("/x"), TREE)), expected);
        assert_eq!(scratch.left(), Vec::<String>::new());
    }
}

#[test]
fn archives_that_are_cut_short_are_refused() {
    let scratch = Scratch::new();
    let mut bytes = data("gz");
    bytes.truncate(150);
    let server = Server::start([("/x", Reply::Bytes(bytes))]);
    check_error(
        one(&scratch, archive(&server.url("/x"), TREE)),
        "what came can't be unpacked: it ends too soon",
    );
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn commits_come_by_git_as_they_are_stored() {
    let scratch = Scratch::new();
    let repository = scratch.0.join("repository");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "-q", "-b", "main"]);
    let server = Server::start([("/x", Reply::Bytes(data("gz")))]);
    let tree = one(&scratch, archive(&server.url("/x"), TREE))
        .unwrap()
        .tree;
    for name in ["file.txt", "run.sh", "nothing"] {
        fs::copy(tree.join(name), repository.join(name)).unwrap();
    }
    fs::create_dir(repository.join("sub")).unwrap();
    std::os::unix::fs::symlink("../file.txt", repository.join("sub/link")).unwrap();
    // Neither of these changes what is stored.
    fs::write(
        repository.join(".gitattributes"),
        "*.txt text eol=crlf export-subst\nrun.sh export-ignore\n",
    )
    .unwrap();
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "-qm", "first"]);
    let first = git(&repository, &["rev-parse", "HEAD"]);
    git(&repository, &["commit", "-qm", "second", "--allow-empty"]);

    let expected = scratch.0.join("expected");
    fs::create_dir(&expected).unwrap();
    fs::copy(
        repository.join(".gitattributes"),
        expected.join(".gitattributes"),
    )
    .unwrap();
    for name in ["file.txt", "run.sh", "nothing"] {
        fs::copy(tree.join(name), expected.join(name)).unwrap();
    }
    fs::create_dir(expected.join("sub")).unwrap();
    std::os::unix::fs::symlink("../file.txt", expected.join("sub/link")).unwrap();
    let hash = hash(&expected).unwrap().spell(HashFormat::Sri);

    let url = format!("file://{}", repository.display());
    let attributes = format!("'type': 'git', 'url': '{url}', 'ref': 'main', 'rev': '{first}'");
    let fetched = one(&scratch, wanted("x", &attributes, &hash)).unwrap();
    assert_eq!(fetched.from, Some(format!("{url} at {first}")));
    assert!(fetched.tree.join("run.sh").is_file());

    let attributes = format!("'type': 'git', 'url': '{url}', 'rev': '{REVISION}'");
    let result = one(&scratch, wanted("x", &attributes, ZEROS));
    check_error(result, "git failed\n");
}
