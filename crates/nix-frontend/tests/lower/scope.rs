//! Variables and functions.

use expect_test::expect;

use crate::{check, check_meant, check_within};

#[test]
fn the_innermost_binding_wins() {
    check("a: a", expect!["(fn a => a:0.0)"]);
    check("a: b: a", expect!["(fn a => (fn b => a:1.0))"]);
    check("a: a: a", expect!["(fn a => (fn a => a:0.0))"]);
    check(
        "a: let a = 1; in a",
        expect!["(fn a => (let a=1 in a:0.0))"],
    );
    check(
        "let a = 1; in { a }: a",
        expect!["(let a=1 in (fn { a } => a:0.0))"],
    );
    check("true", expect!["#true"]);
    check("let true = 1; in true", expect!["(let true=1 in true:0.0)"]);
    check("a: rec { b = a; }", expect!["(fn a => rec{ b=a:1.0 })"]);
}

#[test]
fn environments_have_their_order() {
    check(
        "{ b, a }: [ a b ]",
        expect!["(fn { b a } => [a:0.1 b:0.0])"],
    );
    check(
        "args@{ b, a }: [ args a b ]",
        expect!["(fn args { b a } => [args:0.0 a:0.2 b:0.1])"],
    );
    check(
        "{ b, a }@args: [ args a b ]",
        expect!["(fn args { b a } => [args:0.0 a:0.2 b:0.1])"],
    );
    check(
        "let b = 1; a = 2; in [ a b ]",
        expect!["(let b=1 a=2 in [a:0.1 b:0.0])"],
    );
    check("{ }: 1", expect!["(fn { } => 1)"]);
    check("{ ... }: 1", expect!["(fn { ... } => 1)"]);
    check("{ a, ... }: a", expect!["(fn { a ... } => a:0.0)"]);
    check(
        "{ a, b ? a, c ? b }: c",
        expect!["(fn { a b?a:0.0 c?b:0.1 } => c:0.2)"],
    );
    check(
        "{ a ? args }@args: a",
        expect!["(fn args { a?args:0.0 } => a:0.1)"],
    );
}

#[test]
fn with_gives_what_nothing_binds() {
    check("with { }; a", expect!["(with { } a:with[0])"]);
    check("a: with { }; a", expect!["(fn a => (with { } a:1.0))"]);
    check("with { }; true", expect!["(with { } #true)"]);
    check(
        "with { }; with { }; a",
        expect!["(with { } (with { } a:with[0, 1]))"],
    );
    check(
        "with { }; x: with { }; a",
        expect!["(with { } (fn x => (with { } a:with[0, 2])))"],
    );
    check(
        "with { }; rec { b = a; }",
        expect!["(with { } rec{ b=a:with[1] })"],
    );
    check(
        "with a; b",
        expect![[r#"
        (with <undefined variable 'a'> b:with[0])
        undefined-variable: undefined variable 'a'
          1:6 `a` bound nowhere"#]],
    );
    check(
        "let a = { }; in with a; { inherit b; }",
        expect!["(let a={ } in (with a:0.0 { inherit b=b:with[0] }))"],
    );
}

#[test]
fn inherit_looks_outside() {
    check(
        "a: { inherit a; }",
        expect!["(fn a => { inherit a=a:0.0 })"],
    );
    check(
        "a: rec { inherit a; b = a; }",
        expect!["(fn a => rec{ inherit a=a:0.0 b=a:0.0 })"],
    );
    check(
        "a: let inherit a; in a",
        expect!["(fn a => (let inherit a=a:0.0 in a:0.0))"],
    );
    check(
        "let a = { }; in rec { inherit (a) b; c = b; }",
        expect!["(let a={ } in rec{ inherit(0) b c=b:0.0 (0)=a:1.0 })"],
    );
    check(
        "rec { inherit (a) b; a = { }; }",
        expect!["rec{ inherit(0) b a={ } (0)=a:0.1 }"],
    );
    check(
        "{ inherit a; }",
        expect![[r#"
        { inherit a=<undefined variable 'a'> }
        undefined-variable: undefined variable 'a'
          1:11 `a` bound nowhere"#]],
    );
    check(
        r#"a: { inherit "a"; }"#,
        expect!["(fn a => { inherit a=a:0.0 })"],
    );
    check(
        "let inherit (x) y; x = { }; in y",
        expect!["(let inherit(0) y x={ } (0)=x:0.1 in y:0.0)"],
    );
}

#[test]
fn names_around_the_text_are_in_scope() {
    check_within(&["lib", "a"], "[ a lib ]", expect!["[a:0.1 lib:0.0]"]);
    check_within(&["true"], "x: true", expect!["(fn x => true:1.0)"]);
    check_within(
        &["i", "h", "g", "f", "e", "d", "c", "b", "a"],
        "[ a b c i ]",
        expect!["[a:0.8 b:0.7 c:0.6 i:0.0]"],
    );
}

#[test]
fn what_nothing_binds_is_undefined() {
    check(
        "a",
        expect![[r#"
        <undefined variable 'a'>
        undefined-variable: undefined variable 'a'
          1:1 `a` bound nowhere"#]],
    );
    check(
        "{ x = a; y = 1; }",
        expect![[r#"
        { x=<undefined variable 'a'> y=1 }
        undefined-variable: undefined variable 'a'
          1:7 `a` bound nowhere"#]],
    );
    check(
        "let laptop = 1; in lapotp",
        expect![[r#"
        (let laptop=1 in <undefined variable 'lapotp'>)
        undefined-variable: undefined variable 'lapotp'
          1:20 `lapotp` bound nowhere
          help: did you mean `laptop`?"#]],
    );
    check(
        "tostring 1",
        expect![[r#"
        (call <undefined variable 'tostring'> 1)
        undefined-variable: undefined variable 'tostring'
          1:1 `tostring` bound nowhere
          help: did you mean `toString`?"#]],
    );
    check(
        "rec { a = { inherit b; }; }",
        expect![[r#"
        rec{ a={ inherit b=<undefined variable 'b'> } }
        undefined-variable: undefined variable 'b'
          1:21 `b` bound nowhere"#]],
    );
    check(
        "[ a a ]",
        expect![[r#"
            [<undefined variable 'a'> <undefined variable 'a'>]
            undefined-variable: undefined variable 'a'
              1:3 `a` bound nowhere
              help: a text has quotes: `"a"`
            undefined-variable: undefined variable 'a'
              1:5 `a` bound nowhere
              help: a text has quotes: `"a"`"#]],
    );
    check(
        "let x = y; in x: z",
        expect![[r#"
        (let x=<undefined variable 'y'> in (fn x => <undefined variable 'z'>))
        undefined-variable: undefined variable 'y'
          1:9 `y` bound nowhere
        undefined-variable: undefined variable 'z'
          1:18 `z` bound nowhere"#]],
    );
    check(
        "{ a ? b }: a",
        expect![[r#"
        (fn { a?<undefined variable 'b'> } => a:0.0)
        undefined-variable: undefined variable 'b'
          1:7 `b` bound nowhere"#]],
    );
}

#[test]
fn formals_are_there_once() {
    check(
        "{ a, a }: a",
        expect![[r#"
        (fn { a } => a:0.0)
        syntax: duplicate formal function argument 'a'
          1:6 `a` the second time
          1:3 `a` the first time"#]],
    );
    check(
        "a@{ a }: a",
        expect![[r#"
            (fn a { } => a:0.0)
            syntax: duplicate formal function argument 'a'
              1:1 `a` names the whole set
              1:5 `a` names one attribute"#]],
    );
    check(
        "{ a }@a: a",
        expect![[r#"
            (fn a { } => a:0.0)
            syntax: duplicate formal function argument 'a'
              1:7 `a` names the whole set
              1:3 `a` names one attribute"#]],
    );
    check(
        "{ a, b, a, b, a }: a",
        expect![[r#"
        (fn { a b } => a:0.0)
        syntax: duplicate formal function argument 'a'
          1:9 `a` the second time
          1:3 `a` the first time
        syntax: duplicate formal function argument 'b'
          1:12 `b` the second time
          1:6 `b` the first time
        syntax: duplicate formal function argument 'a'
          1:15 `a` the second time
          1:3 `a` the first time"#]],
    );
}

#[test]
fn a_search_path_calls_what_is_bound() {
    check("<nixpkgs>", expect!["<nixpkgs>"]);
    check("<nixpkgs/lib>", expect!["<nixpkgs/lib>"]);
    check(
        "let __nixPath = [ ]; in <a>",
        expect![[r#"
        (let __nixPath=[] in (call <undefined variable '__findFile'> __nixPath:0.0 "a"))
        undefined-variable: undefined variable '__findFile'
          1:25 `<a>` bound nowhere"#]],
    );
    check(
        "let __findFile = x: y: y; in <a>",
        expect![[r#"
        (let __findFile=(fn:__findFile x => (fn:__findFile y => y:0.0)) in (call __findFile:0.0 <undefined variable '__nixPath'> "a"))
        undefined-variable: undefined variable '__nixPath'
          1:30 `<a>` bound nowhere"#]],
    );
    check("with { }; <a>", expect!["(with { } <a>)"]);
}

#[test]
fn a_bare_word_in_a_list_is_a_text_without_quotes() {
    check_within(
        &["lib"],
        "{ tags = [ all ]; }",
        expect![[r#"
        { tags=[<undefined variable 'all'>] }
        undefined-variable: undefined variable 'all'
          1:12 `all` bound nowhere
          help: a text has quotes: `"all"`"#]],
    );
    check_within(
        &["lib"],
        "[ web-rome-1 \"db\" ]",
        expect![[r#"
        [<undefined variable 'web-rome-1'> "db"]
        undefined-variable: undefined variable 'web-rome-1'
          1:3 `web-rome-1` bound nowhere
          help: a text has quotes: `"web-rome-1"`"#]],
    );
    check(
        "[ web-rome-1.example.org ]",
        expect![[r#"
        [(select <undefined variable 'web-rome-1'> .example.org)]
        undefined-variable: undefined variable 'web-rome-1'
          1:3 `web-rome-1` bound nowhere
          help: a text has quotes: `"web-rome-1.example.org"`"#]],
    );
    check_within(
        &["lib"],
        "[ types.str ]",
        expect![[r#"
        [(select <undefined variable 'types'> .str)]
        undefined-variable: undefined variable 'types'
          1:3 `types` bound nowhere
          help: did you mean `lib.types`?"#]],
    );
    check_within(
        &["pkgs"],
        "[ git ]",
        expect![[r#"
            [<undefined variable 'git'>]
            undefined-variable: undefined variable 'git'
              1:3 `git` bound nowhere
              help: a text has quotes: `"git"`; a package is `pkgs.git`"#]],
    );
    check_within(
        &["server"],
        "[ sevrer ]",
        expect![[r#"
        [<undefined variable 'sevrer'>]
        undefined-variable: undefined variable 'sevrer'
          1:3 `sevrer` bound nowhere
          help: did you mean `server`?"#]],
    );
    check(
        "[ ture (all) (f all) ]",
        expect![[r#"
        [<undefined variable 'ture'> <undefined variable 'all'> (call <undefined variable 'f'> <undefined variable 'all'>)]
        undefined-variable: undefined variable 'ture'
          1:3 `ture` bound nowhere
          help: did you mean `true`?
        undefined-variable: undefined variable 'all'
          1:9 `all` bound nowhere
          help: did you mean `null`?
        undefined-variable: undefined variable 'f'
          1:15 `f` bound nowhere
        undefined-variable: undefined variable 'all'
          1:17 `all` bound nowhere
          help: did you mean `null`?"#]],
    );
}

#[test]
fn a_module_takes_lib_as_its_argument() {
    check(
        "{ a = lib.x; }",
        expect![[r#"
        { a=(select <undefined variable 'lib'> .x) }
        undefined-variable: undefined variable 'lib'
          1:7 `lib` bound nowhere
          help: a module takes it as an argument: begin with `{ lib, ... }:`"#]],
    );
    check(
        "{ config, ... }: lib.x",
        expect![[r#"
        (fn { config ... } => (select <undefined variable 'lib'> .x))
        undefined-variable: undefined variable 'lib'
          1:18 `lib` bound nowhere
          help: a module takes it as an argument: `{ lib, … }:`"#]],
    );
    check(
        "{ config }: lib.x",
        expect![[r#"
        (fn { config } => (select <undefined variable 'lib'> .x))
        undefined-variable: undefined variable 'lib'
          1:13 `lib` bound nowhere"#]],
    );
    check(
        "{ nixpkgs, ... }: lib.x",
        expect![[r#"
            (fn { nixpkgs ... } => (select <undefined variable 'lib'> .x))
            undefined-variable: undefined variable 'lib'
              1:19 `lib` bound nowhere
              help: did you mean `nixpkgs.lib`?"#]],
    );
    check(
        "{ options = 1; a = config.b; config = 1; }",
        expect![[r#"
        { config=1 options=1 a=(select <undefined variable 'config'> .b) }
        undefined-variable: undefined variable 'config'
          1:20 `config` bound nowhere
          help: a module takes it as an argument: begin with `{ config, ... }:`"#]],
    );
}

#[test]
fn what_was_meant_can_be_written() {
    check_meant(
        "{ lib }: [ nul \"a\" ]",
        expect![[r#"
        { lib }: [ null "a" ]
        0 left"#]],
    );
    check_meant(
        "{ pkgs }: [ hello ]",
        expect![[r#"
            { pkgs }: [ "hello" ]
            0 left"#]],
    );
    check_meant(
        "args@{ config, ... }: lib.id config",
        expect![[r#"
        args@{ lib, config, ... }: lib.id config
        0 left"#]],
    );
    check_meant(
        "{ tags = [ all \"b\" ]; }",
        expect![[r#"
        { tags = [ "all" "b" ]; }
        0 left"#]],
    );
    check_meant(
        "# head\n{ a = lib.x; }",
        expect![[r#"
        # head
        { lib, ... }:
        { a = lib.x; }
        0 left"#]],
    );
    check_meant(
        "{ pkgs, ... }: lib.x",
        expect![[r#"
        { lib, pkgs, ... }: lib.x
        0 left"#]],
    );
    check_meant(
        "{\n  pkgs,\n  ...\n}:\nlib.x",
        expect![[r#"
        {
          lib, pkgs,
          ...
        }:
        lib.x
        0 left"#]],
    );
    check_meant(
        "{pkgs, ...}: lib.x",
        expect![[r#"
        {lib, pkgs, ...}: lib.x
        0 left"#]],
    );
    check_meant(
        "[ \"db \"rome\" \"server\" ]",
        expect![[r#"
        [ "db" "rome" "server" ]
        0 left"#]],
    );
    check_meant(
        "[ \"db\" rome\" \"server\" ]",
        expect![[r#"
        [ "db" "rome" "server" ]
        0 left"#]],
    );
}
