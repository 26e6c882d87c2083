//! What `lib` does not look at: options that nobody reads, values of attributes that nobody asks for.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

/// What an expression traces until its value is known, and how many calls that takes.
fn traces(expression: &str) -> (Vec<String>, u64) {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let lib = nix_lib::library(&evaluator).lib;
    let text = format!("with lib; {expression}");
    let file = session.add(Path::new("/test.nix"), text.into()).unwrap();
    let scope = [(evaluator.symbol("lib"), lib)];
    let value = evaluator.evaluate_text(file, None, &scope);
    value
        .and_then(|value| evaluator.force_deep(value))
        .unwrap_or_else(|error| panic!("{expression}: {}", error.message));
    let notices = evaluator.notices.borrow();
    let texts = notices.iter().map(|notice| notice.text.clone());
    (texts.collect(), evaluator.steps())
}

/// 2,000 options with three definitions each; every definition and every merge says so.
fn of_many_options(expression: &str) -> (Vec<String>, u64) {
    traces(&format!(
        r#"let
          numbers = range 1 2000;
          each = make: listToAttrs (map (n: nameValuePair "o${{toString n}}" (make n)) numbers);
          defined = wrap: n: wrap (builtins.trace "defined ${{toString n}}" [ n ]);
          said = mkOptionType {{
            name = "said";
            merge = loc: definitions:
              builtins.trace "merged ${{last loc}}" (concatMap (each: each.value) definitions);
          }};
          config = (evalModules {{
            modules = [
              {{ options.all = each (n: mkOption {{ type = said; }}); }}
              {{ config.all = each (defined (mkIf true)); }}
              {{ config.all = each (defined mkBefore); }}
              {{ config.all = each (defined (value: value)); }}
            ];
          }}).config.all;
        in {expression}"#
    ))
}

#[test]
fn one_option_of_many_is_merged_alone() {
    let (said, steps_of_one) = of_many_options("config.o7");
    let mut said: Vec<&str> = said.iter().map(String::as_str).collect();
    said.sort_unstable();
    assert_eq!(said, ["defined 7", "defined 7", "defined 7", "merged o7"]);
    let (said, steps_of_two) = of_many_options("[ config.o7 config.o1999 ]");
    assert_eq!(said.len(), 8);
    assert!(steps_of_two - steps_of_one < 50);
    let (said, steps_of_all) = of_many_options("config");
    assert_eq!(said.len(), 8000);
    assert!(steps_of_all - steps_of_one > 8000);
}

#[test]
fn names_of_options_take_no_definition() {
    let (said, _) = of_many_options("length (attrNames config)");
    assert!(said.is_empty());
}

#[test]
fn values_wait_until_they_are_read() {
    let set = r#"{ a = builtins.trace "a" 1; b = builtins.trace "b" 2; }"#;
    for (expression, expected) in [
        (r#"(genAttrs [ "a" "b" ] (n: builtins.trace n n)).b"#, "b"),
        (
            &format!(r#"(mapAttrs' (n: v: nameValuePair "${{n}}2" v) {set}).b2"#),
            "b",
        ),
        (
            &format!(r#"(concatMapAttrs (n: v: {{ "${{n}}2" = v; other = v; }}) {set}).a2"#),
            "a",
        ),
        (
            &format!(r#"(mergeAttrsList [ {set} {{ c = 1; }} {{ d = 2; }} {{ e = 3; }} ]).b"#),
            "b",
        ),
        (&format!("elemAt (mapAttrsToList (n: v: v) {set}) 1"), "b"),
        (
            &format!("(zipAttrsWith (n: vs: head vs) [ {set} {{ b = throw \"\"; }} ]).b"),
            "b",
        ),
        (
            &format!(r#"(recursiveUpdate {{ a = 0; b = throw ""; c = 1; }} {{ x = {set}; }}).x.a"#),
            "a",
        ),
        (
            r#"(recursiveUpdate { a = builtins.trace "left" { }; b = 1; } { a = builtins.trace "right" 1; b = throw ""; }).a"#,
            "left right",
        ),
        (
            r#"elemAt (imap1 (n: v: builtins.trace (toString n) v) [ "x" "y" ]) 1"#,
            "2",
        ),
        (
            r#"foldl' (a: b: b) (builtins.trace "start" 0) [ (builtins.trace "x" 1) 3 ]"#,
            "start x",
        ),
    ] {
        assert_eq!(traces(expression).0.join(" "), expected, "{expression}");
    }
}
