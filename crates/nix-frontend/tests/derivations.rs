//! `derivation`: its store paths are those that Nix gives.

mod support;

use source::files::memory::Memory;
use support::{check, check_error, check_with};

/// `make` makes the derivation `x` with further attributes, `paths` gives the paths of a derivation.
fn with_make(expression: &str) -> String {
    let make = r#"attrs: derivation ({ name = "x"; system = "s"; builder = "b"; } // attrs)"#;
    format!("let make = {make}; paths = d: [ d.drvPath d.outPath ]; in {expression}")
}

/// The store paths in the list `expression` are these, `/nix/store/` aside.
#[track_caller]
fn check_paths(expression: &str, expected: &[&str]) {
    let expected = expected.iter();
    let expected: Vec<String> = expected
        .map(|path| format!(r#""/nix/store/{path}""#))
        .collect();
    check(
        &with_make(expression),
        &format!("[ {} ]", expected.join(" ")),
    );
}

#[test]
fn the_outputs_lead_to_each_other() {
    let derivation = r#"make { outputs = [ "out" "dev" ]; }"#;
    check(
        &with_make(&format!(
            r#"removeAttrs ({derivation}) [ "all" "dev" "drvAttrs" "out" ]"#
        )),
        r#"{ builder = "b"; drvPath = "/nix/store/040xifk5w527swvfrd2g2gyfihfbyn4w-x.drv"; name = "x"; outPath = "/nix/store/rk239pxig2bqki5yzraqj78g26ai4iqy-x"; outputName = "out"; outputs = [ "out" "dev" ]; system = "s"; type = "derivation"; }"#,
    );
    check(
        &with_make(&format!(
            "let d = {derivation}; in [ d.dev.outputName d.dev.out.outputName (length d.all) (attrNames d.drvAttrs) (d == d.out) (d == d.dev) ]"
        )),
        r#"[ "dev" "out" 2 [ "builder" "name" "outputs" "system" ] true false ]"#,
    );
    check_paths(
        &format!("[ ({derivation}).dev.outPath ]"),
        &["g1qp5k3hapvsriswfzlw41x710w3klpp-x-dev"],
    );
    check("functionArgs derivation", "{ outputs = true; }");
    check(
        r#"attrNames (derivationStrict { name = "x"; system = "s"; builder = "b"; outputs = " a b"; })"#,
        r#"[ "a" "b" "drvPath" ]"#,
    );
}

#[test]
fn the_paths_follow_from_the_attributes() {
    check_paths(
        "paths (make { })",
        &[
            "5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv",
            "gwwjwi08fyrbrz2d8zkfvy65nzzq2czp-x",
        ],
    );
    check_paths(
        r#"paths (make { args = [ "a\nb" 1 true null [ 2 3 ] "q\"\\\t\r" ]; f = 1.5; l = [ "a" [ ] "b" ]; "odd \" name" = false; })"#,
        &[
            "284bzzac9j07mv08fvd9fddixaqnqrw6-x.drv",
            "db32i1rph0g4qdji460h3h4xii92scx8-x",
        ],
    );
    check_paths(
        "paths (make { __ignoreNulls = true; a = null; args = null; })",
        &[
            "5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv",
            "gwwjwi08fyrbrz2d8zkfvy65nzzq2czp-x",
        ],
    );
}

#[test]
fn the_paths_follow_from_those_of_what_is_needed() {
    check_paths(
        r#"let a = make { outputs = [ "out" "dev" ]; }; b = make { inherit a; }; in paths (make { inherit b; c = a.dev; text = toFile "t" "hello"; })"#,
        &[
            "v117mwydny0pcsam27z5cbsi71l8xy19-x.drv",
            "fpl0qphf15janjkpjyj6f17zqw3swqkg-x",
        ],
    );
    check_paths(
        r#"let a = make { name = "a"; outputs = [ "out" "dev" ]; text = toFile "t" "hello"; }; in paths (make { all = a.drvPath; }) ++ paths (make { whole = unsafeDiscardOutputDependency a.drvPath; })"#,
        &[
            "i0047l4097fcz58s0kxwqascqwkxlxfc-x.drv",
            "nznk9yngxkglld9l4jwhqmyciayd1011-x",
            "kbzq2yjf3bz8hnn6l0yy7mi4w8cvl0xc-x.drv",
            "n5ikpmn8ra359xa72pzqxz33d7vp144a-x",
        ],
    );
}

#[test]
fn a_fixed_output_is_named_by_its_hash() {
    let hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    check_paths(
        &format!(
            r#"let a = make {{ outputHash = "{hash}"; }}; in paths a ++ paths (make {{ inherit a; }})"#
        ),
        &[
            "qjbczhk4dcp58vn363dasp17gs9bvzwd-x.drv",
            "9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x",
            "37fc8nrl8jpw0619s6s8bc2330k9595w-x.drv",
            "vnv6kfb6jhl9zalqh5id25655qm0gh9p-x",
        ],
    );
    // How it is come by changes the derivation, not the output, nor the output of what needs it.
    check_paths(
        &format!(
            r#"let a = make {{ outputHash = "{hash}"; system = "t"; }}; in paths a ++ paths (make {{ inherit a; }})"#
        ),
        &[
            "492bbc1860vgy6a6msf9qd67nakpspcf-x.drv",
            "9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x",
            "62cl56wsc156qgz326034mp5wy3p4xnf-x.drv",
            "vnv6kfb6jhl9zalqh5id25655qm0gh9p-x",
        ],
    );
    check_paths(
        r#"let a = make { outputHash = "da39a3ee5e6b4b0d3255bfef95601890afd80709"; outputHashAlgo = "sha1"; outputHashMode = "recursive"; }; in paths a ++ paths (make { inherit a; })"#,
        &[
            "1qhb9is5gp21vzj8gqkhvf84w2b425f6-x.drv",
            "dii4qkmn9kdb6ziy6psgldkwa3k3gyia-x",
            "sxlpxfjwjpvapvxpcmfc9r2nhwzjmhrj-x.drv",
            "l5chgwmq7kfz21rnvsj8h87hw5pfdg0f-x",
        ],
    );
    check(
        &with_make(r#"paths (make { outputHash = ""; outputHashAlgo = "md5"; })"#),
        "warning: found empty hash, assuming 'md5-AAAAAAAAAAAAAAAAAAAAAA=='\n\
         [ \"/nix/store/fj798v8as7j7vv1zglyb21yn04xg2v9d-x.drv\" \"/nix/store/xd9b4vvaj4rax6j96ax6k8b9v52p43wy-x\" ]",
    );
}

#[test]
fn structured_attributes_are_one_variable() {
    check_paths(
        r#"paths (make { __structuredAttrs = true; a = [ 1 2.5 "x\ny" ]; c = { z = null; y = make { }; }; outputs = [ "out" "lib" ]; args = [ "q" ]; })"#,
        &[
            "xzvia8jzw7qpkdrg4lrsc0kmx926azp5-x.drv",
            "08czqhhfd1wpgfgwn0bpl6zir4m1z4ik-x",
        ],
    );
}

#[test]
fn a_derivation_can_be_read_and_its_outputs_cannot() {
    check(
        &with_make(r#"readFile (make { outputs = [ "out" "dev" ]; a = make { }; }).drvPath"#),
        r#""Derive([(\"dev\",\"/nix/store/cg175m66xpvfl0nysrvkyg33zhr76g3i-x-dev\",\"\",\"\"),(\"out\",\"/nix/store/d0azbqcdxdzyr5d1ys45v51w2b6axcx9-x\",\"\",\"\")],[(\"/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv\",[\"out\"])],[],\"s\",\"b\",[],[(\"a\",\"/nix/store/gwwjwi08fyrbrz2d8zkfvy65nzzq2czp-x\"),(\"builder\",\"b\"),(\"dev\",\"/nix/store/cg175m66xpvfl0nysrvkyg33zhr76g3i-x-dev\"),(\"name\",\"x\"),(\"out\",\"/nix/store/d0azbqcdxdzyr5d1ys45v51w2b6axcx9-x\"),(\"outputs\",\"out dev\"),(\"system\",\"s\")])""#,
    );
    check_error(
        &with_make("readFile \"${make { }}/a\""),
        "`(derivation \"x\").out` is out of reach: nothing is built here",
    );
    check(
        &with_make("(import (make { }) 1).a"),
        "«(derivation \"x\").out (…) (…).a is out of reach»",
    );
}

#[test]
fn strings_know_the_derivations_they_speak_of() {
    check(
        &with_make("map getContext [ \"${make { }}\" (make { }).drvPath ]"),
        r#"[ { "/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv" = { outputs = [ "out" ]; }; } { "/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv" = { allOutputs = true; }; } ]"#,
    );
    check(
        r#"let t = toFile "t" "hello"; text = readFile (toFile "u" "see ${t}"); in getContext text"#,
        r#"{ "/nix/store/vqpn17r03lqabwk0wksgpbgy620zwfd4-t" = { path = true; }; }"#,
    );
}

#[test]
fn what_depends_on_something_unknown_is_unknown() {
    check(
        &with_make("let d = make { inherit unknown; }; in [ d.type d.name d.outPath d.drvPath ]"),
        r#"[ "derivation" "x" «(derivation "x").out is out of reach» «(derivation "x").drvPath is out of reach» ]"#,
    );
    check_error(
        &with_make(r#""${make { a = make { a = unknown.y; }; }}""#),
        r#"`(derivation "x").out` is out of reach: it depends on `(derivation "x").out`"#,
    );
    check_error(
        &with_make(r#""${make { name = unknown; }}""#),
        "`(derivation …).out` is out of reach: it depends on `inputs.x`",
    );
    check_error(
        &with_make(r#""${make { __contentAddressed = true; }}""#),
        r#"`(derivation "x").out` is out of reach: it depends on the experimental feature `ca-derivations`"#,
    );
}

#[test]
fn faulty_derivations_fail_where_their_paths_are_needed() {
    check(&with_make(r#"(make { a = throw "no"; }).name"#), r#""x""#);
    for (attributes, message) in [
        (r#"a = throw "no";"#, "no"),
        (r#"builder = "";"#, "required attribute 'builder' missing"),
        (
            r#"name = "a b";"#,
            "invalid derivation name: name 'a b' contains illegal character ' '. Please pass a different 'name'.",
        ),
        (
            r#"name = "a.drv";"#,
            "derivation names are allowed to end in '.drv' only if they produce a single derivation file",
        ),
        (
            r#"outputs = [ "out" "out" ];"#,
            "duplicate derivation output 'out'",
        ),
        (
            r#"outputs = [ "drvPath" ];"#,
            "invalid derivation output name 'drvPath'",
        ),
        (
            r#"outputHashMode = "no";"#,
            "invalid value 'no' for 'outputHashMode' attribute",
        ),
        (
            r#"outputHash = "";"#,
            "empty hash requires explicit hash algorithm",
        ),
        (
            r#"outputHash = ""; outputHashAlgo = "sha256"; outputs = [ "a" "b" ];"#,
            "multiple outputs are not supported in fixed-output derivations",
        ),
        ("a = { };", "cannot coerce a set to a string: { }"),
    ] {
        check_error(
            &with_make(&format!("(make {{ {attributes} }}).outPath")),
            message,
        );
    }
    check_error(
        r#"(derivation { system = "s"; builder = "b"; }).outPath"#,
        "attribute 'name' missing",
    );
}

#[test]
fn a_file_can_be_fetched_by_a_derivation() {
    check(
        r#"let fetch = import <nix/fetchurl.nix>; a = fetch { url = "https://example.org/x.tar.gz"; sha256 = "0000000000000000000000000000000000000000000000000000"; }; in [ a.drvPath a.outPath a.name ]"#,
        r#"[ "/nix/store/fk8n6q3ff6skrjssnh5iqdlfsm5plz9i-x.tar.gz.drv" "/nix/store/2f2c9fb09xcbbr9b0gy26fyb5460jwmd-x.tar.gz" "x.tar.gz" ]"#,
    );
    check(
        r#"(import <nix/fetchurl.nix> { url = "https://example.org/x.tar.gz"; hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; unpack = true; name = "foo"; }).drvPath"#,
        r#""/nix/store/z4czx10z2g4l7hnqbdpjh00fvkl8nv8f-foo.drv""#,
    );
    check_error(
        r#"import <nix/fetchurl.nix> { url = ""; a = 1; }"#,
        "function 'anonymous lambda' called with unexpected argument 'a'",
    );
}

#[test]
fn sources_are_copied() {
    let files = Memory::new().with("/src/a", "hi\n".as_bytes());
    check_with(
        &files,
        &with_make("[ (make { src = ./src; } == make { src = \"${./src}\"; }) ]"),
        "[ true ]",
    );
}
