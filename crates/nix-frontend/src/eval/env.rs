//! Environments: the variables of a scope, and the scope around it.

use std::cell::Cell;

use crate::eval::value::Value;

/// A variable. `None` only while its environment is being filled.
pub type Slot<'a> = Cell<Option<Value<'a>>>;

/// One scope's variables; which slot is which name was settled when lowering.
pub struct Env<'a> {
    /// The scope around it.
    pub up: Cell<Option<&'a Env<'a>>>,
    /// The variables.
    pub slots: Slots<'a>,
}

/// The variables of a scope.
pub enum Slots<'a> {
    /// Exactly one: most functions.
    One(Slot<'a>),
    /// Any number.
    Many(&'a [Slot<'a>]),
}

impl<'a> Env<'a> {
    /// The variables.
    #[inline]
    pub fn slots(&'a self) -> &'a [Slot<'a>] {
        match &self.slots {
            Slots::One(slot) => std::slice::from_ref(slot),
            Slots::Many(slots) => slots,
        }
    }

    /// Gives its one variable another value.
    #[inline]
    pub(crate) fn refill(&self, value: Value<'a>) {
        if let Slots::One(slot) = &self.slots {
            slot.set(Some(value));
        }
    }

    /// The environment `depth` scopes up.
    #[inline]
    pub fn ancestor(&'a self, depth: u16) -> &'a Env<'a> {
        let mut env = self;
        for _ in 0..depth {
            match env.up.get() {
                Some(up) => env = up,
                None => break,
            }
        }
        env
    }
}
