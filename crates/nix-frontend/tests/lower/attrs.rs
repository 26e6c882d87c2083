//! Attribute sets and their merging.

use expect_test::expect;

use crate::check;

#[test]
fn sets() {
    check("{ }", expect!["{ }"]);
    check("{ a = 1; b = 2; }", expect!["{ a=1 b=2 }"]);
    check("{ a.b.c = 1; }", expect!["{ a={ b={ c=1 } } }"]);
    check(r#"{ "a b" = 1; }"#, expect!["{ a b=1 }"]);
    check(r#"{ ${"a"} = 1; }"#, expect!["{ a=1 }"]);
    check(
        "{ ${toString 1} = 1; }",
        expect!["{ ${(call #toString 1)}=1 }"],
    );
    check(
        r#"{ "a${"b"}" = 1; }"#,
        expect![[r#"{ ${(string "a" "b")}=1 }"#]],
    );
    check(
        "{ a.${toString 1}.b = 1; }",
        expect!["{ a={ ${(call #toString 1)}={ b=1 } } }"],
    );
    check(
        "{ ${toString 1}.a = 1; }",
        expect!["{ ${(call #toString 1)}={ a=1 } }"],
    );
}

#[test]
fn paths_of_one_head_unite() {
    check("{ a.b = 1; a.c = 2; }", expect!["{ a={ b=1 c=2 } }"]);
    check(
        "{ a.b.c = 1; d = 2; a.b.e = 3; }",
        expect!["{ a={ b={ c=1 e=3 } } d=2 }"],
    );
    check("{ a = { b = 1; }; a.c = 2; }", expect!["{ a={ b=1 c=2 } }"]);
    check("{ a.b = 1; a = { c = 2; }; }", expect!["{ a={ b=1 c=2 } }"]);
    check(
        "{ a = { b = 1; }; a = { c = 2; }; }",
        expect!["{ a={ b=1 c=2 } }"],
    );
    check(
        "{ a = ({ b = 1; }); a = { c = 2; }; }",
        expect!["{ a={ b=1 c=2 } }"],
    );
    check(
        "{ a = { b.c = 1; }; a = { b.d = 2; }; }",
        expect!["{ a={ b={ c=1 d=2 } } }"],
    );
    check(
        "{ a.${toString 1} = 1; a.${toString 2} = 2; }",
        expect!["{ a={ ${(call #toString 1)}=1 ${(call #toString 2)}=2 } }"],
    );
    check(
        "{ a = { ${toString 1} = 1; }; a = { ${toString 2} = 2; }; }",
        expect!["{ a={ ${(call #toString 1)}=1 ${(call #toString 2)}=2 } }"],
    );
}

#[test]
fn inherited_sources_unite() {
    check(
        "{ x = { inherit ({ }) a; }; x = { inherit ({ b = 1; }) b; c = 2; }; }",
        expect!["{ x={ inherit(0) a inherit(1) b c=2 (0)={ } (1)={ b=1 } } }"],
    );
}

#[test]
fn the_first_definition_settles_recursion() {
    check(
        "{ a = rec { b = 1; }; a.c = b; }",
        expect!["{ a=rec{ b=1 c=b:0.0 } }"],
    );
    check(
        "{ a = { b = 1; }; a = rec { c = b; }; }",
        expect![[r#"
        { a={ b=1 c=<undefined variable 'b'> } }
        undefined-variable: undefined variable 'b'
          1:33 `b` bound nowhere"#]],
    );
    check(
        "rec { a.b = 1; a.c = a; }",
        expect!["rec{ a={ b=1 c=a:0.0 } }"],
    );
    check(
        "{ a = rec { x = 1; }; a = rec { y = x; }; }",
        expect!["{ a=rec{ x=1 y=x:0.0 } }"],
    );
}

#[test]
fn what_cannot_unite_is_a_duplicate() {
    check(
        "{ a = 1; a = 2; }",
        expect![[r#"
            { a=1 }
            duplicate-attribute: attribute 'a' already defined
              1:10 `a` the second time
              1:3 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a = 1; a.b = 2; }",
        expect![[r#"
            { a=1 }
            duplicate-attribute: attribute 'a' already defined
              1:10 `a` the second time
              1:3 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a.b = 1; a = 2; }",
        expect![[r#"
            { a={ b=1 } }
            duplicate-attribute: attribute 'a' already defined
              1:12 `a` the second time
              1:3 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a.b = 1; a.b = 2; }",
        expect![[r#"
            { a={ b=1 } }
            duplicate-attribute: attribute 'a.b' already defined
              1:12 `a.b` the second time
              1:3 `a.b` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a.b.c = 1; a.b.c.d = 2; }",
        expect![[r#"
            { a={ b={ c=1 } } }
            duplicate-attribute: attribute 'a.b.c' already defined
              1:14 `a.b.c` the second time
              1:3 `a.b.c` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        r#"{ "a" = 1; a = 2; }"#,
        expect![[r#"
            { a=1 }
            duplicate-attribute: attribute 'a' already defined
              1:12 `a` the second time
              1:3 `"a"` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        r#"{ ${"a"} = 1; a = 2; }"#,
        expect![[r#"
            { a=1 }
            duplicate-attribute: attribute 'a' already defined
              1:15 `a` the second time
              1:3 `${"a"}` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "let a = 1; a = 2; in a",
        expect![[r#"
            (let a=1 in a:0.0)
            duplicate-attribute: attribute 'a' already defined
              1:12 `a` the second time
              1:5 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ inherit ({ }) a; a = 1; }",
        expect![[r#"
            { inherit(0) a (0)={ } }
            duplicate-attribute: attribute 'a' already defined
              1:20 `a` the second time
              1:17 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a = 1; inherit ({ }) a; }",
        expect![[r#"
            { a=1 (0)={ } }
            duplicate-attribute: attribute 'a' already defined
              1:24 `a` the second time
              1:3 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a = { }; a = { } // { }; }",
        expect![[r#"
            { a={ } }
            duplicate-attribute: attribute 'a' already defined
              1:12 `a` the second time
              1:3 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "{ a = { b = 1; }; a = { b = 2; }; }",
        expect![[r#"
            { a={ b=1 } }
            duplicate-attribute: attribute 'a.b' already defined
              1:25 `b` the second time
              1:9 `b` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        r#"{ a."x y" = 1; a."x y" = 2; }"#,
        expect![[r#"
            { a={ x y=1 } }
            duplicate-attribute: attribute 'a."x y"' already defined
              1:16 `a."x y"` the second time
              1:3 `a."x y"` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "rec { x = 1; x = 2; }",
        expect![[r#"
            rec{ x=1 }
            duplicate-attribute: attribute 'x' already defined
              1:14 `x` the second time
              1:7 `x` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
    check(
        "let inherit ({ }) a a; in a",
        expect![[r#"
            (let inherit(0) a (0)={ } in a:0.0)
            duplicate-attribute: attribute 'a' already defined
              1:21 `a` the second time
              1:19 `a` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
}

#[test]
fn large_sets_find_their_duplicates() {
    check(
        &format!(
            "{{ {} a7 = 1; }}",
            (0..20)
                .map(|number| format!("a{number} = {number}; "))
                .collect::<String>()
        ),
        expect![[r#"
            { a0=0 a1=1 a2=2 a3=3 a4=4 a5=5 a6=6 a7=7 a8=8 a9=9 a10=10 a11=11 a12=12 a13=13 a14=14 a15=15 a16=16 a17=17 a18=18 a19=19 }
            duplicate-attribute: attribute 'a7' already defined
              1:184 `a7` the second time
              1:59 `a7` the first time
              help: line 1 has it too: keep one of the two"#]],
    );
}

#[test]
fn recursive_sets_see_themselves() {
    check("rec { a = 1; b = a; }", expect!["rec{ a=1 b=a:0.0 }"]);
    check("rec { a = b: a; }", expect!["rec{ a=(fn:a b => a:1.0) }"]);
    check(
        "rec { inherit ({ }) a; b = a; }",
        expect!["rec{ inherit(0) a b=a:0.0 (0)={ } }"],
    );
    check(
        "rec { ${toString a} = a; a = 1; }",
        expect!["rec{ a=1 ${(call #toString a:0.0)}=a:0.0 }"],
    );
    check(
        "rec { a = rec { b = a; }; }",
        expect!["rec{ a=rec{ b=a:1.0 } }"],
    );
    check("rec { a = { b = a; }; }", expect!["rec{ a={ b=a:0.0 } }"]);
    check(
        "{ a = 1; b = { a }: a; }",
        expect!["{ a=1 b=(fn:b { a } => a:0.0) }"],
    );
}

#[test]
fn let_bindings() {
    check(
        "let a = 1; b = a; in b",
        expect!["(let a=1 b=a:0.0 in b:0.1)"],
    );
    check("let in 1", expect!["(let in 1)"]);
    check("let a.b = 1; in a", expect!["(let a={ b=1 } in a:0.0)"]);
    check(
        "let a = b; b = 1; in let c = a; in c",
        expect!["(let a=b:0.1 b=1 in (let c=a:1.0 in c:0.0))"],
    );
    check(
        "let a.${toString 1} = 1; in a",
        expect!["(let a={ ${(call #toString 1)}=1 } in a:0.0)"],
    );
}

#[test]
fn legacy_let() {
    check(
        "let { a = 1; body = a; }",
        expect!["(select rec{ body=a:0.1 a=1 } .body)"],
    );
    check(
        "[ let { body = 1; } (-let { body = 2; } ) ]",
        expect!["[(select rec{ body=1 } .body) (- (select rec{ body=2 } .body))]"],
    );
    check(
        "let { body = 1; ${toString 1} = 2; }",
        expect!["(select rec{ body=1 ${(call #toString 1)}=2 } .body)"],
    );
}

#[test]
fn computed_names_have_their_places() {
    check(
        "let ${toString 1} = 2; in 1",
        expect![[r#"
        (let in 1)
        syntax: dynamic attributes not allowed in let
          1:5 `${toString 1}` must be a constant name"#]],
    );
    check(
        "{ inherit ${toString 1}; }",
        expect![[r#"
        { }
        syntax: dynamic attributes not allowed in inherit
          1:11 `${toString 1}` must be a constant name"#]],
    );
    check(
        r#"{ inherit ({ }) "a${"b"}"; }"#,
        expect![[r#"
        { (0)={ } }
        syntax: dynamic attributes not allowed in inherit
          1:17 `"a${"b"}"` must be a constant name"#]],
    );
    check(
        r#"let inherit ({ }) "a" ${"b"}; in a"#,
        expect!["(let inherit(0) a inherit(0) b (0)={ } in a:0.0)"],
    );
    check(
        "{ inherit ({ }) or; }",
        expect!["{ inherit(0) or (0)={ } }"],
    );
}

#[test]
fn positions_of_longer_paths_lead_to_their_start() {
    let run = crate::run(b"{ a.b.c = 1; d = 2; }");
    let starts = run.lowered.ir.path_starts.iter();
    let starts: Vec<_> = starts
        .map(|(name, start)| (run.file.offset(*name), run.file.offset(*start)))
        .collect();
    assert_eq!(starts, [(4, 2), (6, 2)]);
}

#[test]
fn functions_know_their_names() {
    check(
        "{ f = x: y: x; g.h = (x: x); i = [ (x: x) ]; ${toString 1} = x: x; }",
        expect![
            "{ f=(fn:f x => (fn:f y => x:1.0)) g={ h=(fn:h x => x:0.0) } i=[(fn x => x:0.0)] ${(call #toString 1)}=(fn x => x:0.0) }"
        ],
    );
    check(
        "let f = { a }: a; in f",
        expect!["(let f=(fn:f { a } => a:0.0) in f:0.0)"],
    );
}

#[test]
fn an_indented_string_is_no_name() {
    check(
        "{ }.''a''",
        expect![[r#"
        (select { } .a)
        syntax: syntax error, unexpected start of an indented string, expecting identifier or 'or' or '${' or '"'
          1:5 `''` a name is no indented string"#]],
    );
    check(
        "{ ''a'' = 1; inherit (map) ''b''; }",
        expect![[r#"
        { a=1 inherit(0) b (0)=#map }
        syntax: syntax error, unexpected start of an indented string, expecting identifier or 'or' or '${' or '"'
          1:3 `''` a name is no indented string
        syntax: syntax error, unexpected start of an indented string, expecting identifier or 'or' or '${' or '"'
          1:28 `''` a name is no indented string"#]],
    );
}
