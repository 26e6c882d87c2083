//! Texts before and after.

mod support;

use std::path::Path;

use expect_test::{Expect, expect};
use report::diagnostic::Style;
use report::diff::unified;
use report::fix::{Permitted, Skipped, apply};
use report::statistics::{count, table};
use source::{Diagnostic, Edit, Fix, Pos, Span};
use support::{Clan, misspelt};

#[track_caller]
fn check(clan: &Clan, findings: &[Diagnostic], permitted: Permitted, expected: Expect) {
    let mending = apply(findings, &clan.sources, permitted);
    let mut text = String::new();
    for file in &mending.files {
        let (before, after) = (&file.before, &file.after);
        text += &unified(&file.path, before, after, clan.places(), &Style::PLAIN);
    }
    for (_, fix) in &mending.applied {
        text += &format!("applied: {}\n", fix.title);
    }
    for (_, fix, why) in &mending.skipped {
        text += &format!("skipped: {}, {}\n", fix.title, why.reason());
    }
    expected.assert_eq(&text);
}

fn finding() -> Diagnostic {
    Diagnostic::warning("unknown-machine", "something")
}

#[test]
fn a_safe_fix_changes_the_text() {
    let (clan, findings) = misspelt();
    check(
        &clan,
        &findings,
        Permitted::Safe,
        expect![[r#"
        --- a/clan.nix
        +++ b/clan.nix
        @@ -1,6 +1,6 @@
         {
           inventory.machines = import ./machines.nix;
           inventory.instances.wifi = {
        -    roles.default.machines.lapotp = { };
        +    roles.default.machines.laptop = { };
           };
         }
        applied: rename to `laptop`
    "#]],
    );
}

#[test]
fn an_unsafe_fix_needs_leave() {
    let clan = Clan::new(&[("a.nix", "a\nb\n")]);
    let edit = Edit::insert_after(clan.span("a.nix", "a"), " c");
    let findings = [finding().unsafe_fix("add `c`", edit)];
    check(
        &clan,
        &findings,
        Permitted::Safe,
        expect![[r#"
        skipped: add `c`, it may change what was meant
    "#]],
    );
    check(
        &clan,
        &findings,
        Permitted::Unsafe,
        expect![[r#"
        --- a/a.nix
        +++ b/a.nix
        @@ -1,2 +1,2 @@
        -a
        +a c
         b
        applied: add `c`
    "#]],
    );
}

#[test]
fn the_best_permitted_fix_is_taken() {
    let clan = Clan::new(&[("a.nix", "a\n")]);
    let edit = |text| Edit::replace(clan.span("a.nix", "a"), text);
    let findings = [finding()
        .unsafe_fix("first", edit("1"))
        .fix("second", edit("2"))];
    check(
        &clan,
        &findings,
        Permitted::Safe,
        expect![[r#"
        --- a/a.nix
        +++ b/a.nix
        @@ -1 +1 @@
        -a
        +2
        applied: second
    "#]],
    );
    check(
        &clan,
        &findings,
        Permitted::Unsafe,
        expect![[r#"
        --- a/a.nix
        +++ b/a.nix
        @@ -1 +1 @@
        -a
        +1
        applied: first
    "#]],
    );
}

#[test]
fn of_overlapping_fixes_the_first_wins() {
    let clan = Clan::new(&[("a.nix", "a.b.c = 1;\n"), ("b.nix", "x\n")]);
    let span = |text| clan.span("a.nix", text);
    let findings = [
        finding().fix("first", Edit::replace(span("b.c"), "B.C")),
        finding().with_fix(Fix {
            title: "overlaps in one of two places".to_owned(),
            safe: true,
            edits: vec![
                Edit::replace(clan.span("b.nix", "x"), "y"),
                Edit::replace(span("a.b"), "A.B"),
            ],
        }),
        finding().fix("the same again", Edit::replace(span("b.c"), "B.C")),
        finding().fix("inside", Edit::insert_after(span("a.b"), "?")),
        finding().fix("in front", Edit::insert_before(span("b.c"), "z.")),
        finding().fix("at the same place", Edit::insert_before(span("b.c"), "q.")),
        finding().fix("behind", Edit::insert_after(span("b.c"), ".d")),
    ];
    check(
        &clan,
        &findings,
        Permitted::Safe,
        expect![[r#"
        --- a/a.nix
        +++ b/a.nix
        @@ -1 +1 @@
        -a.b.c = 1;
        +a.z.B.C.d = 1;
        applied: first
        applied: the same again
        applied: in front
        applied: behind
        skipped: overlaps in one of two places, another fix changes the same text
        skipped: inside, another fix changes the same text
        skipped: at the same place, another fix changes the same text
    "#]],
    );
}

#[test]
fn a_fix_may_insert_twice_at_one_place() {
    let clan = Clan::new(&[("a.nix", "{ }\n")]);
    let at = clan.span("a.nix", "}");
    let findings = [finding().with_fix(Fix {
        title: "two lines".to_owned(),
        safe: true,
        edits: vec![
            Edit::insert_before(at, "a = 1; "),
            Edit::insert_before(at, "b = 2; "),
        ],
    })];
    check(
        &clan,
        &findings,
        Permitted::Safe,
        expect![[r#"
        --- a/a.nix
        +++ b/a.nix
        @@ -1 +1 @@
        -{ }
        +{ a = 1; b = 2; }
        applied: two lines
    "#]],
    );
}

#[test]
fn what_has_no_place_is_not_changed() {
    let clan = Clan::new(&[("a.nix", "ä = 1;\n"), ("b.nix", "b\n")]);
    let old = clan.span("b.nix", "b");
    clan.sources
        .add(Path::new("/clan/b.nix"), b"c\nb\n".to_vec())
        .unwrap();
    let text = clan.sources.add(Path::new("«string»"), b"s".to_vec());
    let text = text.unwrap().full_span();
    let a = clan.sources.files()[0].clone();
    let spans = [
        ("outdated", old),
        ("no file", text),
        ("nowhere", Span::at(Pos::new(9999))),
        ("inside a character", a.span(1, 2)),
        ("backwards", Span::new(a.pos(4), a.pos(3))),
        ("over the end of the file", Span::new(a.pos(0), old.end)),
    ];
    let findings = spans.map(|(title, span)| finding().fix(title, Edit::replace(span, "")));
    let mending = apply(&findings, &clan.sources, Permitted::Safe);
    assert!(mending.files.is_empty() && mending.applied.is_empty());
    assert_eq!(mending.skipped.len(), 6);
    assert!(
        mending
            .skipped
            .iter()
            .all(|skipped| skipped.2 == Skipped::NoPlace)
    );
}

#[test]
fn bytes_that_are_no_text_stay() {
    let clan = Clan::default();
    let path = Path::new("/clan/a.nix");
    let file = clan.sources.add(path, b"\xFF = 1;".to_vec()).unwrap();
    let findings = [finding().fix("two", Edit::replace(file.span(4, 5), "2"))];
    let mending = apply(&findings, &clan.sources, Permitted::Safe);
    assert_eq!(mending.files[0].after, b"\xFF = 2;");
}

#[test]
fn a_difference_shows_line_ends_and_distant_changes() {
    let before: String = (1..=20).map(|number| format!("{number}\n")).collect();
    let after = before
        .replace("2\n", "two\n")
        .replace("20\n", "20")
        .replace("9\n", "9\r\n");
    let clan = Clan::default();
    let difference = |style| {
        let path = Path::new("/clan/a.nix");
        unified(
            path,
            before.as_bytes(),
            after.as_bytes(),
            clan.places(),
            style,
        )
        .replace('\r', "^M")
    };
    expect![[r#"
        --- a/a.nix
        +++ b/a.nix
        @@ -1,20 +1,20 @@
         1
        -2
        +two
         3
         4
         5
         6
         7
         8
        -9
        +9^M
         10
         11
        -12
        +1two
         13
         14
         15
         16
         17
         18
        -19
        -20
        +19^M
        +20
        \ No newline at end of file
    "#]]
    .assert_eq(&difference(&Style::PLAIN));
    let color = Style {
        color: true,
        ..Style::PLAIN
    };
    expect![[r#"
        ^[1m--- a/a.nix^[0m
        ^[1m+++ b/a.nix^[0m
        ^[36m@@ -1,20 +1,20 @@^[0m
         1
        ^[31m-2^[0m
        ^[32m+two^[0m
         3
         4
         5
         6
         7
         8
        ^[31m-9^[0m
        ^[32m+9^[0m^M
         10
         11
        ^[31m-12^[0m
        ^[32m+1two^[0m
         13
         14
         15
         16
         17
         18
        ^[31m-19^[0m
        ^[31m-20^[0m
        ^[32m+19^[0m^M
        ^[32m+20^[0m
        \ No newline at end of file
    "#]]
    .assert_eq(&difference(&color).replace('\u{1B}', "^"));
}

#[test]
fn statistics_count_codes() {
    let (_, mut findings) = misspelt();
    findings.push(Diagnostic::error("thrown", "a"));
    findings.push(finding());
    findings.extend((0..10).map(|_| Diagnostic::note("out-of-reach", "b")));
    expect![[r#"
        10  note     out-of-reach
         2  warning  unknown-machine  1 with --fix
         1  error    thrown
    "#]]
    .assert_eq(&table(&count(&findings)));
}
