//! Findings as a person sees them.

mod support;

use expect_test::{Expect, expect};
use report::diagnostic::{Format, Style, summary};
use source::{Diagnostic, Pos, Span};
use support::{Clan, misspelt};

#[track_caller]
fn check(clan: &Clan, finding: Diagnostic, expected: Expect) {
    expected.assert_eq(&clan.render(Format::Human, &Style::PLAIN, &[finding]));
}

#[test]
fn labels_in_two_files_have_two_excerpts() {
    let (clan, findings) = misspelt();
    check(
        &clan,
        findings[0].clone(),
        expect![[r#"
        warning[unknown-machine]: the inventory has no machine `lapotp`
           ╭─[clan.nix:4:28]
         3 │   inventory.instances.wifi = {
         4 │     roles.default.machines.lapotp = { };
           ·                            ───┬──
           ·                               ╰── named in role `default`
         5 │   };
           ╰────
           ╭─[machines.nix:2:3]
         1 │ {
         2 │   laptop = { };
           ·   ───┬──
           ·      ╰── `laptop` is defined here
         3 │ }
           ╰────
          note: clan goes on without it
          help: write `laptop`, or define `machines.lapotp`
          fix: rename to `laptop` (--fix)
    "#]],
    );
}

#[test]
fn ascii_is_enough() {
    let (clan, findings) = misspelt();
    let style = Style {
        unicode: false,
        ..Style::PLAIN
    };
    expect![[r#"
        warning[unknown-machine]: the inventory has no machine `lapotp`
           ,-[clan.nix:4:28]
         3 |   inventory.instances.wifi = {
         4 |     roles.default.machines.lapotp = { };
           :                            ^^^|^^
           :                               `-- named in role `default`
         5 |   };
           `----
           ,-[machines.nix:2:3]
         1 | {
         2 |   laptop = { };
           :   ^^^|^^
           :      `-- `laptop` is defined here
         3 | }
           `----
          note: clan goes on without it
          help: write `laptop`, or define `machines.lapotp`
          fix: rename to `laptop` (--fix)
    "#]]
    .assert_eq(&clan.render(Format::Human, &style, &findings));
}

#[test]
fn colour_tells_the_severity_and_the_main_place() {
    let (clan, findings) = misspelt();
    let style = Style {
        color: true,
        ..Style::PLAIN
    };
    let text = clan.render(Format::Human, &style, &findings);
    expect![[r#"
        ^[1;33mwarning[unknown-machine]^[0m^[1m: the inventory has no machine `lapotp`^[0m
           ╭─[^[36;1;4mclan.nix:4:28^[0m]
         ^[2m3^[0m │   inventory.instances.wifi = {
         ^[2m4^[0m │     roles.default.machines.lapotp = { };
           · ^[33m                           ───┬──^[0m
           ·                               ^[33m╰── ^[33mnamed in role `default`^[0m^[0m
         ^[2m5^[0m │   };
           ╰────
           ╭─[^[36;1;4mmachines.nix:2:3^[0m]
         ^[2m1^[0m │ {
         ^[2m2^[0m │   laptop = { };
           · ^[36m  ───┬──^[0m
           ·      ^[36m╰── ^[36m`laptop` is defined here^[0m^[0m
         ^[2m3^[0m │ }
           ╰────
          ^[1mnote^[0m: clan goes on without it
          ^[1mhelp^[0m: write `laptop`, or define `machines.lapotp`
          ^[1mfix^[0m: rename to `laptop` (--fix)
    "#]]
    .assert_eq(&text.replace('\u{1B}', "^"));
}

#[test]
fn a_finding_without_a_place_is_a_headline() {
    let clan = Clan::default();
    let finding = Diagnostic::error("no-clan", "no clan here").help("point at a directory");
    check(
        &clan,
        finding,
        expect![[r#"
        error[no-clan]: no clan here
          help: point at a directory
    "#]],
    );
}

#[test]
fn near_labels_share_an_excerpt() {
    let clan = Clan::new(&[("a.nix", "{\n  a = 1;\n  b = 2;\n  c = 3;\n  a = 4;\n}\n")]);
    let finding = Diagnostic::error("duplicate-attribute", "`a` is defined twice")
        .label(clan.nth("a.nix", "a", 1), "again here")
        .label(clan.span("a.nix", "a"), "first here");
    check(
        &clan,
        finding,
        expect![[r#"
        error[duplicate-attribute]: `a` is defined twice
           ╭─[a.nix:5:3]
         1 │ {
         2 │   a = 1;
           ·   ┬
           ·   ╰── first here
         3 │   b = 2;
         4 │   c = 3;
         5 │   a = 4;
           ·   ┬
           ·   ╰── again here
         6 │ }
           ╰────
    "#]],
    );
}

#[test]
fn a_help_that_is_the_fix_is_not_said_twice() {
    let clan = Clan::new(&[("a.nix", "{ a = 1 }\n")]);
    let place = clan.span("a.nix", "1");
    let finding = Diagnostic::error("missing-semicolon", "no `;`")
        .help("add `;`")
        .fix("add `;`", source::Edit::insert_after(place, ";"));
    check(
        &clan,
        finding,
        expect![[r#"
        error[missing-semicolon]: no `;`
          fix: add `;` (--fix)
    "#]],
    );
}

#[test]
fn the_main_place_comes_first() {
    let lines: String = (1..=40).map(|number| format!("line {number}\n")).collect();
    let clan = Clan::new(&[("a.nix", &lines)]);
    let finding = Diagnostic::error("thrown", "far apart")
        .label(clan.span("a.nix", "line 30"), "main")
        .label(clan.span("a.nix", "line 7"), "other");
    check(
        &clan,
        finding,
        expect![[r#"
        error[thrown]: far apart
            ╭─[a.nix:30:1]
         29 │ line 29
         30 │ line 30
            · ───┬───
            ·    ╰── main
         31 │ line 31
            ╰────
           ╭─[a.nix:7:1]
         6 │ line 6
         7 │ line 7
           · ───┬──
           ·    ╰── other
         8 │ line 8
           ╰────
    "#]],
    );
}

#[test]
fn a_label_over_another_has_its_own_excerpt() {
    let clan = Clan::new(&[("a.nix", "lib.mkForce (a.b.c)\n")]);
    let finding = Diagnostic::error("thrown", "one in the other")
        .label(clan.nth("a.nix", "b", 1), "inner")
        .label(clan.span("a.nix", "a.b.c"), "outer")
        .label(clan.nth("a.nix", "b", 1), "the same");
    check(
        &clan,
        finding,
        expect![[r#"
            error[thrown]: one in the other
               ╭─[a.nix:1:16]
             1 │ lib.mkForce (a.b.c)
               ·                ┬
               ·                ╰── inner; the same
               ╰────
               ╭─[a.nix:1:14]
             1 │ lib.mkForce (a.b.c)
               ·              ──┬──
               ·                ╰── outer
               ╰────
        "#]],
    );
}

#[test]
fn the_end_of_a_file_is_a_place() {
    let clan = Clan::new(&[("a.nix", "{\n  a = 1;\n"), ("b.nix", "{ b"), ("c.nix", "")]);
    let finding = Diagnostic::error("syntax", "the text ends too early")
        .label(clan.end("a.nix"), "`}` is missing")
        .label(clan.end("b.nix"), "here too")
        .label(clan.end("c.nix"), "and nothing here");
    check(
        &clan,
        finding,
        expect![[r#"
        error[syntax]: the text ends too early
           ╭─[a.nix:3:1]
         2 │   a = 1;
         3 │
           · ▲
           · ╰── `}` is missing
           ╰────
           ╭─[b.nix:1:4]
         1 │ { b
           ·    ▲
           ·    ╰── here too
           ╰────
           ╭─[c.nix:1:1]
         1 │
           · ▲
           · ╰── and nothing here
           ╰────
    "#]],
    );
}

#[test]
fn a_label_over_lines_is_drawn_beside_them() {
    let clan = Clan::new(&[("a.nix", "{\n  a = {\n    b = 1;\n  };\n}\n")]);
    let finding = Diagnostic::error("wrong-type", "not a string")
        .label(clan.span("a.nix", "{\n    b = 1;\n  }"), "a set");
    check(
        &clan,
        finding,
        expect![[r#"
        error[wrong-type]: not a string
           ╭─[a.nix:2:7]
         1 │     {
         2 │ ╭─▶   a = {
         3 │ │       b = 1;
         4 │ ├─▶   };
           · ╰──── a set
         5 │     }
           ╰────
    "#]],
    );
}

#[test]
fn a_label_over_many_lines_is_shown_by_its_first() {
    let text = format!("{{\n  a = [\n{}  ];\n}}\n", "    1\n".repeat(50));
    let clan = Clan::new(&[("a.nix", &text)]);
    let file = clan.sources.files()[0].clone();
    let finding =
        Diagnostic::error("wrong-type", "not a set").label(file.full_span(), "the whole file");
    check(
        &clan,
        finding,
        expect![[r#"
        error[wrong-type]: not a set
           ╭─[a.nix:1:1]
         1 │ {
           · ┬
           · ╰── the whole file
         2 │   a = [
           ╰────
    "#]],
    );
}

#[test]
fn a_label_may_end_with_its_line() {
    let clan = Clan::new(&[("a.nix", "a\r\nb = c\r\nd\r\n")]);
    let finding = Diagnostic::error("syntax", "no")
        .label(clan.span("a.nix", "c\r\n"), "with its line end")
        .label(clan.span("a.nix", "a\r"), "half of it");
    check(
        &clan,
        finding,
        expect![[r#"
        error[syntax]: no
           ╭─[a.nix:2:5]
         1 │ a
           · ┬
           · ╰── half of it
         2 │ b = c
           ·     ┬
           ·     ╰── with its line end
         3 │ d
           ╰────
    "#]],
    );
}

#[test]
fn tabs_and_wide_characters_keep_the_label_below() {
    let clan = Clan::new(&[("a.nix", "{\n\tname = \"漢字 e\u{301} 🦀\"; x = y;\n}\n")]);
    let finding =
        Diagnostic::error("undefined-variable", "no `y`").label(clan.span("a.nix", "y"), "unknown");
    check(
        &clan,
        finding,
        expect![[r#"
        error[undefined-variable]: no `y`
           ╭─[a.nix:2:24]
         1 │ {
         2 │     name = "漢字 é 🦀"; x = y;
           ·                             ┬
           ·                             ╰── unknown
         3 │ }
           ╰────
    "#]],
    );
}

#[test]
fn long_lines_are_cut_around_their_labels() {
    let mut text = "{\"a\":[".to_owned();
    (0..2000).for_each(|number| text.push_str(&format!("{number},")));
    text.push_str("\"ÄÖÜ\"]}");
    let clan = Clan::new(&[("inventory.json", &text)]);
    let finding = Diagnostic::error("invalid-json", "too long")
        .label(clan.span("inventory.json", "1000"), "in the middle")
        .label(clan.span("inventory.json", "\"ÄÖÜ\""), "at the end");
    check(
        &clan,
        finding,
        expect![[r#"
            error[invalid-json]: too long
               ╭─[inventory.json:1:3897]
             1 │ …997,998,999,1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1…
               ·              ──┬─
               ·                ╰── in the middle
               ╰────
               ╭─[inventory.json:1:8897]
             1 │ …,1984,1985,1986,1987,1988,1989,1990,1991,1992,1993,1994,1995,1996,1997,1998,1999,"ÄÖÜ"]}
               ·                                                                                   ──┬──
               ·                                                                                     ╰── at the end
               ╰────
        "#]],
    );
    let finding = Diagnostic::error("invalid-json", "too long")
        .label(clan.span("inventory.json", "\"ÄÖÜ\""), "at the end");
    check(
        &clan,
        finding,
        expect![[r#"
        error[invalid-json]: too long
           ╭─[inventory.json:1:8897]
         1 │ …,1984,1985,1986,1987,1988,1989,1990,1991,1992,1993,1994,1995,1996,1997,1998,1999,"ÄÖÜ"]}
           ·                                                                                   ──┬──
           ·                                                                                     ╰── at the end
           ╰────
    "#]],
    );
    let finding = Diagnostic::error("invalid-json", "too long")
        .label(clan.sources.files()[0].full_span(), "all of it");
    check(
        &clan,
        finding,
        expect![[r#"
        error[invalid-json]: too long
           ╭─[inventory.json:1:1]
         1 │ {"a":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30…
           · ────────────────────────────────────────────┬───────────────────────────────────────────
           ·                                             ╰── all of it
           ╰────
    "#]],
    );
}

#[test]
fn invalid_spans_do_no_harm() {
    let clan = Clan::new(&[("a.nix", "äöü\nsecond\n"), ("b.nix", "b")]);
    let [a, b] = [
        clan.sources.files()[0].clone(),
        clan.sources.files()[1].clone(),
    ];
    let finding = Diagnostic::error("thrown", "odd places")
        .label(Span::new(a.pos(1), a.pos(3)), "inside characters")
        .label(Span::new(a.pos(10), a.pos(7)), "backwards")
        .label(Span::new(a.pos(9), b.pos(1)), "into another file")
        .label(Span::at(Pos::new(9999)), "in no file");
    check(
        &clan,
        finding,
        expect![[r#"
        error[thrown]: odd places
           ╭─[a.nix:1:1]
         1 │ äöü
           · ─┬
           ·  ╰── inside characters
         2 │ second
           ·    ▲
           ·    ╰── backwards
           ╰────
           ╭─[a.nix:2:3]
         1 │ äöü
         2 │ second
           ·   ──┬─
           ·     ╰── into another file
           ╰────
          at: in no file
    "#]],
    );
}

#[test]
fn what_steers_a_terminal_is_shown() {
    let clan = Clan::new(&[("a.nix", "a = \"\u{1B}[31m\rred\u{202E}\";\n")]);
    let finding = Diagnostic::error("thrown", "first \u{7}\nsecond")
        .label(clan.span("a.nix", "red"), "two\nlines")
        .note_line("a\nb");
    check(
        &clan,
        finding,
        expect![[r#"
            error[thrown]: first ␇
              second
               ╭─[a.nix:2:1]
             1 │ a = "␛[31m
             2 │ red�";
               · ─┬─
               ·  ╰── two lines
               ╰────
              note: a
                b
        "#]],
    );
}

#[test]
fn invalid_utf8_is_shown_as_such() {
    let clan = Clan::default();
    let path = std::path::Path::new("/clan/a.nix");
    let file = clan.sources.add(path, b"a\xFF\xFEb\n".to_vec()).unwrap();
    let finding = Diagnostic::error("syntax", "not text").label(file.span(1, 3), "these bytes");
    check(
        &clan,
        finding,
        expect![[r#"
        error[syntax]: not text
           ╭─[a.nix:1:2]
         1 │ a␚␚b
           ·  ─┬
           ·   ╰── these bytes
           ╰────
    "#]],
    );
}

#[test]
fn every_cut_of_a_text_can_be_drawn() {
    let text = "{\r\n\tä = \"漢\r\";\n\n  x\u{301} = 1;\r\n}";
    let clan = Clan::new(&[("a.nix", text)]);
    let file = clan.sources.files()[0].clone();
    for start in 0..=text.len() as u32 {
        for end in 0..=text.len() as u32 {
            let finding = Diagnostic::error("thrown", "any")
                .label(file.span(start, end), "one")
                .label(file.span(end, start + 2), "two")
                .label(Span::at(file.pos(start / 2)), "three");
            for width in [0, 30] {
                let style = Style {
                    width,
                    ..Style::PLAIN
                };
                let text = clan.render(Format::Human, &style, std::slice::from_ref(&finding));
                assert!(
                    text.contains("one") && text.contains("two") && text.contains("three"),
                    "{start}..{end}: {text}"
                );
                assert!(!text.contains("Failed to read"), "{text}");
            }
        }
    }
}

#[test]
fn the_summary_counts() {
    let error = Diagnostic::error("thrown", "a");
    let warning = Diagnostic::warning("unknown-machine", "b");
    let note = Diagnostic::note("out-of-reach", "c");
    assert_eq!(summary(&[]), "no findings");
    assert_eq!(
        summary(&[warning.clone(), error.clone(), error, note]),
        "2 errors, 1 warning, 1 note"
    );
    assert_eq!(summary(&[warning]), "1 warning");
}
