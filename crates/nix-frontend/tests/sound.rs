//! What the reader of sound texts reads is what rnix reads.

use std::path::{Path, PathBuf};

use nix_frontend::syntax::tree::Tree;
use nix_frontend::syntax::{self, sound};
use source::SourceMap;

/// Whether the text was read. Panics if rnix has another tree of it, or complains.
fn read(text: &str) -> bool {
    let Some(tree) = sound::read(text) else {
        return false;
    };
    let file = SourceMap::new().add(Path::new("/file.nix"), text.into());
    let parsed = syntax::parse(&file.expect("it is short"));
    assert_eq!(parsed.diagnostics, [], "{text}");
    let expected = Tree::of(&parsed.tree);
    assert_eq!(tree.outline(), expected.outline(), "{text}");
    assert!(tree == expected, "{text}");
    true
}

fn nix_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("it is a directory") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
            nix_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            found.push(path);
        }
    }
}

#[test]
fn each_file_of_this_project() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = std::env::var_os("TEXTS").map_or(root, PathBuf::from);
    let mut files = vec![];
    nix_files(&root, &mut files);
    let texts = files.iter().filter_map(|file| {
        let text = std::fs::read_to_string(file).ok()?;
        Some((file, text))
    });
    let left: Vec<_> = texts
        .filter(|(_, text)| !read(text))
        .map(|(file, _)| file)
        .collect();
    let is_usual = files.len() > 20 && left.len() * 4 < files.len();
    assert!(is_usual, "of {} left to rnix: {left:#?}", files.len());
}

#[test]
fn what_is_read() {
    for text in [
        "1",
        "{ }",
        "{ a, b ? 1, ... }@c: a",
        "c@{ a }: a",
        "{ }: 1",
        "{ ... }: 1",
        "{ a, }: a",
        "x: y: x",
        "rec { a = 1; inherit b; inherit (c) d \"e\"; }",
        "let inherit (a) b; c.d.e = 1; in with c; assert b; if d then e else f",
        "a.b.c or d.e or f g",
        "a ? b.c && !a ? \"b\" -> -a + b * c ++ d ++ e // f // g == h || i < j",
        "-a.b - -c",
        "! ! a",
        "\"a${b}c$${d}\\${e}\\\"\"",
        "''\n  a${b} ''${c} ''' ''\\n $$ $ ' ''",
        "\"${{ }.a}${{ a }: a}\"",
        "[ 1 2.5 .5e3 ./a /b/c ~/d <nixpkgs/lib> x:y a.b ]",
        "./a/${b}/c${d}.nix",
        "/${a}",
        "a/b + 1 /b",
        "a |> b <| c",
        "__curPos.file",
        "{ or = 1; a.or = 2; ${b} = 3; \"${c}\".d = 4; }",
        "# a\n/* b */ c /**/",
        "a\r\nb",
        "a: # b\nc",
        "x:{ }",
    ] {
        assert!(read(text), "{text}");
    }
}

#[test]
fn what_is_left_to_rnix() {
    for text in [
        "",
        "let { body = 1; }",
        "a + !b",
        "a or b",
        "0.a",
        "a\u{a0}b",
        "a ./b/",
        "a//b/",
        "a < b < c",
        "a == b == c",
        "(a",
        "(a }",
        "{ a = 1 }",
        "\"${a\"",
        "/* a",
        "'' a",
        "{ a }@b@c: d",
        "a@{ b }@c: d",
        "[ -1 ]",
    ] {
        assert!(!read(text), "{text}");
    }
    assert!(!read(&"(".repeat(100_000)));
    assert!(!read(&format!("{}1{}", "(".repeat(300), ")".repeat(300))));
    assert!(!read(&format!("1{}", " + 1".repeat(10_000))));
    assert!(!read(&format!("1{}", " ++ 1".repeat(10_000))));
}

/// Pieces that texts are put together from.
const PIECES: &[&str] = &[
    "a",
    "b",
    "or",
    "rec",
    "let",
    "in",
    "with",
    "assert",
    "if",
    "then",
    "else",
    "inherit",
    "{",
    "}",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "=",
    ";",
    ":",
    "@",
    ",",
    "?",
    ".",
    "...",
    "//",
    "++",
    "+",
    "-",
    "*",
    "/",
    "==",
    "!=",
    "!",
    "<",
    ">",
    "<=",
    "&&",
    "||",
    "->",
    "|>",
    "<|",
    "\"",
    "''",
    "${",
    "$",
    "\\",
    "'",
    "1",
    "0",
    "1.5",
    "e",
    "./a",
    "/a",
    "~/a",
    "<a>",
    "x:y",
    "a.b",
    "_",
    "#",
    "/*",
    "*/",
    "\n",
    "{ }",
    "{ a = 1; }",
    "a: ",
    "{ a, b }: ",
    "x",
    "y",
    "\"a\"",
    "''a''",
    "__curPos",
    "é",
];

#[test]
fn texts_put_together_at_random() {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let cases = std::env::var("CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let mut random = Random(seed.unwrap_or(1));
    let mut texts_read = 0;
    let cases = cases.unwrap_or(200_000);
    for _ in 0..cases {
        let mut text = String::new();
        for _ in 0..=random.below(8) {
            text.push_str(PIECES[random.below(PIECES.len())]);
            if random.below(3) > 0 {
                text.push(' ');
            }
        }
        texts_read += usize::from(read(&text));
    }
    assert!(texts_read * 100 > cases, "{texts_read}");
}

/// A linear congruence, good enough to choose pieces.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
