//! Findings as other programs read them.

mod support;

use expect_test::{Expect, expect};
use report::diagnostic::{Format, Style};
use source::{Diagnostic, Edit, Fix, Pos, Span};
use support::{Clan, misspelt};

#[track_caller]
fn check(format: Format, clan: &Clan, findings: &[Diagnostic], expected: Expect) {
    expected.assert_eq(&clan.render(format, &Style::PLAIN, findings));
}

/// Findings with all that can be odd in one.
fn odd() -> (Clan, Vec<Diagnostic>) {
    let clan = Clan::new(&[("ein ort/ä,b:c.nix", "x = \"<ä>\" &\n  y;\n")]);
    let path = "ein ort/ä,b:c.nix";
    let several_lines = clan.span(path, "&\n  y");
    let finding = Diagnostic::error("thrown", "100% <wrong>: \"a\"\nand\u{7} more")
        .label(several_lines, "over two lines")
        .label(Span::at(Pos::new(9999)), "in no file")
        .note_line("a note")
        .help("two\nlines");
    let nowhere = Diagnostic::note("out-of-reach", "input `foo` is not on disk");
    (clan, vec![finding.clone(), finding, nowhere])
}

#[test]
fn concise_has_a_line_for_each_label() {
    let (clan, findings) = misspelt();
    check(
        Format::Concise,
        &clan,
        &findings,
        expect![[r#"
        warning[unknown-machine]: the inventory has no machine `lapotp`
          clan.nix:4:28  named in role `default`
          machines.nix:2:3  `laptop` is defined here
          note: clan goes on without it
          help: write `laptop`, or define `machines.lapotp`
    "#]],
    );
    let (clan, findings) = odd();
    check(
        Format::Concise,
        &clan,
        &findings[1..],
        expect![[r#"
        error[thrown]: 100% <wrong>: "a" and␇ more
          ein ort/ä,b:c.nix:1:11  over two lines
          at: in no file
          note: a note
          help: two lines
        note[out-of-reach]: input `foo` is not on disk
    "#]],
    );
}

#[test]
fn json_is_as_promised() {
    let (clan, findings) = misspelt();
    check(
        Format::Json,
        &clan,
        &findings,
        expect![[r#"
        [
          {
            "code": "unknown-machine",
            "severity": "warning",
            "message": "the inventory has no machine `lapotp`",
            "help": "write `laptop`, or define `machines.lapotp`",
            "labels": [
              {
                "file": "clan.nix",
                "start": {
                  "line": 4,
                  "column": 28,
                  "byte": 106
                },
                "end": {
                  "line": 4,
                  "column": 34,
                  "byte": 112
                },
                "text": "named in role `default`",
                "primary": true
              },
              {
                "file": "machines.nix",
                "start": {
                  "line": 2,
                  "column": 3,
                  "byte": 4
                },
                "end": {
                  "line": 2,
                  "column": 9,
                  "byte": 10
                },
                "text": "`laptop` is defined here",
                "primary": false
              }
            ],
            "related": [
              {
                "message": "clan goes on without it"
              }
            ],
            "fixes": [
              {
                "title": "rename to `laptop`",
                "safe": true,
                "edits": [
                  {
                    "file": "clan.nix",
                    "start": {
                      "line": 4,
                      "column": 28,
                      "byte": 106
                    },
                    "end": {
                      "line": 4,
                      "column": 34,
                      "byte": 112
                    },
                    "text": "laptop"
                  }
                ]
              }
            ]
          }
        ]
    "#]],
    );
    let (clan, findings) = odd();
    check(
        Format::Json,
        &clan,
        &findings[..1],
        expect![[r#"
        [
          {
            "code": "thrown",
            "severity": "error",
            "message": "100% <wrong>: \"a\"\nand\u0007 more",
            "help": "two\nlines",
            "labels": [
              {
                "file": "ein ort/ä,b:c.nix",
                "start": {
                  "line": 1,
                  "column": 11,
                  "byte": 11
                },
                "end": {
                  "line": 2,
                  "column": 4,
                  "byte": 16
                },
                "text": "over two lines",
                "primary": true
              }
            ],
            "related": [
              {
                "message": "in no file"
              },
              {
                "message": "a note"
              }
            ],
            "fixes": []
          }
        ]
    "#]],
    );
    check(
        Format::Json,
        &clan,
        &[],
        expect![[r#"
        []
    "#]],
    );
}

#[test]
fn a_fix_without_a_place_is_left_out() {
    let (clan, findings) = misspelt();
    let finding = findings[0].clone().with_fix(Fix {
        title: "half known".to_owned(),
        safe: true,
        edits: vec![
            Edit::replace(clan.span("clan.nix", "wifi"), "a"),
            Edit::replace(Span::at(Pos::new(9999)), "b"),
        ],
    });
    for format in [Format::Json, Format::Sarif] {
        let text = clan.render(format, &Style::PLAIN, std::slice::from_ref(&finding));
        assert!(!text.contains("half known"), "{text}");
    }
}

#[test]
fn jsonl_has_one_line_for_each_finding() {
    let (clan, findings) = odd();
    check(
        Format::Jsonl,
        &clan,
        &findings,
        expect![[r#"
        {"code":"thrown","severity":"error","message":"100% <wrong>: \"a\"\nand\u0007 more","help":"two\nlines","labels":[{"file":"ein ort/ä,b:c.nix","start":{"line":1,"column":11,"byte":11},"end":{"line":2,"column":4,"byte":16},"text":"over two lines","primary":true}],"related":[{"message":"in no file"},{"message":"a note"}],"fixes":[]}
        {"code":"thrown","severity":"error","message":"100% <wrong>: \"a\"\nand\u0007 more","help":"two\nlines","labels":[{"file":"ein ort/ä,b:c.nix","start":{"line":1,"column":11,"byte":11},"end":{"line":2,"column":4,"byte":16},"text":"over two lines","primary":true}],"related":[{"message":"in no file"},{"message":"a note"}],"fixes":[]}
        {"code":"out-of-reach","severity":"note","message":"input `foo` is not on disk","help":null,"labels":[],"related":[],"fixes":[]}
    "#]],
    );
}

#[test]
fn sarif_knows_rules_places_and_fixes() {
    let (clan, findings) = misspelt();
    check(
        Format::Sarif,
        &clan,
        &findings,
        expect![[r##"
            {
              "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
              "version": "2.1.0",
              "runs": [
                {
                  "tool": {
                    "driver": {
                      "name": "clan-inventory",
                      "version": "0.1.0",
                      "informationUri": "https://github.com/clan-inventory/clan-inventory",
                      "rules": [
                        {
                          "id": "unknown-machine",
                          "shortDescription": {
                            "text": "A role, or a tag in `inventory.tags`, names a machine that the inventory does not have."
                          },
                          "help": {
                            "text": "# unknown-machine\n\nA role, or a tag in `inventory.tags`, names a machine that the inventory does not have.\n\nClan takes this without a word: the name becomes a member of the role and is counted by the checks of the service, but\nnothing is built for it, since there is no such machine. So a slip of the keys makes a machine miss its service. The\nmachines of an inventory are those in `inventory.machines`, in `inventory.json`, the directories below `machines/`, and\nthose in the clan's own `machines`.\n\n## Example\n\n```nix clan\n{\n  meta.name = \"home\";\n  modules.wifi = {\n    _class = \"clan.service\";\n    manifest.name = \"wifi\";\n    roles.default = { };\n  };\n  inventory.machines.laptop = { };\n  inventory.instances.wifi = {\n    module.input = \"self\";\n    roles.default.machines.lapotp = { }; #~ unknown-machine\n  };\n}\n```\n\n## The way out\n\nCorrect the name, or define the machine: `inventory.machines.lapotp = { };`.\n",
                            "markdown": "# unknown-machine\n\nA role, or a tag in `inventory.tags`, names a machine that the inventory does not have.\n\nClan takes this without a word: the name becomes a member of the role and is counted by the checks of the service, but\nnothing is built for it, since there is no such machine. So a slip of the keys makes a machine miss its service. The\nmachines of an inventory are those in `inventory.machines`, in `inventory.json`, the directories below `machines/`, and\nthose in the clan's own `machines`.\n\n## Example\n\n```nix clan\n{\n  meta.name = \"home\";\n  modules.wifi = {\n    _class = \"clan.service\";\n    manifest.name = \"wifi\";\n    roles.default = { };\n  };\n  inventory.machines.laptop = { };\n  inventory.instances.wifi = {\n    module.input = \"self\";\n    roles.default.machines.lapotp = { }; #~ unknown-machine\n  };\n}\n```\n\n## The way out\n\nCorrect the name, or define the machine: `inventory.machines.lapotp = { };`.\n"
                          }
                        }
                      ]
                    }
                  },
                  "columnKind": "unicodeCodePoints",
                  "results": [
                    {
                      "ruleId": "unknown-machine",
                      "ruleIndex": 0,
                      "level": "warning",
                      "message": {
                        "text": "the inventory has no machine `lapotp`\nclan goes on without it\nwrite `laptop`, or define `machines.lapotp`"
                      },
                      "locations": [
                        {
                          "physicalLocation": {
                            "artifactLocation": {
                              "uri": "clan.nix",
                              "uriBaseId": "%SRCROOT%"
                            },
                            "region": {
                              "startLine": 4,
                              "startColumn": 28,
                              "endLine": 4,
                              "endColumn": 34,
                              "byteOffset": 106,
                              "byteLength": 6
                            }
                          },
                          "message": {
                            "text": "named in role `default`"
                          }
                        }
                      ],
                      "relatedLocations": [
                        {
                          "physicalLocation": {
                            "artifactLocation": {
                              "uri": "machines.nix",
                              "uriBaseId": "%SRCROOT%"
                            },
                            "region": {
                              "startLine": 2,
                              "startColumn": 3,
                              "endLine": 2,
                              "endColumn": 9,
                              "byteOffset": 4,
                              "byteLength": 6
                            }
                          },
                          "message": {
                            "text": "`laptop` is defined here"
                          },
                          "id": 1
                        }
                      ],
                      "partialFingerprints": {
                        "clanInventory/v1": "4d5b7e3062de9a03"
                      },
                      "fixes": [
                        {
                          "description": {
                            "text": "rename to `laptop`"
                          },
                          "artifactChanges": [
                            {
                              "artifactLocation": {
                                "uri": "clan.nix",
                                "uriBaseId": "%SRCROOT%"
                              },
                              "replacements": [
                                {
                                  "deletedRegion": {
                                    "startLine": 4,
                                    "startColumn": 28,
                                    "endLine": 4,
                                    "endColumn": 34,
                                    "byteOffset": 106,
                                    "byteLength": 6
                                  },
                                  "insertedContent": {
                                    "text": "laptop"
                                  }
                                }
                              ]
                            }
                          ]
                        }
                      ]
                    }
                  ]
                }
              ]
            }
        "##]],
    );
}

#[test]
fn sarif_explains_its_rules() {
    let (clan, findings) = misspelt();
    let text = clan.render(Format::Sarif, &Style::PLAIN, &findings);
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    let headline =
        "A role, or a tag in `inventory.tags`, names a machine that the inventory does not have.";
    assert_eq!(rule["shortDescription"]["text"], headline);
    let page = rule["help"]["markdown"].as_str().unwrap();
    assert!(page.contains("## The way out"), "{page}");
}

#[test]
fn sarif_escapes_file_names() {
    let (clan, findings) = odd();
    let text = clan.render(Format::Sarif, &Style::PLAIN, &findings);
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let results = &log["runs"][0]["results"];
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "ein%20ort/%C3%A4%2Cb%3Ac.nix");
    assert_eq!(results[2]["locations"], serde_json::json!([]));
    assert_ne!(
        results[0]["partialFingerprints"],
        results[1]["partialFingerprints"]
    );
}

#[test]
fn github_gets_escaped_commands() {
    let (clan, findings) = misspelt();
    check(
        Format::Github,
        &clan,
        &findings,
        expect![[r#"
        ::warning file=clan.nix,line=4,endLine=4,col=28,endColumn=34,title=unknown-machine::the inventory has no machine `lapotp`%0Aclan.nix:4:28  named in role `default`%0Amachines.nix:2:3  `laptop` is defined here%0Anote: clan goes on without it%0Ahelp: write `laptop`, or define `machines.lapotp`
    "#]],
    );
    let (clan, findings) = odd();
    check(
        Format::Github,
        &clan,
        &findings[1..],
        expect![[r#"
            ::error file=ein ort/ä%2Cb%3Ac.nix,line=1,endLine=2,title=thrown::100%25 <wrong>: "a"%0Aand␇ more%0Aein ort/ä,b:c.nix:1:11  over two lines%0Ain no file%0Anote: a note%0Ahelp: two%0Alines
            ::notice title=out-of-reach::input `foo` is not on disk
        "#]],
    );
}

#[test]
fn gitlab_gets_fingerprints() {
    let (clan, findings) = odd();
    check(
        Format::Gitlab,
        &clan,
        &findings,
        expect![[r#"
        [
          {
            "description": "100% <wrong>: \"a\"\nand\u0007 more: two\nlines",
            "check_name": "thrown",
            "fingerprint": "d35da8168dfd770b",
            "severity": "major",
            "location": {
              "path": "ein ort/ä,b:c.nix",
              "lines": {
                "begin": 1,
                "end": 2
              }
            }
          },
          {
            "description": "100% <wrong>: \"a\"\nand\u0007 more: two\nlines",
            "check_name": "thrown",
            "fingerprint": "9964bd7f6cc1a321",
            "severity": "major",
            "location": {
              "path": "ein ort/ä,b:c.nix",
              "lines": {
                "begin": 1,
                "end": 2
              }
            }
          },
          {
            "description": "input `foo` is not on disk",
            "check_name": "out-of-reach",
            "fingerprint": "274bddf43e312cce",
            "severity": "info",
            "location": {
              "path": ".",
              "lines": {
                "begin": 1,
                "end": 1
              }
            }
          }
        ]
    "#]],
    );
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let fingerprint = |text: &str| {
        let clan = Clan::new(&[("a.nix", text)]);
        let headline = format!("defined at /a.nix:{}:7", text.lines().count());
        let finding = Diagnostic::error("thrown", headline).label(clan.span("a.nix", "x"), "here");
        let text = clan.render(Format::Gitlab, &Style::PLAIN, &[finding]);
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        report[0]["fingerprint"].clone()
    };
    assert_eq!(fingerprint("x"), fingerprint("# above\n\n  x"));
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let (clan, findings) = odd();
    check(
        Format::Junit,
        &clan,
        &findings,
        expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="clan-inventory" tests="3" failures="2" errors="0" skipped="1">
          <testsuite name="ein ort/ä,b:c.nix" tests="2" failures="2" errors="0" skipped="0">
            <testcase name="thrown (1:11)" classname="ein ort/ä,b:c.nix">
              <failure type="error" message="100% &lt;wrong&gt;: &quot;a&quot;&#10;and� more">error[thrown]: 100% &lt;wrong&gt;: &quot;a&quot; and␇ more
          ein ort/ä,b:c.nix:1:11  over two lines
          at: in no file
          note: a note
          help: two lines</failure>
            </testcase>
            <testcase name="thrown (1:11)" classname="ein ort/ä,b:c.nix">
              <failure type="error" message="100% &lt;wrong&gt;: &quot;a&quot;&#10;and� more">error[thrown]: 100% &lt;wrong&gt;: &quot;a&quot; and␇ more
          ein ort/ä,b:c.nix:1:11  over two lines
          at: in no file
          note: a note
          help: two lines</failure>
            </testcase>
          </testsuite>
          <testsuite name="clan-inventory" tests="1" failures="0" errors="0" skipped="1">
            <testcase name="out-of-reach" classname="clan-inventory">
              <skipped message="input `foo` is not on disk" />
            </testcase>
          </testsuite>
        </testsuites>
    "#]],
    );
    check(
        Format::Junit,
        &clan,
        &[],
        expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="clan-inventory" tests="1" failures="0" errors="0" skipped="0">
          <testsuite name="clan-inventory" tests="1" failures="0" errors="0" skipped="0">
            <testcase name="no findings" classname="clan-inventory" />
          </testsuite>
        </testsuites>
    "#]],
    );
}

#[test]
fn a_file_outside_the_root_keeps_its_whole_path() {
    let clan = Clan::default();
    let path = std::path::Path::new("/nix/store/x-source/a.nix");
    let file = clan.sources.add(path, b"throw 1".to_vec()).unwrap();
    let finding = [Diagnostic::error("thrown", "no").label(file.span(0, 5), "thrown here")];
    check(
        Format::Concise,
        &clan,
        &finding,
        expect![[r#"
        error[thrown]: no
          /nix/store/x-source/a.nix:1:1  thrown here
    "#]],
    );
    let text = clan.render(Format::Sarif, &Style::PLAIN, &finding);
    assert!(
        text.contains(r#""uri": "file:///nix/store/x-source/a.nix""#),
        "{text}"
    );
}

#[test]
fn every_format_has_a_name_of_its_own() {
    let names = Format::ALL.map(Format::name);
    expect!["human concise json jsonl sarif github gitlab junit"].assert_eq(&names.join(" "));
}
