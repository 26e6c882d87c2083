//! `lib.systems.elaborate`: all that follows from the name of a system.
//!
//! The result refers to itself: what is derived is derived from the final values, so that whoever elaborates a system can replace any of
//! them and the rest follows. Only the parsed system and its double are never replaced.

mod derived;
mod emulator;
mod languages;
mod rust;

use std::cell::Cell;

use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use self::derived::{DERIVED, TOOLS};
use super::architectures::{SUPPORTS, can_execute, supports};
use super::inspect;
use super::parse::Parser;
use super::parts::name;
use crate::functions::tools::{assertion, find, function, get, throw};

/// The attributes that are functions; two platforms are compared without them.
pub(super) const FUNCTIONS: &[&str] = &[
    "canExecute",
    "emulator",
    "emulatorAvailable",
    "staticEmulatorAvailable",
];

/// A platform, of which some is derived already.
#[derive(Clone, Copy)]
struct Platform<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    own: &'a Own<'a>,
}

/// What a platform is made of.
struct Own<'a> {
    parser: Parser<'a>,
    /// What is given, without what is always derived.
    args: Value<'a>,
    /// All that is given.
    all_args: Value<'a>,
    last: Cell<Value<'a>>,
}

/// Derives one attribute.
type Derive = for<'a> fn(&Platform<'_, 'a>) -> Result<Value<'a>>;

/// Attributes that are derived when they are needed.
type Derived = &'static [(&'static str, Derive)];

/// `systemToAttrs system`
pub(super) fn to_attrs<'a>(evaluator: &Evaluator<'a>, system: Value<'a>) -> Result<Value<'a>> {
    match evaluator.force(system)? {
        given @ (Value::Attrs(_) | Value::OutOfReach(_)) => Ok(given),
        name => Ok(evaluator.attrs_from([("system", name)])),
    }
}

/// `elaborate system`
pub(super) fn elaborate<'a>(
    evaluator: &Evaluator<'a>,
    parser: Parser<'a>,
    system: Value<'a>,
) -> Result<Value<'a>> {
    const ALWAYS_DERIVED: &[&str] = &["parsed", "system", "_withoutFunctions"];
    let all_args = to_attrs(evaluator, system)?;
    let args = without(evaluator, all_args, ALWAYS_DERIVED)?;
    if find(evaluator, args, "linux-kernel")?.is_some() {
        return Err(throw(
            "lib.systems.elaborate: linux-kernel has been removed; see the 26.11 release notes",
        ));
    }
    let own: &'a Own<'a> = evaluator.arena.alloc(Own {
        parser,
        args,
        all_args,
        last: Cell::new(Value::Null),
    });
    let platform = Platform { evaluator, own };
    let last = platform.all()?;
    own.last.set(last);
    platform.check()?;
    Ok(last)
}

fn without<'a>(evaluator: &Evaluator<'a>, set: Value<'a>, names: &[&str]) -> Result<Value<'a>> {
    let names: Vec<_> = names.iter().map(|name| evaluator.symbol(name)).collect();
    let attrs = evaluator.items(evaluator.force_attrs(set)?).iter();
    let attrs = attrs.filter(|attr| !names.contains(&attr.name)).copied();
    Ok(evaluator.attrs(attrs.collect()))
}

impl<'e, 'a> Platform<'e, 'a> {
    /// Every attribute; of several with one name the last counts.
    fn all(&self) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let mut attrs: Vec<Attr<'a>> = self.later(DERIVED);
        attrs.extend(self.functions());
        for name in inspect::names() {
            attrs.push(self.attr(name, move |platform| {
                let system = platform.get("parsed")?;
                let patterns = platform.own.parser.patterns;
                patterns
                    .says(platform.evaluator, name, system)
                    .map(Value::bool)
            }));
        }
        for (name, feature) in SUPPORTS {
            attrs.push(self.attr(name, move |platform| {
                let architecture = platform.find(platform.last(), &["gcc", "arch"])?;
                let architecture = match architecture {
                    Some(architecture) => platform.text(architecture)?,
                    None => b"default",
                };
                Ok(Value::bool(supports(architecture, feature)))
            }));
        }
        attrs.extend_from_slice(evaluator.items(evaluator.force_attrs(self.own.args)?));
        attrs.extend(self.later(TOOLS));
        Ok(evaluator.attrs(attrs))
    }

    /// What contradicts itself is no platform.
    fn check(&self) -> Result<()> {
        if self.is("useAndroidPrebuilt")? && !self.is("isAndroid")? {
            return Err(assertion(
                "lib.systems.elaborate: `useAndroidPrebuilt` is for Android only",
            ));
        }
        let Some(assertions) = self.find(self.last(), &["parsed", "abi", "assertions"])? else {
            return Ok(());
        };
        let evaluator = self.evaluator;
        for assertion in evaluator.force_list(assertions)? {
            let holds = evaluator.call1(get(evaluator, *assertion, "assertion")?, self.last())?;
            if !evaluator.force_bool(holds)? {
                let message = get(evaluator, *assertion, "message")?;
                return Err(throw(evaluator.force_string(message)?.text()));
            }
        }
        Ok(())
    }

    fn attr(
        &self,
        name: &str,
        derive: impl Fn(&Platform<'_, 'a>) -> Result<Value<'a>> + 'a,
    ) -> Attr<'a> {
        let own = self.own;
        let value = self
            .evaluator
            .lazy(move |evaluator| derive(&Platform { evaluator, own }));
        self.evaluator.attr(name, value)
    }

    fn later(&self, derived: Derived) -> Vec<Attr<'a>> {
        let derived = derived.iter();
        derived
            .map(|(name, derive)| self.attr(name, derive))
            .collect()
    }

    /// A set of derived attributes.
    fn set(&self, derived: Derived) -> Value<'a> {
        self.evaluator.attrs(self.later(derived))
    }

    /// The finished platform.
    fn last(&self) -> Value<'a> {
        self.own.last.get()
    }

    fn get(&self, name: &str) -> Result<Value<'a>> {
        get(self.evaluator, self.last(), name)
    }

    /// The attribute at a path, if everything on the way is there.
    fn find(&self, from: Value<'a>, path: &[&str]) -> Result<Option<Value<'a>>> {
        let mut value = from;
        for name in path {
            match find(self.evaluator, value, name)? {
                Some(inner) => value = inner,
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }

    /// What is given at a path.
    fn given(&self, path: &[&str]) -> Result<Option<Value<'a>>> {
        self.find(self.own.args, path)
    }

    fn is(&self, name: &str) -> Result<bool> {
        self.evaluator.force_bool(self.get(name)?)
    }

    /// The first of these that it is.
    fn which(&self, of: &[(&'static str, &'static str)]) -> Result<Option<&'static str>> {
        for (name, answer) in of {
            if self.is(name)? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// A part of the parsed system.
    fn part(&self, part: &str) -> Result<Value<'a>> {
        get(self.evaluator, self.get("parsed")?, part)
    }

    /// The name of a part of the parsed system.
    fn named(&self, part: &str) -> Result<&'a [u8]> {
        name(self.evaluator, self.part(part)?)
    }

    fn text(&self, value: Value<'a>) -> Result<&'a [u8]> {
        Ok(self.evaluator.force_string(value)?.bytes)
    }

    fn string(&self, text: &'static str) -> Value<'a> {
        self.evaluator.borrowed_string(text.as_bytes())
    }

    fn string_or_null(&self, text: Option<&'static str>) -> Value<'a> {
        text.map_or(Value::Null, |text| self.string(text))
    }

    fn string_or_cpu(&self, text: Option<&'static str>) -> Result<Value<'a>> {
        match text {
            Some(text) => Ok(self.string(text)),
            None => Ok(self.evaluator.borrowed_string(self.named("cpu")?)),
        }
    }

    fn functions(&self) -> Vec<Attr<'a>> {
        let own = self.own;
        let function =
            |name: &'static str,
             run: for<'p> fn(&Platform<'p, 'a>, Value<'a>) -> Result<Value<'a>>| {
                let function = function(self.evaluator, name, move |evaluator, argument| {
                    run(&Platform { evaluator, own }, argument)
                });
                self.evaluator.attr(name, function)
            };
        vec![
            function("canExecute", |platform, other| {
                platform.can_execute(other).map(Value::bool)
            }),
            function("emulator", |platform, packages| platform.emulator(packages)),
            function("emulatorAvailable", |platform, packages| {
                let emulator = platform.select_emulator(packages)?;
                Ok(Value::bool(emulator.is_some()))
            }),
            function("staticEmulatorAvailable", |platform, packages| {
                let available = platform.has_static_emulator(packages)?;
                Ok(Value::bool(available))
            }),
        ]
    }

    /// Whether it runs what is made for another platform.
    fn can_execute(&self, other: Value<'a>) -> Result<bool> {
        let evaluator = self.evaluator;
        let of_other = |path: &[&str]| -> Result<Value<'a>> {
            let mut value = other;
            for name in path {
                value = get(evaluator, value, name)?;
            }
            Ok(value)
        };
        let cpus = [self.part("cpu")?, of_other(&["parsed", "cpu"])?];
        let parts = &self.own.parser.parts;
        if !evaluator.equal(self.get("isAndroid")?, of_other(&["isAndroid"])?)?
            || !parts.is_compatible(evaluator, cpus[0], cpus[1])?
            || !evaluator.equal(self.part("kernel")?, of_other(&["parsed", "kernel"])?)?
        {
            return Ok(false);
        }
        if !evaluator.equal(cpus[0], cpus[1])? {
            return Ok(true);
        }
        let Some(program) = self.find(other, &["gcc", "arch"])? else {
            return Ok(true);
        };
        match self.find(self.last(), &["gcc", "arch"])? {
            Some(own) => Ok(can_execute(self.text(own)?, self.text(program)?)),
            None => Ok(false),
        }
    }
}
