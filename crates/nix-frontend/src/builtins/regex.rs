//! Builtins on regular expressions. What they cut out of a string has no context.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::builtins::{Spec, take};
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::regex::{Groups, Regex, RegexError};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("match", 2, match_whole),
    Spec::new("split", 2, split),
];

/// The expressions that were compiled.
#[derive(Default)]
pub(crate) struct Cache {
    compiled: FxHashMap<Box<[u8]>, Rc<Regex>>,
}

const MOST_COMPILED: usize = 4096;

impl Cache {
    fn get(&mut self, pattern: &[u8]) -> std::result::Result<Rc<Regex>, RegexError> {
        if let Some(regex) = self.compiled.get(pattern) {
            return Ok(regex.clone());
        }
        let regex = Rc::new(Regex::new(pattern)?);
        if self.compiled.len() >= MOST_COMPILED {
            self.compiled.clear();
        }
        self.compiled.insert(pattern.into(), regex.clone());
        Ok(regex)
    }
}

/// The groups of an expression that matches the whole string; null if it does not.
fn match_whole<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [pattern, subject] = take(arguments)?;
    let pattern = evaluator.force_plain_string(pattern)?;
    let regex = compiled(evaluator, pattern)?;
    let subject = evaluator.force_string(subject)?.bytes;
    let found = regex.match_whole(subject);
    Ok(match found.map_err(|error| fault(pattern, error))? {
        Some(groups) => group_values(evaluator, subject, &groups),
        None => Value::Null,
    })
}

/// What lies between the matches, and in between for each match the list of its groups.
fn split<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [pattern, string] = take(arguments)?;
    let pattern = evaluator.force_plain_string(pattern)?;
    let regex = compiled(evaluator, pattern)?;
    let string = evaluator.force_string(string)?;
    let subject = string.bytes;
    let mut parts = vec![];
    let mut end = 0;
    for found in regex.find_iter(subject) {
        let groups = found.map_err(|error| fault(pattern, error))?;
        let Some((from, to)) = groups.first().copied().flatten() else {
            continue;
        };
        evaluator.check_budget(0)?;
        parts.push(evaluator.borrowed_string(slice(subject, end, from)));
        parts.push(group_values(evaluator, subject, &groups));
        end = to;
    }
    parts.push(if parts.is_empty() {
        Value::String(string)
    } else {
        evaluator.borrowed_string(slice(subject, end, subject.len()))
    });
    Ok(evaluator.list(&parts))
}

fn compiled(evaluator: &Evaluator<'_>, pattern: &[u8]) -> Result<Rc<Regex>> {
    let regex = evaluator.regexes.borrow_mut().get(pattern);
    regex.map_err(|error| fault(pattern, error))
}

#[cold]
fn fault(pattern: &[u8], error: RegexError) -> Box<EvalError> {
    let pattern = String::from_utf8_lossy(pattern);
    EvalError::type_error(format!("{error} '{pattern}'"))
}

/// The groups of a match as a list, the whole match aside; null for those that took no part.
fn group_values<'a>(evaluator: &Evaluator<'a>, subject: &'a [u8], groups: &Groups) -> Value<'a> {
    let groups = groups.get(1..).unwrap_or_default().iter();
    let values = groups.map(|group| match group {
        Some((from, to)) => evaluator.borrowed_string(slice(subject, *from, *to)),
        None => Value::Null,
    });
    evaluator.list_of(evaluator.arena.alloc_slice_fill_iter(values))
}

fn slice(subject: &[u8], from: usize, to: usize) -> &[u8] {
    subject.get(from..to).unwrap_or_default()
}
