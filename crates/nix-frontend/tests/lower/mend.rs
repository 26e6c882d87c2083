//! What is missing is put in, and the rest keeps its meaning.

use expect_test::expect;

use crate::check;

#[test]
fn a_missing_semicolon_costs_nothing_else() {
    check(
        r"{ a = 1
  b = 2; }",
        expect![[r#"
            { a=1 b=2 }
            missing-semicolon: this binding lacks its `;`
              1:8 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`"#]],
    );
    check(
        "{ a = 1 }",
        expect![[r#"
        { a=1 }
        missing-semicolon: this binding lacks its `;`
          1:8 `` `;` is missing here
          1:3 `a` begins here
          help: add `;`"#]],
    );
    check(
        "{a=1}",
        expect![[r#"
        { a=1 }
        missing-semicolon: this binding lacks its `;`
          1:5 `` `;` is missing here
          1:2 `a` begins here
          help: add `;`"#]],
    );
    check(
        "let a = 1 in a",
        expect![[r#"
        (let a=1 in a:0.0)
        missing-semicolon: this binding lacks its `;`
          1:10 `` `;` is missing here
          1:5 `a` begins here
          help: add `;`"#]],
    );
    check(
        r#"{ a = { b = 1; }
  c.d = "x"
  "e" = 3;
  ${"f"} = 4 }"#,
        expect![[r#"
            { a={ b=1 } c={ d="x" } e=3 f=4 }
            missing-semicolon: this binding lacks its `;`
              1:17 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`
            missing-semicolon: this binding lacks its `;`
              2:12 `` `;` is missing here
              2:3 `c.d` begins here
              help: add `;`
            missing-semicolon: this binding lacks its `;`
              4:13 `` `;` is missing here
              4:3 `${"f"}` begins here
              help: add `;`"#]],
    );
    check(
        r"{
  a = x: x
  b.c = 2;
}",
        expect![[r#"
            { a=(fn:a x => x:0.0) b={ c=2 } }
            missing-semicolon: this binding lacks its `;`
              2:11 `` `;` is missing here
              2:3 `a` begins here
              help: add `;`"#]],
    );
    check(
        r"{ inherit ({ }) a b
  c = 1; }",
        expect![[r#"
            { inherit(0) a inherit(0) b c=1 (0)={ } }
            missing-semicolon: this `inherit` lacks its `;`
              1:20 `` `;` is missing here
              1:3 `inherit` begins here
              help: add `;`"#]],
    );
    check(
        r"{ a = with { }; 1
  b = 2; }",
        expect![[r#"
            { a=(with { } 1) b=2 }
            missing-semicolon: this binding lacks its `;`
              1:18 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`"#]],
    );
    check(
        r"{ a = let b = 1; in b
  c = 2; }",
        expect![[r#"
            { a=(let b=1 in b:0.0) c=2 }
            missing-semicolon: this binding lacks its `;`
              1:22 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`"#]],
    );
    check(
        r"{ a = 1 # why
  b = 2; }",
        expect![[r#"
            { a=1 b=2 }
            missing-semicolon: this binding lacks its `;`
              1:8 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`"#]],
    );
    check(
        r"{ a = toString 1
  inherit ({ }) b; }",
        expect![[r#"
            { a=(call #toString 1) inherit(0) b (0)={ } }
            missing-semicolon: this binding lacks its `;`
              1:17 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`"#]],
    );
    check(
        r"{ a = if true then 1 else 2
  b = 3; }",
        expect![[r#"
            { a=(if #true 1 2) b=3 }
            missing-semicolon: this binding lacks its `;`
              1:28 `` `;` is missing here
              1:3 `a` begins here
              help: add `;`"#]],
    );
}

#[test]
fn every_missing_semicolon_is_told_once() {
    check(
        r#"{
  inventory.instances = {
    a.module.name = "x"
    a.roles.server.machines.jon = { }
    b.roles.client.tags = [ "all" ];
  }
}
"#,
        expect![[r#"
            { inventory={ instances={ a={ roles={ server={ machines={ jon={ } } } } module={ name="x" } } b={ roles={ client={ tags=["all"] } } } } } }
            missing-semicolon: this binding lacks its `;`
              3:24 `` `;` is missing here
              3:5 `a.module.name` begins here
              help: add `;`
            missing-semicolon: this binding lacks its `;`
              4:38 `` `;` is missing here
              4:5 `a.roles.server.machines.jon` begins here
              help: add `;`
            missing-semicolon: this binding lacks its `;`
              6:4 `` `;` is missing here
              2:3 `inventory.instances` begins here
              help: add `;`"#]],
    );
}

#[test]
fn with_and_assert() {
    check(
        r"{ a = with builtins
  { b = 1; };
  c = 2;
}",
        expect![[r#"
            { a=(with #builtins { b=1 }) c=2 }
            missing-semicolon: this `with` lacks its `;`
              1:20 `` `;` is missing here
              1:7 `with` begins here
              help: add `;`"#]],
    );
    check(
        r"{ a = assert true
  1;
  c = 2;
}",
        expect![[r#"
            { a=(assert #true 1) c=2 }
            missing-semicolon: this `assert` lacks its `;`
              1:18 `` `;` is missing here
              1:7 `assert` begins here
              help: add `;`"#]],
    );
    check(
        "with builtins { }",
        expect![[r#"
        (with (call #builtins { }) <an expression is missing here>)
        syntax: unexpected end of file
          1:18 `` expected `;`"#]],
    );
}

#[test]
fn a_bracket_ends_before_what_cannot_stand_in_it() {
    check(
        "{ a = [ 1 2; b = 3; }",
        expect![[r#"
        { a=[1 2] b=3 }
        syntax: this `[` is not closed
          1:7 `[` opened here
          1:12 `;` must be closed before this"#]],
    );
    check(
        r"{ a = [ 1 2
  b = 3; }",
        expect![[r#"
            { a=[1 2] b=3 }
            syntax: this `[` is not closed
              1:7 `[` opened here
              2:3 `b` must be closed before this"#]],
    );
    check(
        "{ a = (toString 1; b = 3; }",
        expect![[r#"
        { a=(call #toString 1) b=3 }
        syntax: this `(` is not closed
          1:7 `(` opened here
          1:18 `;` must be closed before this"#]],
    );
    check(
        "{ a = [ (1 2 ]; b = 3; }",
        expect![[r#"
        { a=[(call 1 2)] b=3 }
        syntax: this `(` is not closed
          1:9 `(` opened here
          1:14 `]` must be closed before this"#]],
    );
    check(
        "let a = [ 1 in a",
        expect![[r#"
        (let a=[1] in a:0.0)
        syntax: this `[` is not closed
          1:9 `[` opened here
          1:13 `in` must be closed before this"#]],
    );
    check(
        "let a = { b = 1; in a",
        expect![[r#"
        (let a={ b=1 } in a:0.0)
        syntax: this `{` is not closed
          1:9 `{` opened here
          1:18 `in` must be closed before this"#]],
    );
    check(
        "{ a = if (true then 1 else 2; }",
        expect![[r#"
        { a=(if #true 1 2) }
        syntax: this `(` is not closed
          1:10 `(` opened here
          1:16 `then` must be closed before this"#]],
    );
    check(
        "{ a = { b = [ 1; }; c = 2; }",
        expect![[r#"
        { a={ b=[1] } c=2 }
        syntax: this `[` is not closed
          1:13 `[` opened here
          1:16 `;` must be closed before this"#]],
    );
}

#[test]
fn a_bracket_ends_at_the_files_end() {
    check(
        "{ a = 1;",
        expect![[r#"
        { a=1 }
        syntax: this `{` is not closed
          1:1 `{` opened here
          1:9 `` the file ends here"#]],
    );
    check(
        "{ a = [ 1",
        expect![[r#"
        { a=[1] }
        syntax: this `{` is not closed
          1:1 `{` opened here
          1:10 `` the file ends here
        syntax: this `[` is not closed
          1:7 `[` opened here
          1:10 `` the file ends here"#]],
    );
    check(
        "(1",
        expect![[r#"
        1
        syntax: this `(` is not closed
          1:1 `(` opened here
          1:3 `` the file ends here"#]],
    );
    check(
        "[ { a = 1; } ",
        expect![[r#"
        [{ a=1 }]
        syntax: this `[` is not closed
          1:1 `[` opened here
          1:14 `` the file ends here"#]],
    );
    check(
        "{ a = 1; } // { b = 2;",
        expect![[r#"
        (// { a=1 } { b=2 })
        syntax: this `{` is not closed
          1:15 `{` opened here
          1:23 `` the file ends here"#]],
    );
}

#[test]
fn the_layout_tells_which_bracket_is_open() {
    check(
        r"{
  a = {
    b = 1;
  c = 2;
}
",
        expect![[r#"
            { a={ b=1 } c=2 }
            syntax: this `{` is not closed
              2:7 `{` opened here
              5:1 `}` this stands too far left to close it"#]],
    );
    check(
        r"{
  a = {
    b = [
      1
    c = 2;
  };
}
",
        expect![[r#"
            { a={ b=[1] c=2 } }
            syntax: this `[` is not closed
              3:9 `[` opened here
              5:5 `c` must be closed before this"#]],
    );
    check(
        r"let
  a = {
    b = 1;
  c = 2;
in
a
",
        expect![[r#"
            (let a={ b=1 } c=2 in a:0.0)
            syntax: this `{` is not closed
              2:7 `{` opened here
              5:1 `in` must be closed before this"#]],
    );
    check(
        r"{ a }:
{
  b = {
    c = a;
  d = {
    e = 1;
  };
}
",
        expect![[r#"
            (fn { a } => { b={ c=a:0.0 } d={ e=1 } })
            syntax: this `{` is not closed
              3:7 `{` opened here
              8:1 `}` this stands too far left to close it"#]],
    );
}

#[test]
fn a_quote_is_missing_where_a_string_touches_a_word() {
    check(
        "{\n  a = [ \"db \"rome\" \"web\" ];\n  b = \"c\";\n}",
        expect![[r#"
            { a=["db" "rome" "web"] b="c" }
            syntax: this string is not closed
              2:9 `"` opened here
              2:12 `` `"` is missing, perhaps here"#]],
    );
    check(
        "{\n  a = [ \"db\" rome\" \"web\" ];\n  b = \"c\";\n}",
        expect![[r#"
            { a=["db" "rome" "web"] b="c" }
            syntax: this string is not opened
              2:18 `"` closed here
              2:14 `` `"` is missing, perhaps here"#]],
    );
    check(
        "{\n  a = [ \"db\" \"rome\" web-1.x\" ];\n  b = \"c\";\n}",
        expect![[r#"
            { a=["db" "rome" "web-1.x"] b="c" }
            syntax: this string is not opened
              2:28 `"` closed here
              2:21 `` `"` is missing, perhaps here"#]],
    );
    check(
        "{ a.\"b c\" = [ \"d\" \"e ]; }",
        expect![[r#"
            { a={ b c=["d" "e"] } }
            syntax: this string is not closed
              1:19 `"` opened here
              1:21 `` `"` is missing, perhaps here"#]],
    );
}

#[test]
fn what_only_follows_is_not_told() {
    check(
        "{\n  a = { b = [ 1 ); };\n}",
        expect![[r#"
        { a={ b=[1] } }
        syntax: this `[` is closed by `)`
          2:17 `)` must be `]`
          2:13 `[` opened here"#]],
    );
    check(
        "{\n  a = {\n    b = 1;\n  ];\n  c = ( 1 ];\n}",
        expect![[r#"
        { a={ b=1 } c=1 }
        syntax: this `{` is closed by `]`
          4:3 `]` must be `}`
          2:7 `{` opened here
        syntax: this `(` is closed by `]`
          5:11 `]` must be `)`
          5:7 `(` opened here"#]],
    );
    check(
        "{\n  a =\n    b = 1;\n  };\n}",
        expect![[r#"
        { a=<an expression is missing here> b=1 }
        syntax: this binding has no value
          2:5 `=` nothing follows this"#]],
    );
    check(
        "{\n  a {\n    b = 1;\n  };\n}",
        expect![[r#"
        { a=1 }
        syntax: unexpected `{`
          2:5 `{` expected `=`"#]],
    );
    check(
        "  a.b = {\n  };\n}",
        expect![[r#"
        (select <undefined variable 'a'> .b)
        syntax: the file goes on after its expression
          1:7 `=` not expected here
          help: bindings stand in `{ }` or between `let` and `in`"#]],
    );
    check(
        "lib, ... }:\n{\n  a = lib;\n}",
        expect![[r#"
        <undefined variable 'lib'>
        syntax: the file goes on after its expression
          1:4 `,` not expected here
          help: the arguments of a function stand in `{ }`, before its `:`"#]],
    );
    check(
        "{ lib, .. }: lib",
        expect![[r#"
        (fn { lib ... } => lib:0.0)
        syntax: `...` has three dots
          1:8 `..` has two"#]],
    );
    check(
        "{ a, ... :\n{\n  b = a;\n}\n",
        expect![[r#"
        (fn { a ... } => <an expression is missing here>)
        syntax: this `{` is not closed
          1:1 `{` opened here
          5:1 `` the file ends here"#]],
    );
    check(
        "{ a = { ; b = 1; }",
        expect![[r#"
        { a={ b=1 } }
        syntax: this `{` is not closed
          1:1 `{` opened here
          1:19 `` the file ends here"#]],
    );
}

#[test]
fn strings() {
    check(
        r#"{ a = "b;
  c = 1; }"#,
        expect![[r#"
            { a="b" c=1 }
            syntax: this string is not closed
              1:7 `"` opened here
              1:9 `` `"` is missing, perhaps here"#]],
    );
    check(
        r#"{ a = "b;
  c = "d";
}"#,
        expect![[r#"
            { a="b" c="d" }
            syntax: this string is not closed
              1:7 `"` opened here
              1:9 `` `"` is missing, perhaps here"#]],
    );
    check(
        r#"{ a = "b"#,
        expect![[r#"
            { a="b" }
            syntax: this string is not closed
              1:7 `"` opened here
              1:9 `` `"` is missing, perhaps here"#]],
    );
    check(
        r"{
  a = ''
    b
  c = 2;
}
",
        expect![[r#"
            { a="b" c=2 }
            syntax: this `''` string is not closed
              2:7 `''` opened here
              3:6 `` `''` is missing, perhaps here"#]],
    );
    check(
        r"{
  a = ''
    b
  c = ''
    d
  '';
}
",
        expect![[r#"
            { a="b" c="d\n" }
            syntax: this `''` string is not closed
              2:7 `''` opened here
              3:6 `` `''` is missing, perhaps here"#]],
    );
    check(
        r#"{ a = "${toString 1"; b = 2; }"#,
        expect![[r#"
        { a=(string (call #toString 1)) b=2 }
        syntax: this `${` is not closed
          1:8 `${` opened here
          1:20 `` `}` is missing, perhaps here"#]],
    );
    check(
        r#"{ a = [ "b ];
  c = 1; }"#,
        expect![[r#"
            { a=["b"] c=1 }
            syntax: this string is not closed
              1:9 `"` opened here
              1:11 `` `"` is missing, perhaps here"#]],
    );
}

#[test]
fn comments() {
    check(
        "{ a = 1; /* b",
        expect![[r#"
            { a=1 }
            syntax: this comment is not closed
              1:10 `/*` opened here
              1:14 `` `*/` is missing, perhaps here"#]],
    );
    check(
        "1 /* b",
        expect![[r#"
        1
        syntax: this comment is not closed
          1:3 `/*` opened here
          1:7 `` `*/` is missing, perhaps here"#]],
    );
}

#[test]
fn let_and_if() {
    check(
        "let a = 1; a",
        expect![[r#"
        (let a=1 in a:0.0)
        syntax: this `let` has no `in`
          1:1 `let` begins here
          1:13 `` the file ends here"#]],
    );
    check(
        "let a = 1;",
        expect![[r#"
        (let a=1 in <an expression is missing here>)
        syntax: this `let` has no `in`
          1:1 `let` begins here
          1:11 `` the file ends here"#]],
    );
    check(
        "{ a = let inherit ({ }) b; c = 1; toString c; d = 2; }",
        expect![[r#"
            { a=(let inherit(0) b c=1 (0)={ } in (call #toString c:0.1)) d=2 }
            syntax: this `let` has no `in`
              1:7 `let` begins here
              1:45 `;` must be closed before this"#]],
    );
    check(
        "{ a = let b = 1; b; c = 2; }",
        expect![[r#"
            { a=(let b=1 in b:0.0) c=2 }
            syntax: this `let` has no `in`
              1:7 `let` begins here
              1:19 `;` must be closed before this"#]],
    );
    check(
        "if true then 1",
        expect![[r#"
        (if #true 1 <an expression is missing here>)
        syntax: this `if` has no `else`
          1:1 `if` begins here
          1:15 `` the file ends here"#]],
    );
    check(
        "{ a = if true then 1; b = 2; }",
        expect![[r#"
        { a=(if #true 1 <an expression is missing here>) b=2 }
        syntax: this `if` has no `else`
          1:7 `if` begins here
          1:21 `;` must be closed before this"#]],
    );
    check(
        "{ a = if true; b = 2; }",
        expect![[r#"
        { a=(if #true <an expression is missing here> <an expression is missing here>) b=2 }
        syntax: this `if` has no `then`
          1:7 `if` begins here
          1:14 `;` must be closed before this"#]],
    );
    check(
        "if true",
        expect![[r#"
        (if #true <an expression is missing here> <an expression is missing here>)
        syntax: this `if` has no `then`
          1:1 `if` begins here
          1:8 `` the file ends here"#]],
    );
    check(
        "if",
        expect![[r#"
        (if <an expression is missing here> <an expression is missing here> <an expression is missing here>)
        syntax: this `if` has no `then`
          1:1 `if` begins here
          1:3 `` the file ends here
        syntax: an expression is missing behind this `if`
          1:1 `if` nothing follows this"#]],
    );
}

#[test]
fn values_and_names() {
    check(
        "{ a = ; b = 1; }",
        expect![[r#"
        { a=<an expression is missing here> b=1 }
        syntax: this binding has no value
          1:5 `=` nothing follows this"#]],
    );
    check(
        r"{ a =
  b = 1; }",
        expect![[r#"
            { a=<an expression is missing here> b=1 }
            syntax: this binding has no value
              1:5 `=` nothing follows this"#]],
    );
    check(
        "{ a = }",
        expect![[r#"
        { a=<an expression is missing here> }
        syntax: this binding has no value
          1:5 `=` nothing follows this"#]],
    );
    check(
        "{ a = 1 + ; b = true && ; }",
        expect![[r#"
        { a=(+ 1 <an expression is missing here>) b=(&& #true <an expression is missing here>) }
        syntax: an expression is missing behind this `+`
          1:9 `+` nothing follows this
        syntax: an expression is missing behind this `&&`
          1:22 `&&` nothing follows this"#]],
    );
    check(
        "{ a = { }.; b = 1; }",
        expect![[r#"
            { a=<an attribute name is missing here> b=1 }
            syntax: an attribute name is missing behind this `.`
              1:10 `.` no name follows this"#]],
    );
    check(
        r"{ a = { }.
  b = 1; }",
        expect![[r#"
            { a=<an attribute name is missing here> b=1 }
            syntax: an attribute name is missing behind this `.`
              1:10 `.` nothing follows this"#]],
    );
    check(
        "{ a. = 1; b = 2; }",
        expect![[r#"
            { b=2 }
            syntax: an attribute name is missing behind this `.`
              1:4 `.` no name follows this"#]],
    );
    check(
        "x:",
        expect![[r#"
        (fn x => <an expression is missing here>)
        syntax: this function has no body
          1:2 `:` nothing follows this"#]],
    );
    check(
        "()",
        expect![[r#"
        <an expression is missing here>
        syntax: an expression is missing behind this `(`
          1:1 `(` nothing follows this"#]],
    );
    check(
        "[ () 1 ]",
        expect![[r#"
        [<an expression is missing here> 1]
        syntax: an expression is missing behind this `(`
          1:3 `(` nothing follows this"#]],
    );
    check(
        "let a = 1; in",
        expect![[r#"
        (let a=1 in <an expression is missing here>)
        syntax: an expression is missing behind this `in`
          1:12 `in` nothing follows this"#]],
    );
    check(
        "{ a ? }: a",
        expect![[r#"
        (fn { a?<an expression is missing here> } => a:0.0)
        syntax: something is missing behind this `?`
          1:5 `?` nothing follows this"#]],
    );
    check(
        r#""${}""#,
        expect![[r#"
        (string <an expression is missing here>)
        syntax: an expression is missing behind this `${`
          1:2 `${` nothing follows this"#]],
    );
    check(
        "{ a = -; b = !; }",
        expect![[r#"
        { a=(- <an expression is missing here>) b=(! <an expression is missing here>) }
        syntax: an expression is missing behind this `-`
          1:7 `-` nothing follows this
        syntax: an expression is missing behind this `!`
          1:14 `!` nothing follows this"#]],
    );
    check(
        "{ inherit (); }",
        expect![[r#"
        { (0)=<an expression is missing here> }
        syntax: an expression is missing behind this `(`
          1:11 `(` nothing follows this"#]],
    );
    check(
        "{ } ?",
        expect![[r#"
        <an attribute name is missing here>
        syntax: something is missing behind this `?`
          1:5 `?` nothing follows this"#]],
    );
}

#[test]
fn a_half_written_path_keeps_the_rest() {
    check(
        "let x = { }; in { inventory.instances.b.roles. }",
        expect![[r#"
            (let x={ } in { })
            syntax: an attribute name is missing behind this `.`
              1:46 `.` no name follows this"#]],
    );
    check(
        "let x = { }; y = x.; in { a = y; }",
        expect![[r#"
            (let x={ } y=<an attribute name is missing here> in { a=y:0.1 })
            syntax: an attribute name is missing behind this `.`
              1:19 `.` no name follows this"#]],
    );
    check(
        r"{ a.b.
}",
        expect![[r#"
            { }
            syntax: an attribute name is missing behind this `.`
              1:6 `.` nothing follows this"#]],
    );
}

#[test]
fn parentheses_are_closed_by_their_own_end() {
    check(
        "[ (1] ]",
        expect![[r#"
            [1]
            syntax: this `(` is not closed
              1:3 `(` opened here
              1:5 `]` must be closed before this"#]],
    );
    check(
        "{ a = [ (f 1; ]; b = 1; }",
        expect![[r#"
            { a=[(call <undefined variable 'f'> 1)] b=1 }
            syntax: this `[` is not closed
              1:7 `[` opened here
              1:13 `;` must be closed before this
            syntax: this `(` is not closed
              1:9 `(` opened here
              1:13 `;` must be closed before this"#]],
    );
    check(
        "(1,",
        expect![[r#"
        1
        syntax: this `(` is not closed
          1:1 `(` opened here
          1:4 `` the file ends here
        syntax: the arguments of a call stand side by side, without `,`
          1:3 `,` not needed"#]],
    );
}
