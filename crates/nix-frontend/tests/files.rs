//! Builtins on files, paths and the store, against the answers of Nix.

mod support;

use source::files::memory::Memory;
use support::{check_error_with, check_with};

fn files() -> Memory {
    Memory::new()
        .with("/d/file", "hi\n")
        .with("/d/sub/y", "x\n")
        .with("/d/null", "a\0b")
        .with("/d/default.nix", "{ x = 1; }")
        .with("/d/six.nix", "x + 1")
        .with(
            "/d/data.json",
            "{\n  \"a\": { \"b\": [1, \"x\"] },\n  \"a\\\"\": 2.50\n}",
        )
        .with("/d/data.toml", "[a]\nb = 'x'\n")
}

#[track_caller]
fn check(expression: &str, expected: &str) {
    check_with(&files(), expression, expected);
}

#[track_caller]
fn check_error(expression: &str, message: &str) {
    check_error_with(&files(), expression, message);
}

#[test]
fn files_are_read() {
    check("readFile ./d/file", r#""hi\n""#);
    check(
        "readDir ./d",
        r#"{ "data.json" = "regular"; "data.toml" = "regular"; "default.nix" = "regular"; file = "regular"; null = "regular"; "six.nix" = "regular"; sub = "directory"; }"#,
    );
    check(
        "map readFileType [ ./d ./d/file ]",
        r#"[ "directory" "regular" ]"#,
    );
    check_error("readFile ./none", "path '/none' does not exist");
    check_error(
        "readFile ./d/null",
        "the contents of the file '/d/null' cannot be represented as a Nix string",
    );
    check_error("readDir ./d/file", "'/d/file' is not a directory");
    check_error(
        r#"readFile "d/file""#,
        "string 'd/file' doesn't represent an absolute path",
    );
}

#[test]
fn a_path_with_a_slash_behind_it_is_a_directory() {
    check(
        r#"map pathExists [ ./d "/d/" "/d/." ./d/file "/d/file/" ./none "/none/" ]"#,
        "[ true true true true false false false ]",
    );
}

#[test]
fn files_are_imported() {
    check("import ./d", "{ x = 1; }");
    check("scopedImport { x = 5; } ./d/six.nix", "6");
    check(r#"import (toFile "x.nix" "1 + 2")"#, "3");
    check(r#"(import "${./d}/default.nix").x"#, "1");
    check(
        r#"findFile [ { path = ./d; } { prefix = "p"; path = ./d/sub; } ] "p/y""#,
        "/d/sub/y",
    );
    check("let __nixPath = [ { path = ./d; } ]; in <file>", "/d/file");
    check(
        r#"tryEval (findFile [ { path = ./d; } ] "none")"#,
        "{ success = false; value = false; }",
    );
    check(
        "(import unknown).x or 1",
        "«inputs.x (…).x is out of reach»",
    );
}

#[test]
fn what_is_read_keeps_its_place() {
    check(
        r#"placeOf "b" (fromJSON (readFile ./d/data.json)).a"#,
        r#"{ column = 10; file = "/d/data.json"; line = 2; }"#,
    );
    check(
        r#"placeOf "b" (fromTOML (readFile ./d/data.toml)).a"#,
        r#"{ column = 1; file = "/d/data.toml"; line = 2; }"#,
    );
    check(r#"placeOf "a" (fromJSON "{\"a\": 1}")"#, "null");
    check(
        r#"unsafeGetAttrPos "b" (fromJSON (readFile ./d/data.json)).a"#,
        "null",
    );
}

#[test]
fn paths_are_taken_apart() {
    check(
        r#"map baseNameOf [ ./d "/a/b/" "a" "/" ]"#,
        r#"[ "d" "b" "a" "" ]"#,
    );
    check(
        r#"map dirOf [ ./d/sub "/a/b" "/a" "a" /. ]"#,
        r#"[ /d "/a" "/" "." / ]"#,
    );
    check(r#"toPath "/a/../b""#, r#""/b""#);
}

#[test]
fn store_paths_are_computed() {
    check(
        r#""${./d/file}""#,
        r#""/nix/store/a5ninyv8g00ffl81x1qccsrj5xklh0wb-file""#,
    );
    check(
        r#"path { path = ./d/file; recursive = false; name = "q"; }"#,
        r#""/nix/store/53kfq6p225xqzizbhp9grj67rsa02cn4-q""#,
    );
    check(
        r#"getContext (toFile "foo" "x")"#,
        r#"{ "/nix/store/v6rf2krqwv89wwyvr7bbiyp62hmjxsy1-foo" = { path = true; }; }"#,
    );
    check(
        r#"path { path = ./d; filter = p: t: p == "/d/sub" || p == "/d/sub/y"; } == filterSource (p: t: p == "/d/sub" || baseNameOf p == "y") ./d"#,
        "true",
    );
    check(
        r#"placeholder "out""#,
        r#""/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9""#,
    );
    check_error(
        "path { path = ./d; foo = 1; }",
        "unsupported argument 'foo' to 'builtins.path'",
    );
    check_error(
        r#"path { path = ./d/file; sha256 = ""; }"#,
        "store path mismatch in (possibly filtered) path added from '/d/file'",
    );
    check_error("storePath /tmp", "path '/tmp' is not in the Nix store");
}

#[test]
fn a_local_tree_is_at_hand() {
    check(
        r#"readFile ((fetchTree { type = "path"; path = "/d"; }).outPath + "/file")"#,
        r#""hi\n""#,
    );
    check(
        r#"fetchTree { type = "path"; path = ./d/sub; rev = "0123456789012345678901234567890123456789"; lastModified = 951782401; }"#,
        r#"{ lastModified = 951782401; lastModifiedDate = "20000229000001"; narHash = "sha256-6htY54dQiSfSkgWMC/PjagGlDl1uV0zhTmQ0C420nwQ="; outPath = "/nix/store/4y314klz73qxfghm8xf3jwrmpn1x85p4-source"; rev = "0123456789012345678901234567890123456789"; shortRev = "0123456"; }"#,
    );
    check(
        r#"let tree = fetchTree "path:/d/sub?revCount=3"; in [ tree.revCount tree.lastModified ((fetchTree { type = "path"; path = "/d/sub"; inherit (tree) narHash; }).outPath == tree.outPath) ]"#,
        r#"[ 3 «(fetchTree "path:/d/sub?revCount=3").lastModified is out of reach» true ]"#,
    );
    for (reference, message) in [
        (
            r#"{ type = "path"; path = "d"; }"#,
            "cannot fetch input 'path:d' because it uses a relative path",
        ),
        (
            r#"{ type = "path"; path = "/d"; dir = "a"; }"#,
            "input attribute 'dir' not supported by scheme 'path'",
        ),
        (
            r#"{ type = "path"; path = "/d/sub"; narHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; }"#,
            "NAR hash mismatch in input 'path:/d/sub?narHash=sha256-47DEQpj8HBSa%2B/TImW%2B5JCeuQeRkm5NMpJWZG3hSuFU%3D', expected 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' but got 'sha256-6htY54dQiSfSkgWMC/PjagGlDl1uV0zhTmQ0C420nwQ='",
        ),
    ] {
        check_error(&format!("fetchTree {reference}"), message);
    }
}
