//! The differences in words, before they get the looks of a terminal or of Markdown.

use model::inventory::{Gap, Generation};
use resolve::comparison::{
    CarriedTag, Comparison, Fate, InstanceChange, MachineChange, MemberChange, Sides, TagChange,
};
use resolve::view::{InstanceView, MachineView};

use super::Compared;
use super::values::values;
use crate::overview::{instance_name, reasons};

/// A piece of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Word {
    /// Words of ours.
    Text(String),
    /// Something that stands in the clan: a name, a value.
    Code(String),
}

/// A sentence.
pub(super) type Words = Vec<Word>;

/// A line about a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// How far below its heading, from 0.
    pub(super) depth: usize,
    /// What became of it.
    pub(super) fate: Fate,
    /// What it is.
    pub(super) what: Words,
    /// A reason or an origin.
    pub(super) why: Words,
}

/// Lines below a heading.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Section {
    /// The machines that it is about; none for what concerns the whole clan.
    pub(super) machines: Vec<String>,
    /// What follows the machines in the heading, or the heading itself.
    pub(super) heading: Words,
    /// What became of them.
    pub(super) fate: Fate,
    /// The lines.
    pub(super) lines: Vec<Line>,
}

/// The whole, in words.
pub(super) struct Sentences {
    /// What it is about, in one line.
    pub(super) headline: String,
    /// What changes.
    pub(super) sections: Vec<Section>,
    /// What else is to be known.
    pub(super) remarks: Vec<String>,
}

pub(super) fn text(text: impl Into<String>) -> Word {
    Word::Text(text.into())
}

pub(super) fn code(text: impl Into<String>) -> Word {
    Word::Code(text.into())
}

impl Line {
    pub(super) fn new(depth: usize, fate: Fate, what: Words) -> Line {
        Line {
            depth,
            fate,
            what,
            why: vec![],
        }
    }

    fn because(mut self, why: impl Into<String>) -> Line {
        self.why = vec![text(why)];
        self
    }
}

impl Sentences {
    pub(super) fn of(compared: Compared<'_>) -> Sentences {
        let comparison = compared.comparison;
        let general = [
            section("Clan", clan(compared)),
            section("Tags", comparison.tags.iter().map(tag).collect()),
            section(
                "Instances",
                comparison.instances.iter().flat_map(instance).collect(),
            ),
        ];
        let general = general.into_iter().filter(|each| !each.lines.is_empty());
        let mut sections: Vec<Section> = general.collect();
        for change in &comparison.machines {
            let found = machine(change, compared);
            let same = sections.iter_mut().find(|other| {
                let is_same = other.heading == found.heading && other.fate == found.fate;
                !other.machines.is_empty() && is_same && other.lines == found.lines
            });
            match same {
                Some(same) => same.machines.extend(found.machines),
                None => sections.push(found),
            }
        }
        Sentences {
            headline: headline(comparison),
            sections: without_repetition(sections),
            remarks: remarks(comparison),
        }
    }
}

/// What several sections say alike is said once, below all of their machines.
fn without_repetition(sections: Vec<Section>) -> Vec<Section> {
    let is_plain = |section: &Section| section.heading.is_empty() && !section.machines.is_empty();
    let mut said: Vec<(&[Line], Vec<String>, usize)> = vec![];
    for section in sections.iter().filter(|section| is_plain(section)) {
        for block in blocks(&section.lines) {
            match said.iter_mut().find(|(other, _, _)| *other == block) {
                Some((_, machines, times)) => {
                    machines.extend(section.machines.iter().cloned());
                    *times += 1;
                }
                None => said.push((block, section.machines.clone(), 1)),
            }
        }
    }
    let mut shared: Vec<Section> = vec![];
    for (block, mut machines, _) in said.into_iter().filter(|(_, _, times)| *times > 1) {
        machines.sort_unstable();
        match shared.iter_mut().find(|other| other.machines == machines) {
            Some(other) => other.lines.extend_from_slice(block),
            None => shared.push(Section {
                machines,
                heading: vec![],
                fate: Fate::Changed,
                lines: block.to_vec(),
            }),
        }
    }
    shared.sort_by_key(|section| std::cmp::Reverse(section.machines.len()));
    let is_shared = |block: &[Line]| {
        let mut all = shared.iter().flat_map(|section| blocks(&section.lines));
        all.any(|other| other == block)
    };
    let mut first = vec![];
    let mut rest = vec![];
    for mut section in sections {
        if is_plain(&section) {
            let own = blocks(&section.lines).filter(|block| !is_shared(block));
            section.lines = own.flatten().cloned().collect();
            if !section.lines.is_empty() {
                rest.push(section);
            }
        } else if section.machines.is_empty() {
            first.push(section);
        } else {
            rest.push(section);
        }
    }
    first.into_iter().chain(shared).chain(rest).collect()
}

/// Lines with those below them.
fn blocks(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines.chunk_by(|_, next| next.depth > 0)
}

fn section(heading: &str, lines: Vec<Line>) -> Section {
    Section {
        machines: vec![],
        heading: vec![text(heading)],
        fate: Fate::Changed,
        lines,
    }
}

fn headline(comparison: &Comparison<'_>) -> String {
    let changed = comparison.machines.len();
    let all = changed + comparison.unchanged.len();
    let machines = if all == 1 { "machine" } else { "machines" };
    match changed {
        0 if comparison.differs() => format!("nothing changes for {all} {machines}"),
        0 => format!("no differences: {all} {machines}"),
        1 => format!("1 of {all} {machines} changes"),
        _ => format!("{changed} of {all} {machines} change"),
    }
}

fn remarks(comparison: &Comparison<'_>) -> Vec<String> {
    let unknown = comparison.unknown;
    let remark = match unknown {
        0 => return vec![],
        1 => "1 value is known on neither side, and taken for the same".to_owned(),
        _ => format!("{unknown} values are known on neither side, and taken for the same"),
    };
    vec![remark]
}

fn clan(compared: Compared<'_>) -> Vec<Line> {
    let comparison = compared.comparison;
    let mut lines = values(&comparison.meta, 0, compared.places());
    for line in &mut lines {
        if line.depth == 0 {
            line.what.insert(0, text("meta "));
        }
    }
    if let Some(Sides {
        before: Some(before),
        after: Some(after),
    }) = comparison.dialect
    {
        let what = format!("read as clan-core of {before} → {after}");
        lines.push(Line::new(0, Fate::Changed, vec![text(what)]));
    }
    lines
}

fn tag(change: &TagChange<'_>) -> Line {
    let fate = change.name.fate();
    let what = match (change.name.before, change.name.after) {
        (Some(before), Some(after)) => renamed(before, after),
        (before, after) => vec![code(before.or(after).unwrap_or_default())],
    };
    let carriers = match change.machines.len() {
        0 => "no machine".to_owned(),
        1 => "1 machine".to_owned(),
        number => format!("{number} machines"),
    };
    Line::new(0, fate, what).because(carriers)
}

fn renamed(before: &str, after: &str) -> Words {
    vec![code(before), text(" is called "), code(after), text(" now")]
}

fn instance(change: &InstanceChange<'_>) -> Vec<Line> {
    let fate = change.instance.fate();
    let mut lines = vec![];
    let (Some(before), Some(after)) = (change.instance.before, change.instance.after) else {
        let Some(instance) = change.instance.newest() else {
            return lines;
        };
        let line = Line::new(0, fate, vec![code(instance_name(instance))]);
        let line = line.because(members(instance));
        return vec![line];
    };
    if instance_name(before) != instance_name(after) {
        let what = if change.is_renamed() || before.generation != after.generation {
            renamed(&full_name(before), &full_name(after))
        } else {
            vec![
                code(instance_name(before)),
                text(" → "),
                code(instance_name(after)),
            ]
        };
        lines.push(Line::new(0, fate, what));
    }
    if before.enabled != after.enabled {
        let state = if after.enabled { "enabled" } else { "disabled" };
        let name = code(instance_name(after));
        let what = vec![name, text(format!(" is {state} now"))];
        lines.push(Line::new(0, fate, what));
    }
    lines
}

/// The name of an instance, by which its generation can be told.
fn full_name(instance: &InstanceView) -> String {
    match instance.generation {
        Generation::Services => format!("services.{}", instance_name(instance)),
        Generation::Instances => instance_name(instance),
    }
}

fn members(instance: &InstanceView) -> String {
    if !instance.enabled {
        return "disabled".to_owned();
    }
    let mut names: Vec<&String> = instance
        .roles
        .values()
        .flat_map(|role| role.machines.keys())
        .collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => "no members".to_owned(),
        [only] => format!("on {only}"),
        several => format!("on {} machines", several.len()),
    }
}

fn machine(change: &MachineChange<'_>, compared: Compared<'_>) -> Section {
    let fate = change.name.fate();
    let mut section = Section {
        machines: change
            .name
            .newest()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        heading: vec![],
        fate,
        lines: vec![],
    };
    match (change.name.before, change.name.after) {
        (Some(before), Some(_)) if change.is_renamed() => {
            section.heading = vec![text("was called "), code(before)];
        }
        (Some(_), Some(_)) => {}
        (None, _) => section.heading = described("new", change.machine.after),
        (_, None) => section.heading = described("gone", change.machine.before),
    }
    section.heading.extend(perhaps(change.unsure));
    let is_known = change.machine.map(|_| ());
    if fate == Fate::Changed && is_known.before != is_known.after {
        let state = match is_known.after {
            Some(()) => "in the inventory now",
            None => "not in the inventory any more",
        };
        section.heading = vec![text(state)];
    }
    let lines = &mut section.lines;
    if fate == Fate::Changed {
        lines.extend(change.tags.iter().map(carried));
    }
    lines.extend(values(&change.attributes, 0, compared.places()));
    for member in &change.members {
        let name = (change.name.before, change.name.after);
        lines.extend(member_lines(member, name, compared));
    }
    for (service, changes) in &change.config {
        let fate = if changes
            .iter()
            .all(|change| change.value.fate() == Fate::Added)
        {
            Fate::Added
        } else {
            Fate::Changed
        };
        let is_told = section.fate == Fate::Changed || compared.in_full;
        if is_told {
            let what = vec![text("settings of "), code(*service)];
            lines.push(Line::new(0, fate, what));
            lines.extend(values(changes, 1, compared.places()));
        }
    }
    section
}

fn described(state: &str, machine: Option<&MachineView>) -> Words {
    let Some(machine) = machine else {
        return vec![text(format!("{state}, not in the inventory"))];
    };
    let mut words = vec![text(format!("{state}: {}", machine.class))];
    for (number, tag) in machine.tags.iter().enumerate() {
        words.push(text(if number == 0 { ", tags " } else { " " }));
        words.push(code(&*tag.name));
        if tag.computed {
            words.push(text("*"));
        }
    }
    words
}

fn perhaps(unsure: Option<&Gap>) -> Option<Word> {
    unsure.map(|gap| text(format!(", perhaps: {}", gap.because)))
}

fn carried(tag: &CarriedTag<'_>) -> Line {
    let mut line = Line::new(0, tag.fate, vec![text("tag "), code(tag.name)]);
    if tag.computed {
        line = line.because("computed");
    }
    line.why.extend(perhaps(tag.unsure));
    line
}

fn member_lines(
    change: &MemberChange<'_>,
    (before, after): (Option<&str>, Option<&str>),
    compared: Compared<'_>,
) -> Vec<Line> {
    let fate = change.member.fate();
    let Some(instance) = change.instance.newest() else {
        return vec![];
    };
    let what = vec![
        code(change.role),
        text(" of "),
        code(instance_name(instance)),
    ];
    let why = |side: Option<_>, name: Option<&str>, resolution| {
        side.map(|member| reasons(name.unwrap_or_default(), member, resolution))
    };
    let why = Sides {
        before: why(change.member.before, before, compared.before.resolution),
        after: why(change.member.after, after, compared.after.resolution),
    };
    let mut line = Line::new(0, fate, what);
    line = match (why.before, why.after) {
        (Some(before), Some(after)) if change.other_reasons => {
            line.because(format!("{before} → {after}"))
        }
        (Some(_), Some(_)) | (None, None) => line,
        (None, Some(why)) => line.because(why),
        (Some(why), None) => line.because(format!("was {why}")),
    };
    if change.other_modules {
        let comma = if line.why.is_empty() { "" } else { ", " };
        line.why.push(text(format!("{comma}other extra modules")));
    }
    line.why.extend(perhaps(change.unsure));
    let mut lines = vec![line];
    if fate == Fate::Changed || compared.in_full {
        lines.extend(values(&change.settings, 1, compared.places()));
    }
    lines
}
