//! Common slips of syntax, told by name.

use expect_test::expect;

use crate::{check, check_fixes};

#[test]
fn commas_in_lists_and_sets() {
    check(
        "[ 1, 2 ]",
        expect![[r#"
        [1 2]
        syntax: the items of a list stand side by side, without `,`
          1:4 `,` not needed"#]],
    );
    check(
        "[ 1, 2, 3, 4, 5 ]",
        expect![[r#"
        [1 2 3 4 5]
        syntax: the items of a list stand side by side, without `,`
          1:4 `,` not needed
          1:7 `,` and here
          1:10 `,` and here"#]],
    );
    check(
        "{ a = 1,; b = 2; }",
        expect![[r#"
        { a=1 b=2 }
        syntax: a binding ends with `;`, not `,`
          1:8 `,` not needed"#]],
    );
    check(
        "{ a = 1;, b = 2; }",
        expect![[r#"
        { a=1 b=2 }
        syntax: a binding ends with `;`, not `,`
          1:9 `,` not needed"#]],
    );
    check(
        "{ a = 1, b = 2; }",
        expect![[r#"
        { a=1 b=2 }
        syntax: a binding ends with `;`, not `,`
          1:8 `,` must be `;`"#]],
    );
    check(
        "map(1, 2)",
        expect![[r#"
        (call #map (call 1 2))
        syntax: the arguments of a call stand side by side, without `,`
          1:6 `,` not needed"#]],
    );
}

#[test]
fn signs_for_a_bindings_equals() {
    check(
        "{ a: 1; }",
        expect![[r#"
        { a=1 }
        syntax: a binding is written with `=`, not `:`
          1:4 `:` must be `=`"#]],
    );
    check(
        r#"{ "a": 1, "b": 2 }"#,
        expect![[r#"
        { a=1 b=2 }
        syntax: a binding is written with `=`, not `:`
          1:6 `:` must be `=`
        syntax: a binding ends with `;`, not `,`
          1:9 `,` must be `;`
        syntax: a binding is written with `=`, not `:`
          1:14 `:` must be `=`
        missing-semicolon: this binding lacks its `;`
          1:17 `` `;` is missing here
          1:11 `"b"` begins here
          help: add `;`"#]],
    );
    check(
        "{ a == 1; }",
        expect![[r#"
        { a=1 }
        syntax: a binding is written with `=`, not `==`
          1:5 `==` must be `=`"#]],
    );
}

#[test]
fn surplus_signs() {
    check(
        "{ a = 1;; b = 2; }",
        expect![[r#"
        { a=1 b=2 }
        syntax: this `;` ends nothing
          1:9 `;` one too many"#]],
    );
    check(
        "{ a = 1; } }",
        expect![[r#"
        { a=1 }
        syntax: nothing is open that this `}` could close
          1:12 `}` one too many"#]],
    );
    check(
        "(1))",
        expect![[r#"
        1
        syntax: nothing is open that this `)` could close
          1:4 `)` one too many"#]],
    );
    check(
        r"{
  a = 1;
  };
  b = 2;
}
",
        expect![[r#"
            { a=1 b=2 }
            syntax: nothing is open that this `}` could close
              3:3 `}` one too many
              1:1 `{` else it would close this"#]],
    );
    check(
        "1; 2",
        expect![[r#"
        1
        syntax: the file goes on after its expression
          1:2 `;` not expected here"#]],
    );
    check(
        "x = 1;",
        expect![[r#"
            <undefined variable 'x'>
            syntax: the file goes on after its expression
              1:3 `=` not expected here
              help: bindings stand in `{ }` or between `let` and `in`"#]],
    );
}

#[test]
fn patterns() {
    check(
        "{ a b }: a",
        expect![[r#"
        (fn { a b } => a:0.0)
        syntax: the names of a pattern lack a `,` between them
          1:4 `` `,` is missing here
          1:5 `b` the next name"#]],
    );
    check(
        "{ a, b ... }: a",
        expect![[r#"
        (fn { a b ... } => a:0.0)
        syntax: the names of a pattern lack a `,` between them
          1:7 `` `,` is missing here
          1:8 `...` the next name"#]],
    );
    check(
        "{ a, ... { b = 1; }",
        expect![[r#"
        (fn { a ... } => { b=1 })
        syntax: this `{` is not closed
          1:1 `{` opened here
          1:10 `{` must be closed before this"#]],
    );
    check(
        "x@y: x",
        expect![[r#"
        (fn x { } => <an expression is missing here>)
        syntax: unexpected `y`
          1:3 `y` expected `{`"#]],
    );
    check(
        "x@{ a }@y: a",
        expect![[r#"
        (fn x { a } => a:0.1)
        syntax: a function's pattern has two names
          1:8 `@y` only one `@` may be there"#]],
    );
}

#[test]
fn other_leftovers() {
    check(
        "{ a b = 1; c = 2; }",
        expect![[r#"
        { a=1 c=2 }
        syntax: unexpected `b`
          1:5 `b` expected `=`"#]],
    );
    check(
        "{ a = <b; c = 2; }",
        expect![[r#"
            { a=<undefined variable 'b'> c=2 }
            syntax: unexpected `<`
              1:7 `<` expected an expression"#]],
    );
    check(
        r#"{ a = ${"b"}; c = 2; }"#,
        expect![[r#"
        { a="b" c=2 }
        syntax: unexpected `${`
          1:7 `${` expected an expression"#]],
    );
    check(
        "{ = 1; b = 2; }",
        expect![[r#"
        { b=2 }
        syntax: this binding has no name
          1:3 `=` needs a name before it"#]],
    );
}

#[test]
fn semicolons_in_lists() {
    check(
        "{ a = [ 1; 2 ]; b = 3; }",
        expect![[r#"
        { a=[1 2] b=3 }
        syntax: the items of a list stand side by side, without `;`
          1:10 `;` not needed"#]],
    );
    check(
        "{ a = [ 1; { b = 2; }; ]; }",
        expect![[r#"
        { a=[1 { b=2 }] }
        syntax: the items of a list stand side by side, without `;`
          1:10 `;` not needed
          1:22 `;` and here"#]],
    );
    check(
        "{ a = [ 1; b = 2; }",
        expect![[r#"
        { a=[1] b=2 }
        syntax: this `[` is not closed
          1:7 `[` opened here
          1:10 `;` must be closed before this"#]],
    );
    check_fixes("{ a = [ 1; 2; 3; ]; }", expect!["{ a = [ 1 2 3 ]; }"]);
}

#[test]
fn conflicts_of_git() {
    check(
        "{ a = 1;\n<<<<<<< HEAD\n  b = 2;\n=======\n  b = \"ä\";\n>>>>>>> other\n  c = d;\n}",
        expect![[r#"
            { a=1 b=2 c=<undefined variable 'd'> }
            syntax: git has left a conflict in this text
              2:1 `<<<<<<< HEAD` begins here
              6:1 `>>>>>>> other` ends here
              help: keep what is right of either side, and take the lines of git away
            undefined-variable: undefined variable 'd'
              7:7 `d` bound nowhere"#]],
    );
    check(
        "<<<<<<< HEAD\n1\n=======\n2",
        expect![[r#"
        (< <an expression is missing here> <an expression is missing here>)
        syntax: unexpected `<`
          1:1 `<` expected an expression
        syntax: an expression is missing behind this `==`
          3:1 `==` nothing follows this
        syntax: an expression is missing behind this `==`
          3:3 `==` nothing follows this"#]],
    );
}

#[test]
fn an_inherit_before_a_dotted_name_lacks_its_semicolon() {
    check(
        "{ inherit (a) b\n  c.d = 1; e = 2; }",
        expect![[r#"
        { inherit(0) b c={ d=1 } e=2 (0)=<undefined variable 'a'> }
        missing-semicolon: this `inherit` lacks its `;`
          1:16 `` `;` is missing here
          1:3 `inherit` begins here
          help: add `;`
        undefined-variable: undefined variable 'a'
          1:12 `a` bound nowhere"#]],
    );
}

#[test]
fn a_quote_that_is_missing_before_a_path() {
    check(
        "{ a = [\n  \"*.o\n  \"/b/*/c\"\n ]; d = \"e\"; f = g; }",
        expect![[r#"
            { a=["*.o" "/b/*/c"] d="e" f=<undefined variable 'g'> }
            syntax: this string is not closed
              2:3 `"` opened here
              2:7 `` `"` is missing, perhaps here"#]],
    );
}

#[test]
fn an_interpolation_that_is_not_closed() {
    check(
        "{ a = \"b@${c.d\";\n  e = { f = \"g\"; };\n h = \"i j\"; }",
        expect![[r#"
            { a=(string "b@" (select <undefined variable 'c'> .d)) e={ f="g" } h="i j" }
            syntax: this `${` is not closed
              1:10 `${` opened here
              1:15 `` `}` is missing, perhaps here"#]],
    );
}

#[test]
fn variables_of_the_shell() {
    check(
        "\"${HOME}/a\"",
        expect![[r#"
        (string <undefined variable 'HOME'> "/a")
        undefined-variable: undefined variable 'HOME'
          1:4 `HOME` bound nowhere
          help: a variable of the shell is written `\${HOME}` here"#]],
    );
    check(
        "''${HOME}/a''",
        expect![[r#"
        (string <undefined variable 'HOME'> "/a")
        undefined-variable: undefined variable 'HOME'
          1:5 `HOME` bound nowhere
          help: a variable of the shell is written `''${HOME}` here"#]],
    );
}

#[test]
fn fixes_mend() {
    check_fixes("[ 1, 2 ]", expect!["[ 1 2 ]"]);
    check_fixes("{ a = 1, b = 2; }", expect!["{ a = 1; b = 2; }"]);
    check_fixes(
        r#"{ a: 1; "b": 2; c == 3; }"#,
        expect![[r#"{ a = 1; "b" = 2; c = 3; }"#]],
    );
    check_fixes("[ 1, 2, 3, 4, 5 ]", expect!["[ 1 2 3 4 5 ]"]);
    check_fixes(
        "{ a = 1,; b = 2;, c = 3, d = 4, }",
        expect!["{ a = 1; b = 2; c = 3; d = 4; }"],
    );
    check_fixes("{ a = 1;; b = 2; }", expect!["{ a = 1; b = 2; }"]);
    check_fixes("{ a b, ... }: a", expect!["{ a, b, ... }: a"]);
    check_fixes("[ x: x ]", expect!["[ (x: x) ]"]);
    check_fixes("{ a = ./b/; }", expect!["{ a = ./b; }"]);
    check_fixes("{ a = 0.; b = 0.e3; }", expect!["{ a = 0.0; b = 0.0e3; }"]);
    check_fixes("1 + 2", expect!["1 + 2"]);
    check_fixes(
        r"{ a = 1
  b = 2; c = { d = 3 } }",
        expect![[r#"
            { a = 1;
              b = 2; c = { d = 3; }; }"#]],
    );
    check_fixes(
        "let a = 1 in { inherit a }",
        expect!["let a = 1; in { inherit a; }"],
    );
}

#[test]
fn a_keyword_or_a_number_for_a_name_is_quoted() {
    check(
        "{ }.with or 1",
        expect![[r#"
        (select { } .with or 1)
        syntax: `with` is a keyword, not a name
          1:5 `with` a name is needed here"#]],
    );
    check(
        "let x = { }; in [ x.let x.rec.in x.inherit ]",
        expect![[r#"
        (let x={ } in [(select x:0.0 .let) (select x:0.0 .rec.in) (select x:0.0 .inherit)])
        syntax: `let` is a keyword, not a name
          1:21 `let` a name is needed here
        syntax: `rec` is a keyword, not a name
          1:27 `rec` a name is needed here
        syntax: `in` is a keyword, not a name
          1:31 `in` a name is needed here
        syntax: `inherit` is a keyword, not a name
          1:36 `inherit` a name is needed here"#]],
    );
    check(
        "{ if = 1; then.else = 2; }",
        expect![[r#"
        { if=1 then={ else=2 } }
        syntax: `if` is a keyword, not a name
          1:3 `if` a name is needed here
        syntax: `then` is a keyword, not a name
          1:11 `then` a name is needed here
        syntax: `else` is a keyword, not a name
          1:16 `else` a name is needed here"#]],
    );
    check(
        "let assert = 1; in 2",
        expect![[r#"
        (let assert=1 in 2)
        syntax: `assert` is a keyword, not a name
          1:5 `assert` a name is needed here"#]],
    );
    check(
        "{ 1 = true; 1.5 = false; a = 2; }",
        expect![[r#"
        { 1=#true 1.5=#false a=2 }
        syntax: `1` is a number, not a name
          1:3 `1` a name is needed here
        syntax: `1.5` is a number, not a name
          1:13 `1.5` a name is needed here"#]],
    );
    check(
        "{ a = let x = 1; in = 2; }",
        expect![[r#"
        { a=(let x=1 in 2) }
        syntax: unexpected `=`
          1:21 `=` expected an expression"#]],
    );
}
