//! The two sides of every dated fact: a small clan as clan-core sees it at the end of the day before, and of the day itself.
//!
//! `days.md` has a heading for each fact, files as specifications have them, and in the blocks `before` and `since` what is found and who fills
//! which role with which settings. `UPDATE_EXPECT=1` writes these blocks anew.

use std::fmt::Write as _;
use std::path::Path;

use model::Fact;
use suite::markdown::{Section, sections};
use suite::spec::{answer, run};

const PATH: &str = "tests/days.md";

/// What no clan shows, and why.
const UNSEEN: [(&str, &str); 1] = [(
    "servicesIgnored",
    "in the two days before, nobody read what `services` has to be",
)];

/// The section as of a day: what is found, the machines with their tags, members and settings.
fn seen(section: &Section, day: &str) -> String {
    let mut section = section.clone();
    for block in &mut section.blocks {
        if block.kind == "nix clan" {
            block.kind = format!("nix clan {day}");
        }
    }
    let ran = run(&section).unwrap_or_else(|error| panic!("{}: {error}", section.heading));
    let mut text = answer(&ran, "report").unwrap_or_default();
    let machines = ran.clan.iter().flat_map(|clan| &clan.resolution.machines);
    for (name, machine) in machines {
        let tags: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
        let _ = writeln!(text, "{}", format!("{name}: {}", tags.join(" ")).trim_end());
    }
    text += &answer(&ran, "members").unwrap_or_default();
    text += &answer(&ran, "settings").unwrap_or_default();
    // That a message names the day is no difference.
    text.replace(&format!("clan-core of {day}"), "clan-core of that day")
}

/// The day before.
fn before(day: &str) -> String {
    let part = |range: std::ops::Range<usize>| day[range].parse::<u32>().unwrap();
    let (year, month, date) = (part(0..4), part(5..7), part(8..10));
    let (year, month, date) = match (month, date) {
        (1, 1) => (year - 1, 12, 31),
        (_, 1) => (year, month - 1, days_of(year, month - 1)),
        _ => (year, month, date - 1),
    };
    format!("{year}-{month:02}-{date:02}")
}

fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[test]
fn the_day_before_is_a_day() {
    assert_eq!(before("2025-03-01"), "2025-02-28");
    assert_eq!(before("2024-10-01"), "2024-09-30");
    assert_eq!(before("2026-01-01"), "2025-12-31");
}

#[test]
fn each_fact_makes_a_difference_from_its_day_on() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    let document = std::fs::read_to_string(&path).unwrap();
    let sections = sections(&document);
    let (mut lines, mut wrong) = (
        document.lines().map(str::to_owned).collect::<Vec<_>>(),
        vec![],
    );
    // From the end, so that the lines before stay where they are.
    for section in sections
        .iter()
        .rev()
        .filter(|section| !section.blocks.is_empty())
    {
        let fact = Fact::ALL.iter().find(|fact| fact.name() == section.heading);
        let fact = fact.unwrap_or_else(|| panic!("there is no fact `{}`", section.heading));
        let sides = [
            ("before", seen(section, &before(fact.day()))),
            ("since", seen(section, fact.day())),
        ];
        let is_seen = UNSEEN.iter().all(|(name, _)| *name != section.heading);
        if (sides[0].1 != sides[1].1) != is_seen {
            wrong.push(format!("{}: no difference", section.heading));
        }
        for block in section.blocks.iter().rev() {
            let side = sides.iter().find(|(side, _)| *side == block.kind);
            if let Some((_, text)) = side.filter(|(_, text)| *text != block.text) {
                wrong.push(format!("{}, {}:\n{text}", section.heading, block.kind));
                lines.splice(block.lines.clone(), text.lines().map(str::to_owned));
            }
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    wrong.reverse();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let told = |fact: &&Fact| {
        sections
            .iter()
            .any(|section| section.heading == fact.name())
    };
    let untold: Vec<&str> = Fact::ALL
        .iter()
        .filter(|fact| !told(fact))
        .map(|fact| fact.name())
        .collect();
    assert!(untold.is_empty(), "no clan shows {untold:?}");
}
