//! Walks a program depth first, with a stack of its own.
//!
//! The walk tries what the C++ library tries, in the same order:
//! - Of two alternatives the first, and then the second from anew, whether or not the first led to a match.
//! - Of a repetition once more, and going on only if that led to no match.
//!
//! At the same position a repetition is tried twice at most. The first of the longest matches is kept.
//!
//! What is found behind a state depends on its position alone, except where a walk can come back without a byte in between: there it
//! also depends on how often the repetitions were tried at this position. So outcomes can be kept, and no subject takes exponential time.

use bstr::ByteSlice;

use super::memo::{Extent, Memo, Outcome};
use super::program::{Id, Kind, Program};
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

/// The most states that one search may visit, and how many more for each byte of the subject.
const MOST_STEPS: u64 = 20_000_000;
const MOST_STEPS_PER_BYTE: u64 = 256;

/// A group was not entered, or not left.
const UNSET: usize = usize::MAX;

/// What is left to do.
#[derive(Clone, Copy)]
enum Task {
    /// Goes on behind a repetition, if repeating once more led nowhere.
    Behind(Id, usize),
    /// Goes on behind fewer bytes of a run: how many positions from `low` on are left, of those up to `high`.
    Fewer {
        run: Id,
        low: usize,
        left: usize,
        high: usize,
    },
    /// Tries the second alternative.
    Second(Id, usize),
    /// Both alternatives were tried; whether the first led somewhere.
    Both(bool),
    /// Gives a slot back what it had.
    Slot(u32, usize),
    /// Gives a repetition back its count.
    Count(Id, Count),
    /// Keeps what was found behind a state.
    Found(Id, usize),
}

/// How often a repetition was tried at a position.
#[derive(Clone, Copy)]
struct Count {
    position: usize,
    times: u8,
    /// Where a repetition was counted before this one.
    counted: usize,
}

/// A search in a subject; it can be used again.
pub(super) struct Search<'r, 's> {
    program: &'r Program,
    subject: &'s [u8],
    begin: usize,
    start: usize,
    options: Options,
    slots: Vec<usize>,
    counts: Vec<(usize, u8)>,
    /// Where a repetition was last counted on the way here.
    counted: usize,
    extents: Vec<Extent>,
    solved: bool,
    end: Option<usize>,
    best: Vec<usize>,
    tasks: Vec<Task>,
    steps: u64,
    memo: Memo,
    has_memo: bool,
    /// From how many steps on there is something to do about them.
    patience: u64,
}

impl<'r, 's> Search<'r, 's> {
    pub fn new(program: &'r Program, subject: &'s [u8]) -> Search<'r, 's> {
        let counts = if program.has_cycles {
            program.states.len()
        } else {
            0
        };
        Search {
            program,
            subject,
            begin: 0,
            start: 0,
            options: Options::default(),
            slots: vec![UNSET; program.groups * 2],
            counts: vec![(UNSET, 0); counts],
            counted: UNSET,
            extents: vec![Extent::default(); program.runs.len()],
            solved: false,
            end: None,
            best: vec![],
            tasks: vec![],
            steps: 0,
            memo: Memo::default(),
            has_memo: false,
            patience: 0,
        }
    }

    /// The match that starts at `begin`.
    pub fn at(&mut self, begin: usize, options: Options) -> Result<Option<Groups>, RegexError> {
        if !self.may_start_at(begin) {
            return Ok(None);
        }
        if self.program.is_literal {
            let end = begin + self.program.prefix.len();
            let fits = !options.exact || end == self.subject.len();
            return Ok(fits.then(|| vec![Some((begin, end))]));
        }
        self.reset(begin, options);
        self.walk(begin)
    }

    /// The first match at or behind `begin`.
    pub fn first(&mut self, begin: usize, after_start: bool) -> Result<Option<Groups>, RegexError> {
        let options = Options {
            after_start,
            ..Options::default()
        };
        let Some(mut position) = self.candidate(begin, begin, options) else {
            return Ok(None);
        };
        if self.program.is_literal {
            let end = position + self.program.prefix.len();
            return Ok(Some(vec![Some((position, end))]));
        }
        self.reset(begin, options);
        loop {
            let found = self.walk(position)?;
            if found.is_some() {
                return Ok(found);
            }
            match self.candidate(begin, position + 1, options) {
                Some(next) => position = next,
                None => return Ok(None),
            }
        }
    }

    fn may_start_at(&self, position: usize) -> bool {
        let rest = self.subject.get(position..).unwrap_or_default();
        let first = self.program.first.as_ref();
        rest.starts_with(&self.program.prefix)
            && first.is_none_or(|first| rest.first().is_some_and(|byte| first.has(*byte)))
    }

    /// The next position, `from` or behind, where a match may start.
    fn candidate(&self, begin: usize, from: usize, options: Options) -> Option<usize> {
        let program = self.program;
        if program.is_anchored && (from != begin || options.after_start) {
            return None;
        }
        let rest = self.subject.get(from..)?;
        let found = match (program.prefix.as_slice(), &program.first) {
            ([], None) => Some(0),
            ([], Some(first)) => rest.iter().position(|byte| first.has(*byte)),
            ([byte], _) => rest.find_byte(*byte),
            (prefix, _) => rest.find(prefix),
        };
        let found = from + found?;
        (!program.is_anchored || found == from).then_some(found)
    }

    fn reset(&mut self, begin: usize, options: Options) {
        self.begin = begin;
        self.options = options;
        self.slots.fill(UNSET);
        self.counts.fill((UNSET, 0));
        self.counted = UNSET;
        self.extents.fill(Extent::default());
        self.end = None;
        self.steps = 0;
        self.has_memo = false;
        let positions = self.subject.len() - begin + 1;
        self.patience = 256 + Memo::work(self.program.states.len(), positions);
    }

    fn walk(&mut self, start: usize) -> Result<Option<Groups>, RegexError> {
        self.start = start;
        self.solved = false;
        self.tasks.clear();
        self.explore(self.program.start, start)?;
        while let Some(task) = self.tasks.pop() {
            self.perform(task)?;
        }
        Ok(self.end.map(|end| self.groups(end)))
    }

    fn groups(&self, end: usize) -> Groups {
        let mut groups = Vec::with_capacity(self.program.groups + 1);
        groups.push(Some((self.start, end)));
        groups.extend(self.best.chunks_exact(2).map(|pair| match pair {
            [from, to] if *to != UNSET => Some((*from, *to)),
            _ => None,
        }));
        groups
    }

    fn perform(&mut self, task: Task) -> Result<(), RegexError> {
        match task {
            Task::Behind(next, position) => {
                if !self.solved {
                    return self.explore(next, position);
                }
            }
            Task::Fewer {
                run,
                low,
                left,
                high,
            } => {
                if !self.solved {
                    return self.fewer(run, low, left, high);
                }
            }
            Task::Second(next, position) => {
                self.tasks.push(Task::Both(self.solved));
                self.solved = false;
                return self.explore(next, position);
            }
            Task::Both(first) => self.solved |= first,
            Task::Slot(slot, old) => {
                if let Some(place) = self.slots.get_mut(slot as usize) {
                    *place = old;
                }
            }
            Task::Count(id, old) => {
                self.counted = old.counted;
                if let Some(count) = self.counts.get_mut(id as usize) {
                    *count = (old.position, old.times);
                }
            }
            Task::Found(id, position) => {
                self.memo.set(id, position - self.begin, self.solved);
            }
        }
        Ok(())
    }

    fn explore(&mut self, mut id: Id, mut position: usize) -> Result<(), RegexError> {
        let program = self.program;
        while let Some(state) = program.states.get(id as usize) {
            self.steps += 1;
            let here = std::mem::replace(&mut id, state.next);
            match state.kind {
                Kind::Pass => {}
                Kind::Bytes(bytes) => match self.subject.get(position) {
                    Some(byte) if program.matches(bytes, *byte) => position += 1,
                    _ => return Ok(()),
                },
                Kind::Save(slot) => {
                    if let Some(place) = self.slots.get_mut(slot as usize) {
                        self.tasks.push(Task::Slot(slot, *place));
                        *place = position;
                    }
                }
                Kind::LineStart => {
                    if position != self.begin || self.options.after_start {
                        return Ok(());
                    }
                }
                Kind::LineEnd => {
                    if position != self.subject.len() {
                        return Ok(());
                    }
                }
                Kind::Alternative(first) => {
                    if self.is_known(here, position, state.in_cycle)? {
                        return Ok(());
                    }
                    self.tasks.push(Task::Second(state.next, position));
                    id = first;
                }
                Kind::Repeat(again) => {
                    if self.is_known(here, position, state.in_cycle)? {
                        return Ok(());
                    }
                    self.tasks.push(Task::Behind(state.next, position));
                    if state.in_cycle && !self.once_more(here, position) {
                        return Ok(());
                    }
                    id = again;
                }
                Kind::Run(number) => {
                    if !self.is_known(here, position, false)? {
                        self.enter_run(here, number, position);
                    }
                    return Ok(());
                }
                Kind::Accept => {
                    self.accept(position);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Goes over the bytes of a run, and leaves it to `Task::Fewer` to go on.
    fn enter_run(&mut self, run: Id, number: u32, low: usize) {
        let (program, subject) = (self.program, self.subject);
        let (Some(extent), Some(known)) = (
            self.extents.get_mut(number as usize),
            program.runs.get(number as usize),
        ) else {
            return;
        };
        let (high, left) = extent.enter(low, subject.len(), |from, to| {
            program.count(known.bytes, subject.get(from..to).unwrap_or_default())
        });
        if left > 0 {
            self.tasks.push(Task::Fewer {
                run,
                low,
                left,
                high,
            });
        }
    }

    fn fewer(&mut self, run: Id, low: usize, left: usize, high: usize) -> Result<(), RegexError> {
        let Some(state) = self.program.states.get(run as usize) else {
            return Ok(());
        };
        let Kind::Run(number) = state.kind else {
            return Ok(());
        };
        let number = number as usize;
        let behind = self.program.runs.get(number).and_then(|run| run.behind);
        let last = match behind {
            Some(byte) => {
                let end = self.subject.len().min(low + left);
                let tried = self.subject.get(low..end).unwrap_or_default();
                tried.rfind_byte(byte)
            }
            None => left.checked_sub(1),
        };
        let Some(last) = last else {
            if let Some(extent) = self.extents.get_mut(number) {
                extent.nothing(low, high);
            }
            return Ok(());
        };
        self.steps += 1;
        self.tasks.push(Task::Fewer {
            run,
            low,
            left: last,
            high,
        });
        self.explore(state.next, low + last)
    }

    /// Whether a repetition may be tried again: at a new position always, at the same one once more.
    fn once_more(&mut self, id: Id, position: usize) -> bool {
        let Some(count) = self.counts.get_mut(id as usize) else {
            return false;
        };
        let (at, times) = *count;
        let times = if at == position { times } else { 0 };
        if times >= 2 {
            return false;
        }
        let old = Count {
            position: at,
            times: count.1,
            counted: self.counted,
        };
        *count = (position, times + 1);
        self.counted = position;
        self.tasks.push(Task::Count(id, old));
        true
    }

    /// Whether it is known what lies behind a state. If not, it is kept when it is found, as soon as the search takes long.
    fn is_known(&mut self, id: Id, position: usize, in_cycle: bool) -> Result<bool, RegexError> {
        if self.steps < self.patience {
            return Ok(false);
        }
        let most = MOST_STEPS + MOST_STEPS_PER_BYTE * self.subject.len() as u64;
        if self.steps > most {
            return Err(RegexError::TooComplex);
        }
        if !self.has_memo {
            let positions = self.subject.len() - self.begin + 1;
            self.has_memo = self.memo.reset(self.program.states.len(), positions);
            if !self.has_memo {
                self.patience = most;
                return Ok(false);
            }
        }
        if in_cycle && self.counted == position {
            return Ok(false);
        }
        let outcome = self.memo.get(id, position - self.begin);
        match outcome {
            Outcome::Unknown => self.tasks.push(Task::Found(id, position)),
            Outcome::Match => self.solved = true,
            Outcome::Nothing => {}
        }
        Ok(outcome != Outcome::Unknown)
    }

    fn accept(&mut self, end: usize) {
        let at_end = end == self.subject.len();
        if (self.options.not_empty && end == self.start) || (self.options.exact && !at_end) {
            return;
        }
        self.solved = true;
        if self.end.is_none_or(|best| end > best) {
            self.end = Some(end);
            self.best.clone_from(&self.slots);
        }
        if at_end {
            self.tasks.clear();
        }
    }
}
