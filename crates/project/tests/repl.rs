//! Sessions: inputs in, answers out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use expect_test::{Expect, expect};
use project::repl::{Kind, Repl, Start, converse};
use project::session::{Limits, Options};
use source::SourceMap;
use source::files::memory::Memory;
use source::files::{FileError, FileKind, Files};

/// Files that change while a session goes on.
struct Changing(RwLock<Memory>);

impl Changing {
    fn write(&self, path: &str, text: &str) {
        self.0.write().unwrap().insert(path, text);
    }
}

impl Files for Changing {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.0.read().unwrap().read(path)
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        self.0.read().unwrap().kind(path)
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        self.0.read().unwrap().list(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.0.read().unwrap().read_link(path)
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.0.read().unwrap().resolve(path)
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.0.read().unwrap().is_executable(path)
    }
}

/// A session over some files, at `/`.
struct Setting {
    files: Changing,
    target: Option<PathBuf>,
    options: Options,
}

impl Setting {
    fn new(files: &[(&str, &str)]) -> Setting {
        let mut memory = Memory::new();
        for (path, text) in files {
            memory.insert(path, *text);
        }
        Setting {
            files: Changing(RwLock::new(memory)),
            target: None,
            options: Options {
                pipes: true,
                ..Options::default()
            },
        }
    }

    fn talk<T>(&self, talk: impl FnOnce(&Repl) -> T) -> T {
        self.start(|repl, _| talk(repl))
    }

    /// Gives the answer to the start as well.
    fn start<T>(&self, talk: impl FnOnce(&Repl, String) -> T) -> T {
        let sources = Arc::new(SourceMap::new());
        let start = Start {
            base: PathBuf::from("/"),
            home: Some(PathBuf::from("/home")),
            target: self.target.clone(),
            dialect: None,
            input_sources: Default::default(),
            clan: None,
            color: false,
            admit: &|_: &Path| {},
        };
        let talked = converse(
            &self.files,
            &sources,
            &self.options,
            &start,
            |repl, first| talk(repl, text(&first)),
        );
        talked.unwrap()
    }

    /// Types the lines, one after the other, and shows what comes.
    #[track_caller]
    fn check(&self, lines: &[&str], expected: Expect) {
        let shown = self.start(|repl, first| {
            let mut shown = first;
            for line in lines {
                shown.push_str(&format!("> {line}\n"));
                shown.push_str(&text(&repl.answer(line)));
            }
            shown
        });
        expected.assert_eq(&shown);
    }
}

/// An answer as text.
fn text(answer: &project::repl::Answer) -> String {
    let mut text = String::from_utf8(answer.output.clone()).unwrap();
    for notice in &answer.notices {
        text.push_str(&format!("says: {}\n", notice.text));
    }
    for finding in &answer.diagnostics {
        text.push_str(&format!("{}: {}\n", finding.code, finding.message));
    }
    if let Some(complaint) = &answer.complaint {
        text.push_str(&format!("error: {complaint}\n"));
    }
    if answer.quits {
        text.push_str("bye\n");
    }
    text
}

#[track_caller]
fn check(lines: &[&str], expected: Expect) {
    Setting::new(&[]).check(lines, expected);
}

#[test]
fn expressions_are_shown_one_level_deep() {
    check(
        &[
            "1 + 1",
            "{ a = { b = 1 + 1; }; }",
            ":p { a = { b = 1 + 1; }; }",
            ":p \"a\\nb\"",
            "# nothing",
            "",
        ],
        expect![[r#"
            > 1 + 1
            2
            > { a = { b = 1 + 1; }; }
            {
              a = { ... };
            }
            > :p { a = { b = 1 + 1; }; }
            {
              a = { b = 2; };
            }
            > :p "a\nb"
            a
            b
            > # nothing
            > 
        "#]],
    );
}

#[test]
fn names_are_bound_and_evaluated_when_needed() {
    check(
        &[
            "x = 1",
            "x",
            "x = x + 1;",
            "x",
            "f = y: x + y",
            "x = 10",
            "f 1",
            "late = throw \"now\"",
            "late",
            "inherit (lib) id",
            "id 3",
            "a.b = 1; c = x",
            "[ a.b c ]",
            "__add = 1",
            "5 |> id",
        ],
        expect![[r#"
            > x = 1
            > x
            1
            > x = x + 1;
            > x
            2
            > f = y: x + y
            > x = 10
            > f 1
            3
            > late = throw "now"
            > late
            thrown: now
            > inherit (lib) id
            > id 3
            3
            > a.b = 1; c = x
            > [ a.b c ]
            [
              1
              10
            ]
            > __add = 1
            > 5 |> id
            5
        "#]],
    );
}

#[test]
fn faults_bind_nothing() {
    check(
        &["x = y", "x", "1 +", "x = )", "y = 1", "x = y", "x", "x ="],
        expect![[r#"
            > x = y
            undefined-variable: undefined variable 'y'
            > x
            undefined-variable: undefined variable 'x'
            > 1 +
            syntax: an expression is missing behind this `+`
            > x = )
            syntax: nothing is open that this `)` could close
            > y = 1
            > x = y
            > x
            1
            > x =
            syntax: this binding has no value
        "#]],
    );
}

#[test]
fn hints_are_only_given_if_they_are_right() {
    Setting::new(&[]).talk(|repl| {
        let help = |input| {
            let answer = repl.answer(input);
            assert!(answer.diagnostics[0].fixes.is_empty());
            answer.diagnostics[0].help.clone()
        };
        assert_eq!(help("mkIf").as_deref(), Some("did you mean `lib.mkIf`?"));
        assert_eq!(help("zzyzx"), None);
    });
}

#[test]
fn types_and_functions_are_told() {
    check(
        &[
            ":t 1",
            ":t x: x",
            ":t map",
            ":t throw \"no\"",
            "f = /** Greets. */ { name, loud ? false, ... }: name",
            ":doc f",
            ":doc builtins.map",
            ":doc map (x: x)",
            ":doc 1",
        ],
        expect![[r#"
            > :t 1
            an integer
            > :t x: x
            a function
            > :t map
            the built-in function 'map'
            > :t throw "no"
            thrown: no
            > f = /** Greets. */ { name, loud ? false, ... }: name
            > :doc f
            a function at «repl»:1:17
            takes { name, loud ? false, ... }

            Greets.
            > :doc builtins.map
            `map` is built in and takes 2 arguments
            > :doc map (x: x)
            `map` is built in and takes 2 arguments, 1 of them given
            > :doc 1
            error: nothing is written about an integer; only about functions
        "#]],
    );
}

#[test]
fn sets_are_added() {
    check(
        &[
            ":a { a = 1; b = 2; }",
            "a + b",
            ":a 1",
            ":a { }",
            ":ll",
            ":a { a = 5; }",
            "a + b",
            ":ll",
        ],
        expect![[r#"
            > :a { a = 1; b = 2; }
            Added 2 variables.
            a, b
            > a + b
            3
            > :a 1
            evaluation-error: expected a set but found an integer: 1
            > :a { }
            Added 0 variables.
            > :ll
            > :a { a = 5; }
            Added 1 variable.
            a
            > a + b
            7
            > :ll
            a
        "#]],
    );
}

#[test]
fn long_additions_are_told_in_short() {
    check(
        &[
            ":a builtins.listToAttrs (builtins.genList (n: { name = \"n${toString n}\"; value = n; }) 22)",
        ],
        expect![[r#"
            > :a builtins.listToAttrs (builtins.genList (n: { name = "n${toString n}"; value = n; }) 22)
            Added 22 variables.
            n0, n1, n10, n11, n12, n13, n14, n15, n16, n17, n18, n19, n2, n20, n21, n3, n4, n5, n6, n7
            ... and 2 more; `:ll` tells all
        "#]],
    );
}

#[test]
fn files_are_loaded() {
    let setting = Setting::new(&[
        ("/a.nix", "{ one = 1; two = import ./b.nix; }"),
        ("/b.nix", "1 + 1"),
        ("/call.nix", "{ n ? 3 }: { inherit n; }"),
        ("/needs.nix", "{ n }: { inherit n; }"),
        ("/bad.nix", "{ a = 1 +; }"),
        ("/home/c.nix", "{ at = \"home\"; }"),
        ("/dir/default.nix", "{ inDir = true; }"),
    ]);
    setting.check(
        &[
            ":l a.nix",
            "two",
            ":l ./call.nix",
            "n",
            ":l needs.nix",
            ":l none.nix",
            ":l ~/c.nix",
            "at",
            ":l dir",
            "inDir",
            ":l bad.nix",
            ":l bad.nix",
            ":l b.nix",
            "one",
            ":r",
            "one",
        ],
        expect![[r#"
            > :l a.nix
            Added 2 variables.
            one, two
            > two
            2
            > :l ./call.nix
            Added 1 variable.
            n
            > n
            3
            > :l needs.nix
            evaluation-error: cannot evaluate a function that has an argument without a value ('n')
            > :l none.nix
            io-error: path '/none.nix' does not exist
            > :l ~/c.nix
            Added 1 variable.
            at
            > at
            "home"
            > :l dir
            Added 1 variable.
            inDir
            > inDir
            true
            > :l bad.nix
            syntax: an expression is missing behind this `+`
            > :l bad.nix
            syntax: an expression is missing behind this `+`
            > :l b.nix
            evaluation-error: expected a set but found an integer: 2
            > one
            1
            > :r
            Added 2 variables.
            one, two
            Added 1 variable.
            n
            Added 1 variable.
            at
            Added 1 variable.
            inDir
            > one
            1
        "#]],
    );
}

#[test]
fn the_search_path_leads_to_the_library() {
    Setting::new(&[]).talk(|repl| {
        let added = text(&repl.answer(":l <nixpkgs/lib>"));
        assert!(added.contains("add, addContextFrom, "), "{added}");
        assert!(added.ends_with("`:ll` tells all\n"), "{added}");
        assert_eq!(text(&repl.answer("concatMap")), "«primop concatMap»\n");
        assert!(text(&repl.answer(":ll")).contains("\nconcatMap\n"));
    });
}

#[test]
fn files_are_read_again() {
    let setting = Setting::new(&[("/a.nix", "{ a = 1; }")]);
    setting.talk(|repl| {
        repl.answer("x = 1");
        repl.answer(":l a.nix");
        assert_eq!(text(&repl.answer("a + x")), "2\n");
        setting.files.write("/a.nix", "{ a = 10; }");
        assert_eq!(text(&repl.answer("a + x")), "2\n");
        assert_eq!(text(&repl.answer(":l a.nix")), "Added 1 variable.\na\n");
        assert_eq!(text(&repl.answer("a + x")), "11\n");
        setting.files.write("/a.nix", "{ a = 20; }");
        assert_eq!(text(&repl.answer(":r")), "Added 1 variable.\na\n");
        assert_eq!(text(&repl.answer("a")), "20\n");
        assert_eq!(
            text(&repl.answer("x")),
            "undefined-variable: undefined variable 'x'\n"
        );
    });
}

#[test]
fn flakes_are_loaded() {
    let setting = Setting::new(&[(
        "/flake/flake.nix",
        "{ inputs.other.url = \"github:a/b\"; outputs = { self, other }: { lib.two = 2; mine = self.lib.two; theirs = other.x; }; }",
    )]);
    setting.check(
        &[
            ":lf flake",
            "mine",
            "theirs",
            ":lf path:/flake",
            ":lf github:a/b",
            ":lf /none",
            "(builtins.getFlake \"path:/flake\").mine",
        ],
        expect![[r#"
            > :lf flake
            Added 11 variables.
            _type, inputs, lastModified, lastModifiedDate, lib, mine, narHash, outPath, outputs, sourceInfo, theirs
            > mine
            2
            > theirs
            «inputs.other.x is out of reach»
            > :lf path:/flake
            Added 11 variables.
            _type, inputs, lastModified, lastModifiedDate, lib, mine, narHash, outPath, outputs, sourceInfo, theirs
            > :lf github:a/b
            error: `github:a/b` is not a directory: nothing is fetched
            > :lf /none
            error: there is no `flake.nix` in `/none`
            > (builtins.getFlake "path:/flake").mine
            2
        "#]],
    );
}

const CLAN: &str = r#"
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core, ... }:
    let clan = clan-core.lib.clan {
      inherit self;
      meta.name = "lake";
      inventory.machines.jon.tags = [ "shore" ];
    };
    in { inherit (clan) nixosConfigurations; hello = 1; };
}
"#;

#[test]
fn a_clan_is_in_scope() {
    let mut setting = Setting::new(&[("/lake/flake.nix", CLAN)]);
    setting.target = Some(PathBuf::from("/lake"));
    setting.check(
        &[
            "hello",
            "inventory.machines.jon.tags",
            "clan.inventory.meta.name",
            ":r",
            "clan.inventory.meta.domain",
        ],
        expect![[r#"
            Added 12 variables.
            _type, clan, hello, inputs, inventory, lastModified, lastModifiedDate, narHash, nixosConfigurations, outPath, outputs, sourceInfo
            > hello
            1
            > inventory.machines.jon.tags
            [
              "shore"
              "all"
              "nixos"
            ]
            > clan.inventory.meta.name
            "lake"
            > :r
            Added 12 variables.
            _type, clan, hello, inputs, inventory, lastModified, lastModifiedDate, narHash, nixosConfigurations, outPath, outputs, sourceInfo
            > clan.inventory.meta.domain
            "clan"
        "#]],
    );
}

#[test]
fn a_file_with_a_clan_or_with_anything_is_opened() {
    let mut setting = Setting::new(&[
        (
            "/clan.nix",
            "{ meta.name = \"pond\"; inventory.machines.jon = { }; }",
        ),
        ("/values.nix", "{ a = 1; }"),
        ("/empty/readme", ""),
    ]);
    setting.target = Some(PathBuf::from("/clan.nix"));
    setting.check(
        &["clan.inventory.meta.name"],
        expect![[r#"
            Added 2 variables.
            clan, inventory
            > clan.inventory.meta.name
            "pond"
        "#]],
    );
    setting.target = Some(PathBuf::from("/values.nix"));
    setting.check(
        &["a"],
        expect![[r#"
        Added 1 variable.
        a
        > a
        1
    "#]],
    );
    setting.target = Some(PathBuf::from("/empty"));
    setting.check(
        &["1"],
        expect![[r#"
        error: `/empty` has no flake and no clan
        > 1
        1
    "#]],
    );
}

#[test]
fn commands_are_told_and_the_end_comes() {
    check(
        &[":hepl", ":b 1", ":p", ":te", ":te", ":te true", ":q"],
        expect![[r#"
            > :hepl
            error: there is no command `:hepl`; did you mean `:help`?
            > :b 1
            error: there is no `:b` here: nothing is built, installed or edited
            > :p
            error: `:p` takes EXPR
            > :te
            showing error traces
            > :te
            not showing error traces
            > :te true
            showing error traces
            > :q
            bye
        "#]],
    );
    let help = Setting::new(&[]).talk(|repl| text(&repl.answer(":?")));
    assert!(help.contains(":load-flake DIR"), "{help}");
}

#[test]
fn traces_are_shown_if_wanted() {
    let setting = Setting::new(&[]);
    let frames = |repl: &Repl| {
        let answer =
            repl.answer("let f = x: builtins.map (y: throw \"no\") [ x ]; in builtins.head (f 1)");
        answer.diagnostics[0].trace.len()
    };
    setting.talk(|repl| {
        let few = frames(repl);
        repl.answer(":te true");
        assert!(frames(repl) > few);
    });
}

#[test]
fn what_evaluation_says_comes_with_its_input() {
    check(
        &[
            "x = builtins.trace \"here\" 1",
            "x",
            "x",
            "[ (builtins.warn \"there\" 2) ]",
        ],
        expect![[r#"
            > x = builtins.trace "here" 1
            > x
            1
            says: here
            > x
            1
            > [ (builtins.warn "there" 2) ]
            [ 2 ]
            says: there
        "#]],
    );
}

#[test]
fn limits_hold_for_each_input_and_nothing_that_met_one_sticks() {
    let mut setting = Setting::new(&[]);
    setting.options.limits = Limits {
        steps: 30_000,
        memory: 8 << 20,
        depth: 200,
    };
    setting.talk(|repl| {
        let sum = "builtins.foldl' (a: b: a + b) 0 (builtins.genList (n: n) 9000)";
        for _ in 0..40 {
            assert_eq!(text(&repl.answer(sum)), "40495500\n");
        }
        repl.answer("f = let f = n: if n == 0 then 0 else 1 + f (n - 1); in f");
        repl.answer("deep = f 300");
        repl.answer("most = f 150");
        for _ in 0..2 {
            assert_eq!(
                text(&repl.answer("deep")),
                "limit-exceeded: stack overflow; max-call-depth exceeded\n"
            );
        }
        assert_eq!(text(&repl.answer("most")), "150\n");
        let many = text(&repl.answer("builtins.genList (n: n) 1000000000"));
        assert_eq!(
            many,
            "limit-exceeded: evaluation needs more than 8M of memory\n"
        );
        let long =
            text(&repl.answer("builtins.foldl' (a: b: a) 0 (builtins.genList (n: n) 90000)"));
        assert_eq!(
            long,
            "limit-exceeded: evaluation took more than 30000 steps\n"
        );
        assert_eq!(text(&repl.answer("most")), "150\n");
    });
}

#[test]
fn an_interrupted_input_leaves_no_trace() {
    let interrupt = Arc::new(AtomicBool::new(false));
    let mut setting = Setting::new(&[]);
    setting.options.interrupt = Some(interrupt.clone());
    setting.talk(|repl| {
        repl.answer("n = 100000");
        repl.answer("x = let f = a: b: if b == 0 then f a n else f a (b - 1); g = builtins.foldl' (a: b: a + b) 0 (builtins.genList (m: m) 40000000); in g");
        let done = Mutex::new(false);
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !*done.lock().unwrap() {
                    interrupt.store(true, Ordering::Relaxed);
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
            });
            let answer = repl.answer("x");
            *done.lock().unwrap() = true;
            answer
        });
        assert_eq!(text(&answer), "error: interrupted\n");
        assert_eq!(text(&repl.answer("n")), "100000\n");
    });
}

#[test]
fn words_are_completed() {
    let setting = Setting::new(&[]);
    setting.talk(|repl| {
        repl.answer("set = { \"a b\" = 1; abc.def = 2; bad = throw \"no\"; said = builtins.trace \"oh\" { x = 1; }; }");
        let complete = |line: &str| {
            let completion = repl.complete(line, line.len());
            (completion.start, completion.candidates.join(" "))
        };
        let names = |start: usize, names: &str| (start, names.to_owned());
        assert_eq!(complete("se"), names(0, "set"));
        assert_eq!(complete("1 + set.a"), names(8, "\"a b\" abc"));
        assert_eq!(complete("set.abc."), names(8, "def"));
        assert_eq!(complete("set.bad."), names(8, ""));
        assert_eq!(complete("set.said."), names(9, "x"));
        assert_eq!(complete("nothing."), names(8, ""));
        assert_eq!(complete("builtins.hasA"), names(9, "hasAttr"));
        assert_eq!(complete("lib.strings.escapeSh"), names(12, "escapeShellArg escapeShellArgs"));
        assert_eq!(complete("isNu"), names(0, "isNull"));
        assert_eq!(complete(":loa"), names(0, ":load :load-flake"));
        assert_eq!(repl.complete(":l ./x", 6).kind, Kind::Path);
        assert_eq!(text(&repl.answer("1")), "1\n");
    });
}

#[test]
fn completing_what_takes_long_gives_up_without_a_trace() {
    Setting::new(&[]).talk(|repl| {
        repl.answer("slow = rec { b = builtins.foldl' (a: b: a + b) 0 (builtins.genList (n: n) 300000); d = builtins.seq b { e = b; }; }");
        let line = "slow.d.";
        assert!(repl.complete(line, line.len()).candidates.is_empty());
        assert_eq!(text(&repl.answer("slow.d.e")), "44999850000\n");
    });
}
