//! The fleet drawn, as text and in the languages of other tools.

mod support;

use expect_test::{Expect, expect};
use support::{command, finish, run};

#[track_caller]
fn check(arguments: &str, expected: Expect) {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expected.assert_eq(&ran.out);
}

#[test]
fn a_tree_has_the_reasons() {
    check(
        "graph fixtures/modern",
        expect![[r#"
        lakehouse
        ├─ nightly (borgbackup)
        │  ├─ client
        │  │  ├─ by name, by tag backup:  jon
        │  │  └─ by tag backup:  sara web01
        │  └─ server
        │     └─ by name:  backup_server
        ├─ ssh-access (sshd of clan-core)
        │  ├─ client
        │  │  ├─ by tag backup, by tag laptop:  jon sara
        │  │  └─ by tag backup:  web01
        │  └─ server
        │     ├─ by name, by tag nixos (computed):  backup_server
        │     ├─ by tag nixos (computed):  jon sara
        │     ├─ by name, by tag nixos (computed), by tag web:  web01
        │     └─ by tag nixos (computed), by tag web:  web02
        ├─ uptime-web (@lakehouse/uptime of self)
        │  ├─ probe
        │  │  └─ by name:  backup_server
        │  └─ target
        │     ├─ by tag server:  backup_server
        │     ├─ by tag server, by tag web:  web01
        │     └─ by name, by tag server, by tag web:  web02
        ├─ user-jon (users)
        │  └─ default
        │     ├─ by tag all (computed):  anna jon sara
        │     └─ by tag all (computed), by tag server:  backup_server web01 web02
        ├─ user-sara (users)
        │  └─ default
        │     ├─ by name:  sara
        │     └─ by tag web:  web01 web02
        └─ wifi
           └─ default
              ├─ by tag laptop:  jon
              └─ by name, by tag laptop:  sara
    "#]],
    );
}

#[test]
fn a_tree_stands_around_one_thing() {
    check(
        "graph fixtures/modern web01",
        expect![[r#"
        machine web01
        ├─ tags  server web backup all* nixos*
        ├─ nightly (borgbackup)
        │  └─ client  by tag backup
        ├─ ssh-access (sshd of clan-core)
        │  ├─ client  by tag backup
        │  └─ server  by name, by tag nixos (computed), by tag web
        ├─ uptime-web (@lakehouse/uptime of self)
        │  └─ target  by tag server, by tag web
        ├─ user-jon (users)
        │  └─ default  by tag all (computed), by tag server
        └─ user-sara (users)
           └─ default  by tag web
    "#]],
    );
    check(
        "graph fixtures/modern nightly",
        expect![[r#"
        instance nightly
        └─ nightly (borgbackup)
           ├─ client
           │  ├─ by name, by tag backup:  jon
           │  └─ by tag backup:  sara web01
           └─ server
              └─ by name:  backup_server
    "#]],
    );
    check(
        "graph fixtures/modern @laptop",
        expect![[r#"
        tag laptop
        ├─ carried by  jon sara
        ├─ ssh-access (sshd of clan-core)
        │  └─ client
        │     └─ by tag backup, by tag laptop:  jon sara
        └─ wifi
           └─ default
              ├─ by tag laptop:  jon
              └─ by name, by tag laptop:  sara
    "#]],
    );
    let ran = run("graph fixtures/modern latop");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `laptop`?"), "{}", ran.err);
}

#[test]
fn a_tree_fits_the_terminal() {
    let mut narrow = command("graph fixtures/fleet metrics");
    let ran = finish(narrow.env("COLUMNS", "60"));
    expect![[r#"
        instance metrics
        └─ metrics (metrics of self)
           ├─ collector
           │  └─ by name:  ci03 web01
           └─ exporter
              ├─ by tag headless (computed):  ci01 ci02 ci03 ci04
              │     ci05 ci06 edge02 edge03 edge04 edge05 edge06
              │     edge07 edge08 edge10 edge11 edge12 edge13 edge14
              │     edge15 edge16 web01 web02 web03 web04 web05
              │     web06 web07
              ├─ by tag db, by tag headless (computed):  db01 db02
              │     db03 db04
              ├─ by tag canary (computed), by tag headless
              │     (computed):  edge01 edge09 web08
              └─ by tag laptop:  jon mika sara ture ylva
    "#]]
    .assert_eq(&ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 60));
}

#[test]
fn graphviz_gets_four_ranks() {
    check(
        "graph fixtures/backup --format dot",
        expect![[r##"
        digraph "backyard" {
          rankdir=LR
          ranksep=1.5
          nodesep=0.15
          node [shape=box style="rounded,filled" fillcolor=white fontname="sans-serif" fontsize=11]
          edge [arrowsize=0.5 color=gray60]
          t0 [label="all*" shape=cds]
          m0 [label="backup_server"]
          m1 [label="jon\nsara"]
          r0 [label="client" color="#1f6feb"]
          r1 [label="server" color="#1f6feb"]
          r2 [label="client" color="#bf4b00"]
          r3 [label="server" color="#bf4b00"]
          i0 [label="instance_1\nborgbackup" color="#1f6feb" penwidth=2]
          i1 [label="lan\nsshd" color="#bf4b00" penwidth=2]
          { rank=same t0 }
          { rank=same m0 m1 }
          { rank=same r0 r1 r2 r3 }
          { rank=same i0 i1 }
          t0 -> m0
          t0 -> m1
          m0 -> r1 [color="#1f6feb" style=dashed]
          m0 -> r3 [color="#bf4b00"]
          m1 -> r0 [color="#1f6feb" style=dashed]
          m1 -> r2 [color="#bf4b00" style=dashed]
          m1 -> r3 [color="#bf4b00"]
          r0 -> i0 [color="#1f6feb"]
          r1 -> i0 [color="#1f6feb"]
          r2 -> i1 [color="#bf4b00"]
          r3 -> i1 [color="#bf4b00"]
        }
    "##]],
    );
}

#[test]
fn mermaid_gets_names_that_it_cannot_misread() {
    check(
        "graph fixtures/modern uptime-web --format mermaid",
        expect![[r#"
            flowchart LR
              t0(["server"])
              t1(["web"])
              m0["backup#95;server"]
              m1["web01<br>web02"]
              r0("probe")
              r1("target")
              i0[["uptime-web<br>@lakehouse/uptime of self"]]
              t0 --> m0
              t0 --> m1
              t1 --> m1
              m0 -.-> r0
              m0 --> r1
              m1 --> r1
              r0 --> i0
              r1 --> i0
              classDef c0 stroke:#1f6feb,stroke-width:2px
              class r0 c0
              class r1 c0
              class i0 c0
        "#]],
    );
}

#[test]
fn the_picture_needs_nothing_else() {
    let ran = run("graph fixtures/fleet --format svg");
    assert!(
        ran.out
            .starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")
    );
    assert_eq!(
        ran.out.matches("http").count(),
        1,
        "only the name of the format"
    );
    for part in [
        "<title>nordlicht</title>",
        "prefers-color-scheme: dark",
        ">edge04, edge07, ",
        "all 40 machines",
        ">metrics of self<",
    ] {
        assert!(ran.out.contains(part), "{part}");
    }
    assert_eq!(ran.out, run("graph fixtures/fleet --format svg").out);
}
