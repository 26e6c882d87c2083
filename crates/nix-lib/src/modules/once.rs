//! What is worked out once, when it is first needed, and must not need itself.

use std::cell::Cell;

use nix_frontend::eval::{ErrorKind, EvalError, Result};

/// A value that is worked out when it is first asked for. Failures are not kept.
pub struct Once<T> {
    known: Cell<Option<T>>,
    is_running: Cell<bool>,
}

impl<T: Copy> Once<T> {
    /// Nothing is known yet.
    pub fn new() -> Once<T> {
        Once {
            known: Cell::new(None),
            is_running: Cell::new(false),
        }
    }

    /// The value, if it is known already.
    pub fn known(&self) -> Option<T> {
        self.known.get()
    }

    /// The value. Errors: those of `work`, and an infinite recursion if `work` asks for the value itself.
    pub fn get(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        if self.is_running.replace(true) {
            return Err(EvalError::new(
                ErrorKind::InfiniteRecursion,
                "infinite recursion encountered",
            ));
        }
        let done = work();
        self.is_running.set(false);
        self.known.set(done.as_ref().ok().copied());
        done
    }
}

impl<T: Copy> Default for Once<T> {
    fn default() -> Once<T> {
        Once::new()
    }
}
