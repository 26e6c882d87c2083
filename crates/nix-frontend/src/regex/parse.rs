//! From an expression to an automaton. The automaton has the shape that GNU's compiler gives it: what is tried first depends on it.

use super::RegexError;
use super::bracket;
use super::nfa::{Id, Kind, NONE, Nfa, Part};

/// The deepest nesting of groups.
const MOST_DEPTH: usize = 500;
/// The largest count in braces.
const MOST_COUNT: usize = 100_000;

struct Parser<'p> {
    rest: &'p [u8],
    nfa: Nfa,
    depth: usize,
}

/// Compiles an expression.
pub(super) fn parse(pattern: &[u8]) -> Result<Nfa, RegexError> {
    let mut parser = Parser {
        rest: pattern,
        nfa: Nfa {
            groups: 1,
            ..Nfa::default()
        },
        depth: 0,
    };
    let open = parser.nfa.single(Kind::Open(0))?;
    let body = parser.disjunction()?;
    if !parser.rest.is_empty() {
        return Err(RegexError::Invalid);
    }
    let close = parser.nfa.single(Kind::Close(0))?;
    let accept = parser.nfa.single(Kind::Accept)?;
    let whole = parser.nfa.then(open, body);
    let whole = parser.nfa.then(whole, close);
    let whole = parser.nfa.then(whole, accept);
    parser.nfa.start = whole.start;
    Ok(parser.nfa)
}

impl Parser<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn disjunction(&mut self) -> Result<Part, RegexError> {
        let mut all = self.alternative()?;
        while self.eat(b'|') {
            let other = self.alternative()?;
            let end = self.nfa.add(Kind::Pass)?;
            self.nfa.link(all.end, end);
            self.nfa.link(other.end, end);
            let start = self.nfa.add(Kind::Alternative(all.start))?;
            self.nfa.link(start, other.start);
            all = Part { start, end };
        }
        Ok(all)
    }

    fn alternative(&mut self) -> Result<Part, RegexError> {
        let mut all: Option<Part> = None;
        while let Some(term) = self.term()? {
            all = Some(match all {
                None => term,
                Some(before) => self.nfa.then(before, term),
            });
        }
        let end = self.nfa.single(Kind::Pass)?;
        Ok(match all {
            None => end,
            Some(all) => self.nfa.then(all, end),
        })
    }

    fn term(&mut self) -> Result<Option<Part>, RegexError> {
        if self.eat(b'^') {
            return self.nfa.single(Kind::LineStart).map(Some);
        }
        if self.eat(b'$') {
            return self.nfa.single(Kind::LineEnd).map(Some);
        }
        let Some(mut atom) = self.atom()? else {
            return Ok(None);
        };
        while let Some(repeated) = self.quantifier(atom)? {
            atom = repeated;
        }
        Ok(Some(atom))
    }

    fn atom(&mut self) -> Result<Option<Part>, RegexError> {
        let Some((first, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        let kind = match first {
            b'*' | b'+' | b'?' | b'{' | b'|' | b')' => return Ok(None),
            b'(' => {
                self.rest = rest;
                return self.group().map(Some);
            }
            b'[' => {
                let (set, rest) = bracket::parse(rest)?;
                self.rest = rest;
                return self.nfa.single(Kind::Set(Box::new(set))).map(Some);
            }
            b'\\' => {
                let (escaped, rest) = rest.split_first().ok_or(RegexError::Invalid)?;
                if !b".[\\()*+?{|^$".contains(escaped) {
                    return Err(RegexError::Invalid);
                }
                self.rest = rest;
                return self.nfa.single(Kind::Byte(*escaped)).map(Some);
            }
            b'.' => Kind::Any,
            byte => Kind::Byte(*byte),
        };
        self.rest = rest;
        self.nfa.single(kind).map(Some)
    }

    fn group(&mut self) -> Result<Part, RegexError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(RegexError::TooComplex);
        }
        let number = self.nfa.groups;
        self.nfa.groups += 1;
        let open = self.nfa.single(Kind::Open(number))?;
        let body = self.disjunction()?;
        if !self.eat(b')') {
            return Err(RegexError::Invalid);
        }
        let close = self.nfa.single(Kind::Close(number))?;
        let part = self.nfa.then(open, body);
        self.depth -= 1;
        Ok(self.nfa.then(part, close))
    }

    fn quantifier(&mut self, atom: Part) -> Result<Option<Part>, RegexError> {
        if self.eat(b'*') {
            return self.star(atom).map(Some);
        }
        if self.eat(b'+') {
            let repeat = self.nfa.single(Kind::Repeat(atom.start))?;
            return Ok(Some(self.nfa.then(atom, repeat)));
        }
        if self.eat(b'?') {
            let end = self.nfa.single(Kind::Pass)?;
            let repeat = self.nfa.add(Kind::Repeat(atom.start))?;
            self.nfa.link(atom.end, end.start);
            self.nfa.link(repeat, end.start);
            return Ok(Some(Part {
                start: repeat,
                end: end.end,
            }));
        }
        if self.eat(b'{') {
            return self.interval(atom).map(Some);
        }
        Ok(None)
    }

    fn star(&mut self, atom: Part) -> Result<Part, RegexError> {
        let repeat = self.nfa.single(Kind::Repeat(atom.start))?;
        self.nfa.link(atom.end, repeat.start);
        Ok(repeat)
    }

    fn count(&mut self) -> Result<Option<usize>, RegexError> {
        let digits = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (text, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if text.is_empty() {
            return Ok(None);
        }
        let number = std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse().ok());
        match number.filter(|number| *number <= MOST_COUNT) {
            Some(number) => Ok(Some(number)),
            None => Err(RegexError::TooComplex),
        }
    }

    fn interval(&mut self, atom: Part) -> Result<Part, RegexError> {
        let least = self.count()?.ok_or(RegexError::Invalid)?;
        let mut most = Some(least);
        if self.eat(b',') {
            most = self.count()?;
        }
        if !self.eat(b'}') {
            return Err(RegexError::Invalid);
        }
        let mut all = self.nfa.single(Kind::Pass)?;
        for _ in 0..least {
            let copy = self.nfa.copy(atom)?;
            all = self.nfa.then(all, copy);
        }
        let Some(most) = most else {
            let copy = self.nfa.copy(atom)?;
            let star = self.star(copy)?;
            return Ok(self.nfa.then(all, star));
        };
        let optional = most.checked_sub(least).ok_or(RegexError::Invalid)?;
        let end: Id = self.nfa.add(Kind::Pass)?;
        for _ in 0..optional {
            let copy = self.nfa.copy(atom)?;
            let repeat = self.nfa.add(Kind::Repeat(copy.start))?;
            self.nfa.link(repeat, end);
            self.nfa.link(all.end, repeat);
            all.end = copy.end;
        }
        self.nfa.link(all.end, end);
        debug_assert_ne!(end, NONE);
        Ok(Part {
            start: all.start,
            end,
        })
    }
}
