//! Builtins that read and write data, hashes, and values out of reach, against the answers of Nix.

mod support;

use support::{check, check_error};

#[test]
fn json_is_read() {
    check(
        r#"fromJSON "{\"a\": [1, 2.5, null, true], \"a\": 3, \"b\": \"\\u00e9\\n\", \"\": {}}""#,
        r#"{ "" = { }; a = 3; b = "é\n"; }"#,
    );
    check("fromJSON \"[[], [[1]]]\"", "[ [ ] [ [ 1 ] ] ]");
    check_error(
        r#"fromJSON "{1""#,
        "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - unexpected number literal; expected string literal",
    );
}

#[test]
fn json_is_written() {
    check(
        r#"toJSON [ 1 (-1) 1.5 1.0 "a\"b" { outPath = "/x"; b = 1; } [ ] { } null true ]"#,
        r#""[1,-1,1.5,1.0,\"a\\\"b\",\"/x\",[],{},null,true]""#,
    );
    check(
        r#"toJSON { b = 1; a = { __toString = self: self.x; x = "y"; }; }"#,
        r#""{\"a\":\"y\",\"b\":1}""#,
    );
    check(r#"hasContext (toJSON [ (toFile "x" "y") ])"#, "true");
    check_error("toJSON (x: x)", "cannot convert a function to JSON");
    check_error(
        "toJSON { a = map; }",
        "cannot convert the built-in function 'map' to JSON",
    );
    check_error(
        "toJSON [ unknown ] + \"\"",
        "`inputs.x` is out of reach: input `x` is not on disk",
    );
    check_error(
        "toXML [ unknown ]",
        "`inputs.x` is out of reach: input `x` is not on disk",
    );
}

#[test]
fn toml_is_read() {
    check(
        r#"fromTOML "a = 1\n[b]\nc = [1.5, true]\n[[d]]\ne=\"x\\ty\"\n""#,
        r#"{ a = 1; b = { c = [ 1.5 true ]; }; d = [ { e = "x\ty"; } ]; }"#,
    );
}

#[test]
fn xml_is_written() {
    check(
        r#"toXML { a = x: x; b = { type = "derivation"; drvPath = "/d"; z = 1; }; c = [ { type = "derivation"; drvPath = "/d"; } "<&>\n" ]; d = { q, p ? 1, ... }@r: q; e = map; f = 1.5; g = null; h = false; i = ./x; }"#,
        r#""<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <attrs>\n    <attr name=\"a\">\n      <function>\n        <varpat name=\"x\" />\n      </function>\n    </attr>\n    <attr name=\"b\">\n      <derivation drvPath=\"/d\">\n        <attr name=\"drvPath\">\n          <string value=\"/d\" />\n        </attr>\n        <attr name=\"type\">\n          <string value=\"derivation\" />\n        </attr>\n        <attr name=\"z\">\n          <int value=\"1\" />\n        </attr>\n      </derivation>\n    </attr>\n    <attr name=\"c\">\n      <list>\n        <derivation drvPath=\"/d\">\n          <repeated />\n        </derivation>\n        <string value=\"&lt;&amp;&gt;&#xA;\" />\n      </list>\n    </attr>\n    <attr name=\"d\">\n      <function>\n        <attrspat ellipsis=\"1\" name=\"r\">\n          <attr name=\"p\" />\n          <attr name=\"q\" />\n        </attrspat>\n      </function>\n    </attr>\n    <attr name=\"e\">\n      <unevaluated />\n    </attr>\n    <attr name=\"f\">\n      <float value=\"1.5\" />\n    </attr>\n    <attr name=\"g\">\n      <null />\n    </attr>\n    <attr name=\"h\">\n      <bool value=\"false\" />\n    </attr>\n    <attr name=\"i\">\n      <path value=\"/x\" />\n    </attr>\n  </attrs>\n</expr>\n""#,
    );
}

#[test]
fn hashes_are_made_and_spelt() {
    check(
        r#"hashString "md5" "abc""#,
        r#""900150983cd24fb0d6963f7d28e17f72""#,
    );
    check(
        r#"convertHash { hash = "900150983cd24fb0d6963f7d28e17f72"; hashAlgo = "md5"; toHashFormat = "sri"; }"#,
        r#""md5-kAFQmDzST7DWlj99KOF/cg==""#,
    );
    check_error(
        r#"hashString "foo" "abc""#,
        "unknown hash algorithm 'foo', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'",
    );
}

#[test]
fn what_would_be_fetched_is_out_of_reach() {
    check(
        r#"[ (fetchTarball "https://a") (fetchGit { url = "https://b"; rev = "c"; }) (import (fetchurl "d")) ]"#,
        r#"[ «(fetchTarball "https://a") is out of reach» «(fetchGit { url = "https://b"; rev = "c"; }) is out of reach» «(fetchurl "d") (…) is out of reach» ]"#,
    );
    check_error(
        r#""${fetchurl "https://a"}/x""#,
        "`(fetchurl \"https://a\")` is out of reach: nothing is fetched",
    );
}

#[test]
fn values_are_printed_as_nix_prints_them() {
    check(
        r#"{ "a b" = 1; "if" = 2; "" = 3; or = 4; f = x: x; m = map; p = map toString; l = [ ]; s = { }; }"#,
        r#"{ "" = 3; "a b" = 1; f = <LAMBDA>; "if" = 2; l = [ ]; m = <PRIMOP>; or = 4; p = <PRIMOP-APP>; s = { }; }"#,
    );
    check(
        "let a = { x = a; z = [ ]; }; b = { q = 1; }; in [ a b b [ ] { } { } ]",
        "[ { x = «repeated»; z = [ ]; } { q = 1; } «repeated» [ ] { } { } ]",
    );
    check("let x = [ x ]; in x", "[ [ «repeated» ] ]");
    check(
        "[ 1.5 1000000.0 0.1 (-3) null true ./a ]",
        "[ 1.5 1e+06 0.1 -3 null true /a ]",
    );
}
