//! Paths.

use expect_test::expect;

use crate::check;

#[test]
fn paths_are_absolute_and_normal() {
    check("./a", expect!["/dir/a"]);
    check("./.", expect!["/dir"]);
    check("../a", expect!["/a"]);
    check("../../../a", expect!["/a"]);
    check("a/b", expect!["/dir/a/b"]);
    check("/a/b", expect!["/a/b"]);
    check("/a/../b/./c", expect!["/b/c"]);
    check("./a/../b", expect!["/dir/b"]);
    check("/.", expect!["/"]);
    check("~/a", expect!["/home/me/a"]);
    check("~/../a", expect!["/home/a"]);
    check("../.", expect!["/"]);
    check("/nix/store/x+y-1.0_2", expect!["/nix/store/x+y-1.0_2"]);
}

#[test]
fn interpolated_paths() {
    check(r#"./${"a"}"#, expect![[r#"(path "/dir/" "a")"#]]);
    check(r#"./a/${"b"}"#, expect![[r#"(path "/dir/a/" "b")"#]]);
    check(r#"./a${"b"}c/d"#, expect![[r#"(path "/dir/a" "b" "c/d")"#]]);
    check(r#"/${"a"}"#, expect![[r#"(path "/" "a")"#]]);
    check(r#"~/${"a"}"#, expect![[r#"(path "/home/me/" "a")"#]]);
    check(
        r#"a/${"b"}/${"c"}"#,
        expect![[r#"(path "/dir/a/" "b" "/" "c")"#]],
    );
    check(r#"./${"a"}/b"#, expect![[r#"(path "/dir/" "a" "/b")"#]]);
    check(
        r#"../x/${"a"}.nix"#,
        expect![[r#"(path "/x/" "a" ".nix")"#]],
    );
}

#[test]
fn a_path_ends_in_a_name() {
    check(
        "./a/",
        expect![[r#"
        <an expression is missing here>
        syntax: a path cannot end with `/`
          1:1 `./a/` ends with `/`"#]],
    );
    check(
        "/a/",
        expect![[r#"
        <an expression is missing here>
        syntax: a path cannot end with `/`
          1:1 `/a/` ends with `/`"#]],
    );
    check(
        "[ ./a/ ./b ]",
        expect![[r#"
        [/dir/b]
        syntax: a path cannot end with `/`
          1:3 `./a/` ends with `/`"#]],
    );
    check(
        "./a//b",
        expect![[r#"
        <an expression is missing here>
        syntax: a path cannot have `//` in it
          1:1 `./a//b` has an empty part
          help: put blanks around `//` if it is meant as the operator"#]],
    );
}

#[test]
fn search_paths() {
    check("<a>", expect!["<a>"]);
    check("<a/b.c>", expect!["<a/b.c>"]);
    check(
        "</a>",
        expect![[r#"
        <'</a>' is not a search path>
        syntax: '</a>' is not a search path
          1:1 `</a>` has an empty part"#]],
    );
    check(
        "<a/>",
        expect![[r#"
        <'<a/>' is not a search path>
        syntax: '<a/>' is not a search path
          1:1 `<a/>` has an empty part"#]],
    );
    check(
        "<a//b>",
        expect![[r#"
        <'<a//b>' is not a search path>
        syntax: '<a//b>' is not a search path
          1:1 `<a//b>` has an empty part"#]],
    );
}

#[test]
fn a_slash_without_a_path_behind_it_divides() {
    check("map/[ ]", expect!["(/ #map [])"]);
    check("1.5/(2)", expect!["(/ 1.5 2)"]);
    check("map.a/-1", expect!["/dir/map.a/-1"]);
    check(
        "[ a/ ./b ]",
        expect![[r#"
            [<undefined variable 'a'> /dir/b]
            syntax: unexpected `/`
              1:4 `/` expected an expression
            undefined-variable: undefined variable 'a'
              1:3 `a` bound nowhere"#]],
    );
    check(
        "[ modules/ ]",
        expect![[r#"
            [<undefined variable 'modules'> <an expression is missing here>]
            syntax: an expression is missing behind this `/`
              1:10 `/` nothing follows this
            undefined-variable: undefined variable 'modules'
              1:3 `modules` bound nowhere"#]],
    );
}

#[test]
fn slashes_may_be_doubled_around_an_interpolation() {
    check(
        "./a//${\"b\"}//c",
        expect![[r#"(path "/dir/a/" "b" "//c")"#]],
    );
}
