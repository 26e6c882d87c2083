//! Operators, calls and selections.

use expect_test::expect;

use crate::{check, check_without_pipes};

#[test]
fn precedence() {
    check("1 + 2 * 3", expect!["(+ 1 (* 2 3))"]);
    check("1 * 2 + 3", expect!["(+ (* 1 2) 3)"]);
    check("1 - 2 - 3", expect!["(- (- 1 2) 3)"]);
    check("1 ++ 2 ++ 3", expect!["(++ 1 (++ 2 3))"]);
    check("1 // 2 // 3", expect!["(// 1 (// 2 3))"]);
    check("1 -> 2 -> 3", expect!["(-> 1 (-> 2 3))"]);
    check("1 < 2 == 3 < 4", expect!["(== (< 1 2) (< 3 4))"]);
    check("1 || 2 && 3 || 4", expect!["(|| (|| 1 (&& 2 3)) 4)"]);
    check("1 == 2 && 3 != 4", expect!["(&& (== 1 2) (!= 3 4))"]);
    check("1 + 2 ++ 3", expect!["(+ 1 (++ 2 3))"]);
    check("1 // 2 + 3", expect!["(// 1 (+ 2 3))"]);
    check("1 < 2 // 3", expect!["(< 1 (// 2 3))"]);
    check("1 / 2 * 3", expect!["(* (/ 1 2) 3)"]);
    check("1 <= 2", expect!["(<= 1 2)"]);
    check("1 > 2", expect!["(> 1 2)"]);
    check("1 >= 2", expect!["(>= 1 2)"]);
}

#[test]
fn prefixes() {
    check("-1", expect!["(- 1)"]);
    check("- -1", expect!["(- (- 1))"]);
    check("-1 + 2", expect!["(+ (- 1) 2)"]);
    check("-1 * 2", expect!["(* (- 1) 2)"]);
    check("!true && false", expect!["(&& (! #true) #false)"]);
    check("!true == false", expect!["(== (! #true) #false)"]);
    check("!1 + 2", expect!["(! (+ 1 2))"]);
    check("!1 // 2", expect!["(// (! 1) 2)"]);
    check("!!true", expect!["(! (! #true))"]);
    check("true && !false", expect!["(&& #true (! #false))"]);
    check("-map 1", expect!["(- (call #map 1))"]);
    check("-{ }.a", expect!["(- (select { } .a))"]);
}

#[test]
fn calls_take_all_their_arguments() {
    check("map 1 2 3", expect!["(call #map 1 2 3)"]);
    check("(map 1) 2", expect!["(call #map 1 2)"]);
    check("((map) 1) (2)", expect!["(call #map 1 2)"]);
    check("map (map 1)", expect!["(call #map (call #map 1))"]);
    check("map -1", expect!["(- #map 1)"]);
    check("map { } [ ]", expect!["(call #map { } [])"]);
    check(
        r#"map ./a "b" 1.5"#,
        expect![[r#"(call #map /dir/a "b" 1.5)"#]],
    );
}

#[test]
fn selections() {
    check("{ }.a", expect!["(select { } .a)"]);
    check("{ }.a.b", expect!["(select { } .a.b)"]);
    check("{ }.a.b or 1", expect!["(select { } .a.b or 1)"]);
    check(
        "map { }.a or [ ]",
        expect!["(call #map (select { } .a or []))"],
    );
    check(r#"{ }."a""#, expect!["(select { } .a)"]);
    check(r#"{ }.${"a"}"#, expect!["(select { } .a)"]);
    check(r#"{ }.${("a")}"#, expect!["(select { } .a)"]);
    check("{ }.${''a''}", expect!["(select { } .a)"]);
    check(
        "{ }.${toString 1}",
        expect!["(select { } .${(call #toString 1)})"],
    );
    check(
        r#"{ }."a${"b"}""#,
        expect![[r#"(select { } .${(string "a" "b")})"#]],
    );
    check("({ }.a).b", expect!["(select (select { } .a) .b)"]);
    check("{ }.or", expect!["(select { } .or)"]);
    check(
        "{ }.a or { }.b or 1",
        expect!["(select { } .a or (select { } .b or 1))"],
    );
    check(
        "{ }.a or map 1",
        expect!["(call (select { } .a or #map) 1)"],
    );
    check("{ }.${x:y}", expect!["(select { } .x:y)"]);
}

#[test]
fn questions() {
    check("{ } ? a", expect!["(has { } .a)"]);
    check("{ } ? a.b", expect!["(has { } .a.b)"]);
    check(r#"{ } ? "a".${"b"}"#, expect!["(has { } .a.b)"]);
    check(
        "{ } ? ${toString 1}",
        expect!["(has { } .${(call #toString 1)})"],
    );
    check("!{ } ? a", expect!["(! (has { } .a))"]);
    check("1 + { } ? a", expect!["(+ 1 (has { } .a))"]);
    check("map { } ? a", expect!["(has (call #map { }) .a)"]);
    check("-1 ? a", expect!["(has (- 1) .a)"]);
}

#[test]
fn or_is_a_name_where_no_default_can_be() {
    check(
        "let or = 1; in { inherit or; }",
        expect!["(let or=1 in { inherit or=or:0.0 })"],
    );
    check("{ or = 1; }", expect!["{ or=1 }"]);
    check(
        "let or = 1; in map or",
        expect!["(let or=1 in (call #map or:0.0))"],
    );
    check(
        "let or = 1; in [ (map or) ]",
        expect!["(let or=1 in [(call #map or:0.0)])"],
    );
    check(
        "let or = 1; in map toString or 2",
        expect!["(let or=1 in (call #map (call #toString or:0.0) 2))"],
    );
    check(
        "let or = 1; in map or 1",
        expect!["(let or=1 in (call #map or:0.0 1))"],
    );
}

#[test]
fn pipes_are_calls() {
    check("1 |> map", expect!["(call #map 1)"]);
    check("1 |> map 2", expect!["(call #map 2 1)"]);
    check(
        "1 |> map |> toString",
        expect!["(call #toString (call #map 1))"],
    );
    check("map <| 1", expect!["(call #map 1)"]);
    check(
        "map <| toString <| 1",
        expect!["(call #map (call #toString 1))"],
    );
    check("1 + 2 |> map", expect!["(call #map (+ 1 2))"]);
}

#[test]
fn pipes_have_to_be_enabled() {
    check_without_pipes(
        "1 |> map",
        expect![[r#"
        <experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it>
        syntax: experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it
          1:3 `|>` not enabled"#]],
    );
    check_without_pipes(
        "map <| 1",
        expect![[r#"
        <experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it>
        syntax: experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it
          1:5 `<|` not enabled"#]],
    );
}

#[test]
fn pipes_do_not_mix() {
    check(
        "1 |> map <| 2",
        expect![[r#"
        <`|>` and `<|` do not mix>
        syntax: `|>` and `<|` do not mix
          1:10 `<|` needs parentheses"#]],
    );
    check("1 |> (map <| 2)", expect!["(call #map 2 1)"]);
}

#[test]
fn comparisons_do_not_chain() {
    check(
        "1 == 2 == 3",
        expect![[r#"
            (== 1 2)
            syntax: comparisons cannot be chained
              1:8 `==` a second comparison
              help: use parentheses or `&&`"#]],
    );
    check(
        "1 < 2 < 3",
        expect![[r#"
            (< 1 2)
            syntax: comparisons cannot be chained
              1:7 `<` a second comparison
              help: use parentheses or `&&`"#]],
    );
    check(
        "1 != 2 == 3",
        expect![[r#"
            (!= 1 2)
            syntax: comparisons cannot be chained
              1:8 `==` a second comparison
              help: use parentheses or `&&`"#]],
    );
    check(
        "{ a = 1 < 2 < 3; b = 4; }",
        expect![[r#"
        { a=(< 1 2) b=4 }
        syntax: comparisons cannot be chained
          1:13 `<` a second comparison
          help: use parentheses or `&&`"#]],
    );
    check("1 < (2 < 3)", expect!["(< 1 (< 2 3))"]);
    check("(1 == 2) == 3", expect!["(== (== 1 2) 3)"]);
}

/// rnix takes none of these.
#[test]
fn not_may_stand_behind_an_operator_that_binds_tighter() {
    check("1 + !2", expect!["(+ 1 (! 2))"]);
    check(
        "1 + !2 * 3 - 4 // 5",
        expect!["(// (+ 1 (! (- (* 2 3) 4))) 5)"],
    );
    check("-!1 + 2 == 3", expect!["(== (- (! (+ 1 2))) 3)"]);
    check("[ 1 ] ++ ! !2 ? a", expect!["(++ [1] (! (! (has 2 .a))))"]);
    check("1 - !2 - !3 && 4", expect!["(&& (- 1 (! (- 2 (! 3)))) 4)"]);
    check(
        "{ a = 1 * !2; b = (3 + !4) 5; }",
        expect!["{ a=(* 1 (! 2)) b=(call (+ 3 (! 4)) 5) }"],
    );
    check(
        "if 1 + !2 then \"${3 + !4}\" else 5 / !{ }",
        expect!["(if (+ 1 (! 2)) (string (+ 3 (! 4))) (/ 5 (! { })))"],
    );
}

#[test]
fn a_question_may_follow_a_question() {
    check("{ } ? a ? b.c", expect!["(has (has { } .a) .b.c)"]);
}

#[test]
fn functions_are_no_operands() {
    check(
        "[ x: x ]",
        expect![[r#"
        [(fn x => x:0.0)]
        syntax: a function needs parentheses here
          1:3 `x` the function begins here"#]],
    );
    check(
        "map x: x",
        expect![[r#"
        (call #map (fn x => x:0.0))
        syntax: a function needs parentheses here
          1:5 `x` the function begins here"#]],
    );
    check(
        "1 + x: x",
        expect![[r#"
        (+ 1 (fn x => x:0.0))
        syntax: a function needs parentheses here
          1:5 `x` the function begins here"#]],
    );
    check(
        "!x: x",
        expect![[r#"
        (! (fn x => x:0.0))
        syntax: a function needs parentheses here
          1:2 `x` the function begins here"#]],
    );
    check(
        "map { a }: a",
        expect![[r#"
        (call #map (fn { a } => a:0.0))
        syntax: a function needs parentheses here
          1:5 `{ a }` the function begins here"#]],
    );
    check(
        "{ }.a or x: x",
        expect![[r#"
        (select { } .a or (fn x => x:0.0))
        syntax: a function needs parentheses here
          1:10 `x` the function begins here"#]],
    );
    check("[ (x: x) ]", expect!["[(fn x => x:0.0)]"]);
    check(
        "true && x: x",
        expect![[r#"
        (&& #true (fn x => x:0.0))
        syntax: a function needs parentheses here
          1:9 `x` the function begins here"#]],
    );
}

#[test]
fn statements() {
    check("if true then 1 else 2", expect!["(if #true 1 2)"]);
    check("assert true; 1", expect!["(assert #true 1)"]);
    check("with { }; 1", expect!["(with { } 1)"]);
    check("(1)", expect!["1"]);
    check("[ 1 (2) [ ] ]", expect!["[1 2 []]"]);
    check(
        "if true then 1 else if false then 2 else 3",
        expect!["(if #true 1 (if #false 2 3))"],
    );
    check("__curPos", expect!["__curPos"]);
    check("__curPos.line", expect!["(select __curPos .line)"]);
}

#[test]
fn numbers() {
    check("0", expect!["0"]);
    check("007", expect!["7"]);
    check("9223372036854775807", expect!["9223372036854775807"]);
    check(
        "9223372036854775808",
        expect![[r#"
        <invalid integer '9223372036854775808'>
        syntax: invalid integer '9223372036854775808'
          1:1 `9223372036854775808` an integer has at most 63 bits"#]],
    );
    check("1.5", expect!["1.5"]);
    check(".5", expect!["0.5"]);
    check("1.", expect!["1.0"]);
    check("1.e3", expect!["1000.0"]);
    check("1.5e-3", expect!["0.0015"]);
    check(
        "1e3",
        expect![[r#"
        (call 1 <undefined variable 'e3'>)
        undefined-variable: undefined variable 'e3'
          1:2 `e3` bound nowhere"#]],
    );
    check("0.5", expect!["0.5"]);
    check("00.5", expect!["(call 0 0.5)"]);
    check(
        "0.",
        expect![[r#"
        <invalid float '0.'>
        syntax: invalid float '0.'
          1:1 `0.` needs a digit behind the point"#]],
    );
    check(
        "0.e5",
        expect![[r#"
        <invalid float '0.e5'>
        syntax: invalid float '0.e5'
          1:1 `0.e5` needs a digit behind the point"#]],
    );
    check(
        "1.0e400",
        expect![[r#"
        <invalid float '1.0e400'>
        syntax: invalid float '1.0e400'
          1:1 `1.0e400` out of range"#]],
    );
    check(
        "1.0e-400",
        expect![[r#"
        <invalid float '1.0e-400'>
        syntax: invalid float '1.0e-400'
          1:1 `1.0e-400` out of range"#]],
    );
}
