//! The pure builtins, against the answers of Nix.

mod support;

use support::{check, check_error};

#[test]
fn lists() {
    check(r#"length [ 1 (throw "x") ]"#, "2");
    check(r#"head [ 1 (throw "x") ]"#, "1");
    check(r#"tail [ (throw "x") 2 3 ]"#, "[ 2 3 ]");
    check("elemAt [ 1 2 3 ] 1", "2");
    check("map (x: x + 1) [ 1 2 3 ]", "[ 2 3 4 ]");
    check(r#"length (map (throw "never called") [ ])"#, "0");
    check(r#"length (map (x: throw "x") [ 1 2 ])"#, "2");
    check("filter (x: x != 2) [ 1 2 3 2 ]", "[ 1 3 ]");
    check("filter (x: true) [ 1 2 ]", "[ 1 2 ]");
    check("filter (x: false) [ 1 2 ]", "[ ]");
    check(r#"elem 2 [ 1 2 (throw "not reached") ]"#, "true");
    check(r#"elem (throw "not forced") [ ]"#, "false");
    check("let f = x: x; in elem f [ f ]", "true");
    check("let f = x: x; in f == f", "false");
    check("let f = x: x; in [ f ] == [ f ]", "true");
    check("let f = x: x; in { a = f; } == { a = f; }", "true");
    check("elem (x: x) [ (x: x) ]", "false");
    check("concatLists [ [ 1 ] [ ] [ 2 3 ] ]", "[ 1 2 3 ]");
    check("concatLists [ ]", "[ ]");
    check("concatMap (x: [ x (x * 10) ]) [ 1 2 ]", "[ 1 10 2 20 ]");
    check("foldl' (a: b: a - b) 10 [ 1 2 3 ]", "4");
    check(
        r#"foldl' (a: b: b) (throw "the start is not forced") [ 1 ]"#,
        "1",
    );
    check(r#"any (x: x > 1) [ 1 2 (throw "x") ]"#, "true");
    check(r#"all (x: x < 2) [ 1 2 (throw "x") ]"#, "false");
    check("any (x: x) [ ]", "false");
    check("all (x: x) [ ]", "true");
    check("genList (x: x * x) 4", "[ 0 1 4 9 ]");
    check("genList (x: x) 0", "[ ]");
    check("sort lessThan [ 3 1 2 ]", "[ 1 2 3 ]");
    check(
        r#"sort (a: b: a.k < b.k) [ { k = 2; v = "a"; } { k = 1; v = "b"; } { k = 2; v = "c"; } { k = 1; v = "d"; } ]"#,
        r#"[ { k = 1; v = "b"; } { k = 1; v = "d"; } { k = 2; v = "a"; } { k = 2; v = "c"; } ]"#,
    );
    check(
        "sort lessThan (genList (x: (x * 7919) - 100 * ((x * 7919) / 100)) 40)",
        "[ 0 3 4 8 9 13 14 18 19 22 23 27 28 32 33 37 38 41 42 46 47 51 52 56 57 61 65 66 70 71 75 76 80 84 85 89 90 94 95 99 ]",
    );
    check(
        "sort (a: b: a > b) (genList (x: (x * 7919) - 100 * ((x * 7919) / 100)) 33)",
        "[ 99 95 94 90 89 85 80 76 75 71 70 66 61 57 56 52 51 47 42 38 37 33 32 28 23 19 18 14 13 9 8 4 0 ]",
    );
    check(
        r#"sort lessThan [ "b" "a" "ab" "" ]"#,
        r#"[ "" "a" "ab" "b" ]"#,
    );
    check(
        "sort lessThan [ [ 2 1 ] [ 1 2 ] [ 1 ] ]",
        "[ [ 1 ] [ 1 2 ] [ 2 1 ] ]",
    );
    check("sort lessThan [ 1.5 1 2 0.5 ]", "[ 0.5 1 1.5 2 ]");
    check(
        "partition (x: x > 2) [ 1 2 3 4 ]",
        "{ right = [ 3 4 ]; wrong = [ 1 2 ]; }",
    );
    check(
        r#"groupBy (x: if x > 2 then "big" else "small") [ 1 2 3 4 ]"#,
        "{ big = [ 3 4 ]; small = [ 1 2 ]; }",
    );
    check("groupBy toString [ ]", "{ }");
    check("lessThan 1 1.5", "true");
    check(r#"lessThan "a" "b""#, "true");
    check("lessThan [ 1 2 ] [ 1 ]", "false");
    check("lessThan ./a ./b", "true");
}

#[test]
fn attribute_sets() {
    check("attrNames { b = 1; a = 2; B = 3; }", r#"[ "B" "a" "b" ]"#);
    check("attrValues { b = 1; a = 2; }", "[ 2 1 ]");
    check(r#"getAttr "a" { a = 1; }"#, "1");
    check(r#"hasAttr "a" { a = throw "x"; }"#, "true");
    check(r#"hasAttr "never-seen-before" { }"#, "false");
    check(
        r#"removeAttrs { a = 1; b = 2; c = 3; } [ "a" "c" "x" ]"#,
        "{ b = 2; }",
    );
    check(
        r#"intersectAttrs { a = throw "x"; c = 1; } { a = 1; b = 2; }"#,
        "{ a = 1; }",
    );
    check(
        "intersectAttrs { a = 1; b = 2; c = 3; } { b = 5; }",
        "{ b = 5; }",
    );
    check(
        r#"catAttrs "a" [ { a = 1; } { b = 2; } { a = 3; } ]"#,
        "[ 1 3 ]",
    );
    check(
        "mapAttrs (n: v: n + toString v) { a = 1; b = 2; }",
        r#"{ a = "a1"; b = "b2"; }"#,
    );
    check(
        r#"attrNames (mapAttrs (throw "lazy") { a = 1; })"#,
        r#"[ "a" ]"#,
    );
    check(
        "zipAttrsWith (n: vs: { inherit n vs; }) [ { a = 1; b = 2; } { a = 3; } ]",
        r#"{ a = { n = "a"; vs = [ 1 3 ]; }; b = { n = "b"; vs = [ 2 ]; }; }"#,
    );
    check(
        r#"listToAttrs [ { name = "a"; value = 1; } { name = "b"; value = throw "x"; } { name = "a"; value = 2; } ] // { b = 0; }"#,
        "{ a = 1; b = 0; }",
    );
    check(
        r#"listToAttrs [ { name = "a"; value = 1; } { name = "a"; } ]"#,
        "{ a = 1; }",
    );
    check(
        r#"functionArgs ({ b, a ? throw "x", ... }: 1)"#,
        "{ a = true; b = false; }",
    );
    check("functionArgs (x: 1)", "{ }");
    check("functionArgs map", "{ }");
    check(r#"unsafeGetAttrPos "x" { }"#, "null");
}

#[test]
fn numbers() {
    check("add 1 2.5", "3.5");
    check("sub 1 2", "-1");
    check("mul 3 4", "12");
    check("div 7 (0 - 2)", "-3");
    check("div 7 2.0", "3.5");
    check("bitAnd 12 10", "8");
    check("bitOr 12 10", "14");
    check("bitXor 12 10", "6");
    check("ceil 1.2", "2");
    check("floor (0 - 1.2)", "-2");
    check("floor 3", "3");
    check("ceil (0 - 9223372036854775807)", "-9223372036854775807");
}

#[test]
fn types() {
    check(
        r#"map typeOf [ 1 1.0 "" ./a null true [ ] { } (x: x) map (map (x: x)) ]"#,
        r#"[ "int" "float" "string" "path" "null" "bool" "list" "set" "lambda" "lambda" "lambda" ]"#,
    );
    check(
        r#"[ (isNull null) (isInt 1) (isFloat 1) (isString "") (isBool 1) (isPath ./a) (isList [ ]) (isAttrs { }) (isFunction map) (isFunction { __functor = s: s; }) ]"#,
        "[ true true false true false true true true true false ]",
    );
}

#[test]
fn strings() {
    check(
        r#"toString [ 1 [ 2 [ ] ] true false null 1.5 "x" ]"#,
        r#""1 2  1   1.500000 x""#,
    );
    check(r#"toString { outPath = "/x"; }"#, r#""/x""#);
    check(r#"toString { __toString = self: "me"; }"#, r#""me""#);
    check("toString /a/b", r#""/a/b""#);
    check(r#"stringLength "äb""#, "3");
    check(r#"substring 1 2 "abcd""#, r#""bc""#);
    check(r#"substring 2 (0 - 1) "abcd""#, r#""cd""#);
    check(r#"substring 9 1 "abcd""#, r#""""#);
    check(r#"substring 0 9 "abcd""#, r#""abcd""#);
    check(
        r#"replaceStrings [ "a" "b" ] [ "b" "a" ] "abc""#,
        r#""bac""#,
    );
    check(r#"replaceStrings [ "" ] [ "-" ] "ab""#, r#""-a-b-""#);
    check(
        r#"replaceStrings [ "x" "" ] [ "y" "_" ] "axb""#,
        r#""_ay_b_""#,
    );
    check(
        r#"replaceStrings [ "oo" "a" ] [ "a" "oo" ] "foobar""#,
        r#""faboor""#,
    );
    check(
        r#"replaceStrings [ "z" ] [ (throw "lazy") ] "abc""#,
        r#""abc""#,
    );
    check(r#"replaceStrings [ ] [ ] "abc""#, r#""abc""#);
    check(r#"replaceStrings [ "" ] [ "x" ] """#, r#""x""#);
    check(
        r#"concatStringsSep ", " [ "a" "b" { outPath = "c"; } ]"#,
        r#""a, b, c""#,
    );
    check(r#"concatStringsSep "," [ ]"#, r#""""#);
}

#[test]
fn versions() {
    check(r#"compareVersions "1.0" "2.3pre1""#, "-1");
    check(r#"compareVersions "2.3" "2.3""#, "0");
    check(
        r#"splitVersion "1.2pre3-4""#,
        r#"[ "1" "2" "pre" "3" "4" ]"#,
    );
    check(
        r#"parseDrvName "nix-0.12pre12876""#,
        r#"{ name = "nix"; version = "0.12pre12876"; }"#,
    );
}

#[test]
fn control() {
    check(r#"(tryEval (throw "x")).success"#, "false");
    check(
        r#"tryEval (throw "x")"#,
        "{ success = false; value = false; }",
    );
    check("tryEval 1", "{ success = true; value = 1; }");
    check(
        "tryEval (assert false; 1)",
        "{ success = false; value = false; }",
    );
    check(r#"(tryEval { a = throw "x"; }).success"#, "true");
    check(r#"seq { a = throw "x"; } 1"#, "1");
    check(r#"trace "x" 1"#, "trace: x\n1");
    check("trace { a = 1 + 1; } 1", "trace: { a = «thunk»; }\n1");
    check(r#"addErrorContext "c" 1"#, "1");
    check("break 1", "1");
    check(
        "map (x: x.key) (genericClosure { startSet = [ { key = 1; } ]; operator = { key }: if key > 20 then [ ] else [ { key = key * 2; } { key = key * 3; } ]; })",
        "[ 1 2 3 4 6 9 8 12 18 27 16 24 36 54 32 48 ]",
    );
    check("genericClosure { startSet = [ ]; }", "[ ]");
    check(
        r#"map (x: x.key) (genericClosure { startSet = [ { key = "b"; } { key = "a"; } { key = "b"; } ]; operator = x: [ ]; })"#,
        r#"[ "b" "a" ]"#,
    );
    check(r#"traceVerbose (throw "x") 1"#, "1");
    check(r#"warn "w" 1"#, "warning: w\n1");
}

#[test]
fn string_contexts() {
    check(r#"hasContext "a""#, "false");
    check(
        r#"hasContext (appendContext "a" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; })"#,
        "true",
    );
    check(
        r#"getContext (appendContext "a" { "/nix/store/arhvjaf6zmlyn8vh8fgn55rpwnxq0n7l-a.drv" = { outputs = [ "out" "dev" ]; allOutputs = true; path = true; }; })"#,
        r#"{ "/nix/store/arhvjaf6zmlyn8vh8fgn55rpwnxq0n7l-a.drv" = { allOutputs = true; outputs = [ "dev" "out" ]; path = true; }; }"#,
    );
    check(
        r#"getContext (unsafeDiscardOutputDependency (appendContext "a" { "/nix/store/arhvjaf6zmlyn8vh8fgn55rpwnxq0n7l-a.drv" = { allOutputs = true; }; }))"#,
        r#"{ "/nix/store/arhvjaf6zmlyn8vh8fgn55rpwnxq0n7l-a.drv" = { path = true; }; }"#,
    );
    check(
        r#"unsafeDiscardStringContext (appendContext "a" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; })"#,
        r#""a""#,
    );
    check(
        r#"getContext (substring 0 0 (appendContext "a" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }))"#,
        r#"{ "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }"#,
    );
    check(
        r#"getContext (replaceStrings [ "a" ] [ (appendContext "b" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }) ] "xyz")"#,
        "{ }",
    );
    check(
        r#"getContext (concatStringsSep (appendContext "b" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }) [ ])"#,
        r#"{ "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }"#,
    );
    check(
        r#"getContext (addDrvOutputDependencies (appendContext "a" { "/nix/store/arhvjaf6zmlyn8vh8fgn55rpwnxq0n7l-a.drv" = { path = true; }; }))"#,
        r#"{ "/nix/store/arhvjaf6zmlyn8vh8fgn55rpwnxq0n7l-a.drv" = { allOutputs = true; }; }"#,
    );
}

#[test]
fn constants() {
    check("langVersion", "6");
    check("storeDir", r#""/nix/store""#);
    check("builtins.builtins.true", "true");
    check("nixVersion", r#""2.26.3""#);
    check("nixPath", "[ ]");
    check("builtins ? currentSystem", "false");
    check("__langVersion", "6");
}

#[test]
fn failures_are_worded_as_in_nix() {
    check_error("length 1", "expected a list but found an integer: 1");
    check_error("head [ ]", "'builtins.head' called on an empty list");
    check_error("tail [ ]", "'builtins.tail' called on an empty list");
    check_error(
        "elemAt [ ] (0 - 1)",
        "'builtins.elemAt' called with index -1 on a list of size 0",
    );
    check_error(
        "elemAt [ 1 ] 3",
        "'builtins.elemAt' called with index 3 on a list of size 1",
    );
    check_error("map 1 [ 1 ]", "expected a function but found an integer: 1");
    check_error(
        "filter (x: 5) [ 1 ]",
        "expected a Boolean but found an integer: 5",
    );
    check_error(
        r#"foldl' (_: f: f null) null [ (_: throw "not the last") (_: 0) ]"#,
        "not the last",
    );
    check_error("genList (x: x) (0 - 1)", "cannot create list of size -1");
    check_error(
        r#"sort lessThan [ 1 "a" ]"#,
        r#"cannot compare a string with an integer; values are "a" and 1"#,
    );
    check_error(
        "lessThan { } { }",
        "cannot compare a set with a set; values of that type are incomparable (values are { } and { })",
    );
    check_error(
        "add 9223372036854775807 1",
        "integer overflow in adding 9223372036854775807 + 1",
    );
    check_error(
        "sub (0 - 9223372036854775807) 2",
        "integer overflow in subtracting -9223372036854775807 - 2",
    );
    check_error(
        "mul 4294967297 4294967297",
        "integer overflow in multiplying 4294967297 * 4294967297",
    );
    check_error(
        "div (0 - 9223372036854775807 - 1) (0 - 1)",
        "integer overflow in dividing -9223372036854775808 / -1",
    );
    check_error("div 1 0", "division by zero");
    check_error("div 1 0.0", "division by zero");
    check_error(
        r#"add "foo" 1"#,
        r#"expected an integer but found a string: "foo""#,
    );
    check_error(
        r#"add 1.0 "foo""#,
        r#"expected a float but found a string: "foo""#,
    );
    check_error(
        r#"div 1 "foo""#,
        r#"expected a float but found a string: "foo""#,
    );
    check_error(
        r#"ceil "foo""#,
        r#"expected a float but found a string: "foo""#,
    );
    check_error(
        "floor 1.0e300",
        "NixFloat argument 1e+300 is not in the range of NixInt",
    );
    check_error("bitAnd 1.1 2", "expected an integer but found a float: 1.1");
    check_error("attrNames [ ]", "expected a set but found a list: [ ]");
    check_error(r#"getAttr "x" { y = 1; }"#, "attribute 'x' missing");
    check_error("listToAttrs [ { value = 1; } ]", "attribute 'name' missing");
    check_error(
        r#"listToAttrs [ { name = "a"; } ]"#,
        "attribute 'value' missing",
    );
    check_error("functionArgs { }", "'functionArgs' requires a function");
    check_error(
        r#"substring (0 - 1) 1 "a""#,
        "negative start position in 'substring'",
    );
    check_error(
        r#"replaceStrings [ "a" ] [ ] "a""#,
        "'from' and 'to' arguments passed to builtins.replaceStrings have different lengths",
    );
    check_error(
        r#"concatStringsSep "," [ 1 ]"#,
        "cannot coerce an integer to a string: 1",
    );
    check_error(
        r#"compareVersions 1 "2""#,
        "expected a string but found an integer: 1",
    );
    check_error(r#"throw "x""#, "x");
    check_error(
        r#"abort "x""#,
        "evaluation aborted with the following error message: 'x'",
    );
    check_error(
        r#"tryEval (abort "x")"#,
        "evaluation aborted with the following error message: 'x'",
    );
    check_error(r#"deepSeq { a = [ (throw "deep") ]; } 1"#, "deep");
    check_error(r#"addErrorContext "c" (throw "kaboom")"#, "kaboom");
    check_error("genericClosure { }", "attribute 'startSet' missing");
    check_error(
        r#"genericClosure { startSet = [ { key = 1; } { key = "a"; } ]; operator = x: [ ]; }"#,
        r#"cannot compare a string with an integer; values are "a" and 1"#,
    );
    check_error(
        r#"addDrvOutputDependencies """#,
        "context of string '' must have exactly one element, but has 0",
    );
    check_error(
        r#"appendContext "" { x = { path = true; }; }"#,
        "context key 'x' is not a store path",
    );
    check_error(
        r#"hasAttr (appendContext "a" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }) { }"#,
        "the string 'a' is not allowed to refer to a store path (such as 'ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata')",
    );
    check_error(
        "genList (x: x) 9223372036854775807",
        "evaluation needs more than 4G of memory",
    );
}

#[test]
fn an_attribute_stands_where_its_path_starts() {
    let place = |line: u32, column: u32| {
        format!(r#"{{ column = {column}; file = "/test.nix"; line = {line}; }}"#)
    };
    check(r#"unsafeGetAttrPos "x" { x = 1; }"#, &place(1, 39));
    check(r#"unsafeGetAttrPos "y" { x.y = 1; }.x"#, &place(1, 39));
    check(
        r#"unsafeGetAttrPos "a" (functionArgs ({ a }: a))"#,
        &place(1, 54),
    );
    check(
        r#"unsafeGetAttrPos "x" (listToAttrs [ { name = "x"; value = 1; } ])"#,
        &place(1, 66),
    );
    check(
        r#"unsafeGetAttrPos "x" (mapAttrs (_: x: x) { x = 1; })"#,
        "null",
    );
    check(
        r#"placeOf "x" (mapAttrs (_: x: x) { x = 1; } // { y = 1; })"#,
        &place(1, 50),
    );
}

#[test]
fn what_is_out_of_reach_fails_only_where_it_is_needed() {
    let message = "`inputs.x` is out of reach: input `x` is not on disk";
    for needed in [
        "isNull unknown",
        "isFunction unknown",
        "typeOf unknown",
        "length unknown",
        "map (x: x) unknown",
        "filter (x: unknown) [ 1 ]",
        "elem 1 [ unknown ]",
        "elem unknown [ unknown ]",
        "concatLists [ unknown ]",
        "sort lessThan [ 1 unknown ]",
        "attrNames unknown",
        "mapAttrs (n: v: v) unknown",
        "hasAttr \"a\" unknown",
        "attrNames (listToAttrs [ unknown ])",
        "attrNames { ${unknown} = 1; }",
        "attrNames (unknown // { a = 1; })",
        "attrNames ({ a = 1; } // unknown)",
        "unknown // 1",
        "functionArgs unknown",
        "add 1 unknown",
        "ceil unknown",
        "toString [ unknown ]",
        "substring 0 1 unknown",
        "throw unknown",
        "tryEval (isNull unknown)",
        "trace unknown.a (isNull unknown)",
    ] {
        check_error(needed, message);
    }
    check("length [ unknown ]", "1");
    check("length (map unknown [ 1 ])", "1");
    check("attrNames { a = unknown; }", r#"[ "a" ]"#);
    check("seq unknown 1", "1");
    check("seq (toJSON { a = [ unknown ]; }) 1", "1");
    check_error("toJSON { a = [ unknown ]; } == 1", message);
    check(r#"getAttr "a" unknown"#, "«inputs.x.a is out of reach»");
}

#[test]
fn of_a_set_the_attributes_that_are_known_can_be_selected() {
    for set in [
        r#"listToAttrs [ unknown { name = "a"; value = 1; } ]"#,
        r#"listToAttrs [ { name = unknown; value = 2; } { name = "a"; value = 1; } ]"#,
        "{ ${unknown} = 2; a = 1; }",
        r#"{ "${unknown}-b" = 2; a = 1; }"#,
        "unknown // { a = 1; }",
        "unknown // { a = 1; } // { b = 1; }",
    ] {
        check(&format!("({set}).a"), "1");
        check(&format!("({set}) ? a"), "true");
        check(&format!("(({set}).c or 1)"), "«inputs.x.c is out of reach»");
    }
    check("({ a = 1; } // unknown) ? a", "true");
    check("({ a = 1; } // unknown).a", "«inputs.x.a is out of reach»");
    check("({ a = 1; } // unknown // { a = 2; }).a", "2");
}

#[test]
fn a_failed_assertion_of_equality_says_what_differs() {
    for (assertion, message) in [
        (
            "assert 1 == 2; 0",
            "an integer with value '1' is not equal to an integer with value '2'",
        ),
        (
            "assert null == 1; 0",
            "null of value 'null' is not equal to an integer of value '1'",
        ),
        (
            "assert [ { a = true; } ] == [ { a = false; } ]; 0",
            "boolean 'true' is not equal to boolean 'false'",
        ),
        (
            "assert { a = 1; } == { b = 1; }; 0",
            "attribute name 'a' is contained in '{ a = 1; }', but not in '{ b = 1; }'",
        ),
        (
            "assert [ 1 ] == [ ]; 0",
            "list of size '1' is not equal to list of size '0', left hand side is '[ 1 ]', right hand side is '[ ]'",
        ),
        ("assert 1 > 2; 0", "assertion '1 > 2' failed"),
    ] {
        check_error(assertion, message);
    }
    check("(tryEval (assert 1 == 2; 0)).success", "false");
}

#[test]
fn regular_expressions() {
    check(r#"match "ab" "abc""#, r#"null"#);
    check(r#"match "abc" "abc""#, r#"[ ]"#);
    check(r#"match "a(b)(c)" "abc""#, r#"[ "b" "c" ]"#);
    check(
        r#"match "[[:space:]]+([[:upper:]]+)[[:space:]]+" "  FOO   ""#,
        r#"[ "FOO" ]"#,
    );
    check(r#"match "(a)|(b)" "b""#, r#"[ null "b" ]"#);
    check(r#"match "(.*)\\.nix" "default.nix""#, r#"[ "default" ]"#);
    check(r#"match ".*" "a\nb""#, r#"[ ]"#);
    check(r#"split "(a)b" "abc""#, r#"[ "" [ "a" ] "c" ]"#);
    check(
        r#"split "([ac])" "abc""#,
        r#"[ "" [ "a" ] "b" [ "c" ] "" ]"#,
    );
    check(
        r#"split "(a)|(c)" "abc""#,
        r#"[ "" [ "a" null ] "b" [ null "c" ] "" ]"#,
    );
    check(
        r#"split "([[:upper:]]+)" " FOO ""#,
        r#"[ " " [ "FOO" ] " " ]"#,
    );
    check(r#"split "," "a,b,,c""#, r#"[ "a" [ ] "b" [ ] "" [ ] "c" ]"#);
    check(r#"split "," """#, r#"[ "" ]"#);
    check(
        r#"split "" "abc""#,
        r#"[ "" [ ] "a" [ ] "b" [ ] "c" [ ] "" ]"#,
    );
    check(
        r#"split "x*" "axxb""#,
        r#"[ "" [ ] "a" [ ] "" [ ] "b" [ ] "" ]"#,
    );
    check(
        r#"split "(o?)" "foo""#,
        r#"[ "" [ "" ] "f" [ "o" ] "" [ "o" ] "" [ "" ] "" ]"#,
    );
    check(
        r#"getContext (head (split "x" (appendContext "a" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; })))"#,
        r#"{ "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; }"#,
    );
    check(
        r#"getContext (head (split "a" (appendContext "ba" { "/nix/store/ib3sh3pcz10wsmavxvkdbayhqivbghlq-tzdata" = { path = true; }; })))"#,
        r#"{ }"#,
    );
    check(r#"match "^a$" "a""#, r#"[ ]"#);
    check(r#"match "a{2,3}b?" "aaa""#, r#"[ ]"#);
    check(r#"match "\\(x\\)" "(x)""#, r#"[ ]"#);
    check(r#"match "[^a-c]+" "xyz""#, r#"[ ]"#);
    check(r#"split "[0-9]+" "a1b22c""#, r#"[ "a" [ ] "b" [ ] "c" ]"#);
    check(
        r#"concatStringsSep "" (filter isString (split "(%[0-9a-f]{2})" "a%20b%2fc"))"#,
        r#""abc""#,
    );
    check(
        r#"map (x: length x) (filter isList (split "(a)(b)?" "abaab"))"#,
        r#"[ 2 2 2 ]"#,
    );
    check_error(r#"match "(.*" """#, r#"invalid regular expression '(.*'"#);
    check_error(
        r#"match "(.*" (throw "second")"#,
        r#"invalid regular expression '(.*'"#,
    );
    check_error(
        r#"split "f(o*o" """#,
        r#"invalid regular expression 'f(o*o'"#,
    );
    check_error(
        r#"match 1 """#,
        r#"expected a string but found an integer: 1"#,
    );
    check_error(
        r#"split "a" { }"#,
        r#"expected a string but found a set: { }"#,
    );
}

#[test]
fn what_only_some_nixes_have_is_out_of_reach() {
    check("builtins ? wasm", "false");
    check("builtins.wasm or 1", "1");
    check_error(
        "builtins.wasm + 1",
        "`builtins.wasm` is out of reach: only some Nixes have `builtins.wasm`",
    );
    check_error("{ }.wasm", "attribute 'wasm' missing");
}
