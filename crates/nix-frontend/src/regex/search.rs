//! Walks the automaton depth first, with a stack of its own.

use super::nfa::{Id, Kind, Nfa};
use super::{Groups, RegexError};

/// How to look.
#[derive(Clone, Copy, Default)]
pub(super) struct Options {
    /// The match must reach the end of the subject.
    pub exact: bool,
    /// The match must not be empty.
    pub not_empty: bool,
    /// The place where the search starts is not the start of the subject.
    pub after_start: bool,
}

/// The most states that one search may visit.
const MOST_STEPS: u64 = 50_000_000;

/// What is left to do.
enum Task {
    Explore(Id),
    /// Goes back to a position.
    Position(usize),
    /// Gives a group back what it had.
    Group(usize, (Option<usize>, Option<usize>, bool)),
    /// Gives a repetition back its count.
    Count(Id, Option<(usize, u8)>),
    /// Goes on behind a repetition, if repeating once more led nowhere.
    BehindRepeat(Id),
    /// Tries the second alternative.
    Second(Id),
    /// Both alternatives were tried; whether the first led somewhere.
    Both(bool),
}

struct Walk<'n, 's> {
    nfa: &'n Nfa,
    subject: &'s [u8],
    begin: usize,
    position: usize,
    options: Options,
    groups: Vec<(Option<usize>, Option<usize>, bool)>,
    counts: Vec<Option<(usize, u8)>>,
    solved: bool,
    best: Option<(usize, Groups)>,
    tasks: Vec<Task>,
    steps: u64,
}

/// The match that starts at `position`; `begin` is where the search started.
pub(super) fn at(
    nfa: &Nfa,
    subject: &[u8],
    begin: usize,
    position: usize,
    options: Options,
) -> Result<Option<Groups>, RegexError> {
    let mut steps = 0;
    at_with(nfa, subject, begin, position, options, &mut steps)
}

/// The first match at or behind `begin`.
pub(super) fn first(
    nfa: &Nfa,
    subject: &[u8],
    begin: usize,
    options: Options,
) -> Result<Option<Groups>, RegexError> {
    let mut steps = 0;
    let literal = first_byte(nfa);
    for position in begin..=subject.len() {
        if literal.is_some_and(|byte| subject.get(position) != Some(&byte)) {
            continue;
        }
        let found = at_with(nfa, subject, begin, position, options, &mut steps)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The byte that every match starts with, if there is one.
fn first_byte(nfa: &Nfa) -> Option<u8> {
    let mut id = nfa.start;
    loop {
        let state = nfa.states.get(id)?;
        match state.kind {
            Kind::Pass | Kind::Open(_) => id = state.next,
            Kind::Byte(byte) => return Some(byte),
            _ => return None,
        }
    }
}

fn at_with(
    nfa: &Nfa,
    subject: &[u8],
    begin: usize,
    position: usize,
    options: Options,
    steps: &mut u64,
) -> Result<Option<Groups>, RegexError> {
    let mut walk = Walk {
        nfa,
        subject,
        begin,
        position,
        options,
        groups: vec![(None, None, false); nfa.groups],
        counts: vec![None; nfa.states.len()],
        solved: false,
        best: None,
        tasks: vec![Task::Explore(nfa.start)],
        steps: *steps,
    };
    let start = position;
    while let Some(task) = walk.tasks.pop() {
        walk.run(task, start)?;
    }
    *steps = walk.steps;
    Ok(walk.best.map(|(_, groups)| groups))
}

impl Walk<'_, '_> {
    fn run(&mut self, task: Task, start: usize) -> Result<(), RegexError> {
        match task {
            Task::Explore(id) => return self.explore(id, start),
            Task::Position(position) => self.position = position,
            Task::Group(number, old) => {
                if let Some(group) = self.groups.get_mut(number) {
                    *group = old;
                }
            }
            Task::Count(id, old) => {
                if let Some(count) = self.counts.get_mut(id) {
                    *count = old;
                }
            }
            Task::BehindRepeat(next) => {
                if !self.solved {
                    self.tasks.push(Task::Explore(next));
                }
            }
            Task::Second(next) => {
                self.tasks.push(Task::Both(self.solved));
                self.solved = false;
                self.tasks.push(Task::Explore(next));
            }
            Task::Both(first) => self.solved |= first,
        }
        Ok(())
    }

    fn explore(&mut self, start_id: Id, start: usize) -> Result<(), RegexError> {
        let mut id = start_id;
        loop {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err(RegexError::TooComplex);
            }
            let Some(state) = self.nfa.states.get(id) else {
                return Ok(());
            };
            match &state.kind {
                Kind::Pass => {}
                Kind::Byte(_) | Kind::Any | Kind::Set(_) => {
                    let fits =
                        self.subject
                            .get(self.position)
                            .is_some_and(|byte| match &state.kind {
                                Kind::Byte(wanted) => wanted == byte,
                                Kind::Any => *byte != 0,
                                Kind::Set(set) => set.has(*byte),
                                _ => false,
                            });
                    if !fits {
                        return Ok(());
                    }
                    if !matches!(self.tasks.last(), Some(Task::Position(_))) {
                        self.tasks.push(Task::Position(self.position));
                    }
                    self.position += 1;
                }
                Kind::Open(number) => {
                    if let Some(group) = self.groups.get_mut(*number) {
                        self.tasks.push(Task::Group(*number, *group));
                        group.0 = Some(self.position);
                    }
                }
                Kind::Close(number) => {
                    if let Some(group) = self.groups.get_mut(*number) {
                        self.tasks.push(Task::Group(*number, *group));
                        *group = (group.0, Some(self.position), true);
                    }
                }
                Kind::LineStart => {
                    let at_start = self.position == self.begin && !self.options.after_start;
                    if !at_start {
                        return Ok(());
                    }
                }
                Kind::LineEnd => {
                    if self.position != self.subject.len() {
                        return Ok(());
                    }
                }
                Kind::Alternative(first) => {
                    self.tasks.push(Task::Second(state.next));
                    id = *first;
                    continue;
                }
                Kind::Repeat(again) => {
                    self.tasks.push(Task::BehindRepeat(state.next));
                    if !self.once_more(id) {
                        return Ok(());
                    }
                    id = *again;
                    continue;
                }
                Kind::Accept => {
                    self.accept(start);
                    return Ok(());
                }
            }
            id = state.next;
        }
    }

    /// Whether a repetition may be tried again: at a new position always, at the same one once more.
    fn once_more(&mut self, id: Id) -> bool {
        let position = self.position;
        let Some(count) = self.counts.get_mut(id) else {
            return false;
        };
        let old = *count;
        *count = match old {
            Some((at, times)) if at == position => {
                if times >= 2 {
                    return false;
                }
                Some((at, times + 1))
            }
            _ => Some((position, 1)),
        };
        self.tasks.push(Task::Count(id, old));
        true
    }

    fn accept(&mut self, start: usize) {
        if self.options.not_empty && self.position == start {
            return;
        }
        if self.options.exact && self.position != self.subject.len() {
            return;
        }
        self.solved = true;
        let longer = self
            .best
            .as_ref()
            .is_none_or(|(end, _)| self.position > *end);
        if longer {
            let groups = self.groups.iter().map(|group| match group {
                (Some(from), Some(to), true) => Some((*from, *to)),
                _ => None,
            });
            self.best = Some((self.position, groups.collect()));
        }
    }
}
