//! The functions of `lib`, each with what nixpkgs' own gives.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

fn value(expression: &str) -> String {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let text = format!("with lib; {expression}");
    let file = session.add(Path::new("/test.nix"), text.into()).unwrap();
    let scope = [(evaluator.symbol("lib"), lib)];
    let value = evaluator.evaluate_text(file, None, &scope);
    match value.and_then(|value| evaluator.force_deep(value)) {
        Ok(value) => evaluator.print(value).unwrap_or_default(),
        Err(error) => format!("error: {}", error.message),
    }
}

#[test]
fn all_of_lib_is_finite() {
    let without_what_throws = [
        "removeAttrs lib [ \"fileset\" \"types\" ]",
        "removeAttrs lib.types [ \"fileset\" \"types\" ]",
    ];
    for part in without_what_throws {
        assert_eq!(value(&format!("builtins.deepSeq ({part}) 1")), "1");
    }
}

#[test]
fn functions_give_what_nixpkgs_gives() {
    for (expression, expected) in CASES {
        assert_eq!(value(expression), *expected, "{expression}");
    }
}

const CASES: &[(&str, &str)] = &[
    (r#"range 2 5"#, r#"[ 2 3 4 5 ]"#),
    (r#"unique [ 1 2 1 "a" "a" ]"#, r#"[ 1 2 "a" ]"#),
    (r#"last [1 2]"#, r#"2"#),
    (r#"init [1 2 3]"#, r#"[ 1 2 ]"#),
    (r#"take 2 [1 2 3]"#, r#"[ 1 2 ]"#),
    (r#"drop 2 [1 2 3]"#, r#"[ 3 ]"#),
    (r#"sublist 1 2 [1 2 3 4]"#, r#"[ 2 3 ]"#),
    (r#"imap1 (i: v: i + v) [10 20]"#, r#"[ 11 22 ]"#),
    (r#"zipLists [1 2] ["a"]"#, r#"[ { fst = 1; snd = "a"; } ]"#),
    (r#"foldr (a: b: a + b) "" ["x" "y"]"#, r#""xy""#),
    (r#"flatten [1 [2 [3]]]"#, r#"[ 1 2 3 ]"#),
    (r#"findFirst (x: x > 1) 0 [1 2 3]"#, r#"2"#),
    (r#"count (x: x) [true false]"#, r#"1"#),
    (r#"remove 1 [1 2]"#, r#"[ 2 ]"#),
    (r#"subtractLists [1] [1 2]"#, r#"[ 2 ]"#),
    (r#"reverseList [1 2]"#, r#"[ 2 1 ]"#),
    (r#"sortOn (x: -x) [1 3 2]"#, r#"[ 3 2 1 ]"#),
    (
        r#"genAttrs ["a" "b"] (n: n + "!")"#,
        r#"{ a = "a!"; b = "b!"; }"#,
    ),
    (
        r#"filterAttrs (n: v: v > 1) { a = 1; b = 2; }"#,
        r#"{ b = 2; }"#,
    ),
    (
        r#"mapAttrs' (n: v: nameValuePair ("x" + n) v) { a = 1; }"#,
        r#"{ xa = 1; }"#,
    ),
    (
        r#"mapAttrsToList (n: v: n) { b = 1; a = 2; }"#,
        r#"[ "a" "b" ]"#,
    ),
    (
        r#"attrsToList { a = 1; }"#,
        r#"[ { name = "a"; value = 1; } ]"#,
    ),
    (
        r#"concatMapAttrs (n: v: { ${n + "1"} = v; }) { a = 1; }"#,
        r#"{ a1 = 1; }"#,
    ),
    (
        r#"foldlAttrs (acc: n: v: acc + v) 0 { a = 1; b = 2; }"#,
        r#"3"#,
    ),
    (
        r#"recursiveUpdate { a.b = 1; a.c = 2; } { a.b = 3; }"#,
        r#"{ a = { b = 3; c = 2; }; }"#,
    ),
    (r#"attrByPath ["a" "b"] 0 { a.b = 5; }"#, r#"5"#),
    (r#"hasAttrByPath ["a" "c"] { a.b = 5; }"#, r#"false"#),
    (r#"setAttrByPath ["a" "b"] 1"#, r#"{ a = { b = 1; }; }"#),
    (r#"concatMapStringsSep "," toString [1 2]"#, r#""1,2""#),
    (r#"hasPrefix "a" "abc""#, r#"true"#),
    (r#"hasSuffix "c" "abc""#, r#"true"#),
    (r#"hasInfix "b" "abc""#, r#"true"#),
    (r#"removePrefix "a" "abc""#, r#""bc""#),
    (r#"removeSuffix "c" "abc""#, r#""ab""#),
    (r#"splitString "." "a.b.c""#, r#"[ "a" "b" "c" ]"#),
    (r#"toUpper "ab""#, r#""AB""#),
    (r#"trim "  a b ""#, r#""a b""#),
    (r#"fixedWidthNumber 3 7"#, r#""007""#),
    (r#"toInt "12""#, r#"12"#),
    (r#"escapeShellArg "a b""#, r#""'a b'""#),
    (r#"escapeRegex "a.b""#, r#""a\\.b""#),
    (r#"boolToString true"#, r#""true""#),
    (r#"min 1 2"#, r#"1"#),
    (r#"mod 7 3"#, r#"1"#),
    (r#"toHexString 255"#, r#""FF""#),
    (
        r#"fix (self: { a = 1; b = self.a; })"#,
        r#"{ a = 1; b = 1; }"#,
    ),
    (r#"getName "hello-1.2""#, r#""hello""#),
    (r#"optional true 1"#, r#"[ 1 ]"#),
    (r#"optionalString false "x""#, r#""""#),
    (r#"versionAtLeast "1.2" "1.1""#, r#"true"#),
    (
        r#"mapAttrsRecursive (p: v: concatStringsSep "-" p) { a.b = 1; }"#,
        r#"{ a = { b = "a-b"; }; }"#,
    ),
    (r#"strings.hasPrefix "x" "xy""#, r#"true"#),
    (r#"lists.range 1 2"#, r#"[ 1 2 ]"#),
    (
        r#"composeManyExtensions [ (f: p: { a = 1; }) (f: p: { b = p.a; }) ] { } { }"#,
        r#"{ a = 1; b = 1; }"#,
    ),
    (r#"stringToCharacters "ab""#, r#"[ "a" "b" ]"#),
    (r#"pipe 1 [ (x: x + 1) ]"#, r#"2"#),
];
