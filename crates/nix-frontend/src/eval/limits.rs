//! What an evaluation may take, and what is said when it wants more.

use crate::eval::error::{ErrorKind, EvalError};

/// What an evaluation may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most function calls, in all.
    pub steps: u64,
    /// The most bytes of values.
    pub memory: usize,
    /// The deepest nesting of function calls.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            steps: u64::MAX,
            memory: 4 << 30,
            depth: 10_000,
        }
    }
}

impl Limits {
    #[cold]
    pub(crate) fn too_many_steps(&self) -> Box<EvalError> {
        let steps = self.steps;
        EvalError::new(
            ErrorKind::Limit,
            format!("evaluation took more than {steps} steps"),
        )
        .help(format!(
            "`--max-steps {steps}` holds; give a larger number if this is no endless loop"
        ))
    }

    #[cold]
    pub(crate) fn too_much_memory(&self) -> Box<EvalError> {
        let size = size(self.memory);
        EvalError::new(
            ErrorKind::Limit,
            format!("evaluation needs more than {size} of memory"),
        )
        .help(format!(
            "`--max-memory {size}` holds; give a larger size if this is no endless loop"
        ))
    }

    #[cold]
    pub(crate) fn too_deep(&self) -> Box<EvalError> {
        EvalError::new(
            ErrorKind::Limit,
            "stack overflow; max-call-depth exceeded",
        )
        .help(format!(
            "`--max-call-depth {}` holds; give a larger number if this function does not call itself without end",
            self.depth
        ))
    }

    #[cold]
    pub(crate) fn stack_used_up(&self) -> Box<EvalError> {
        EvalError::new(
            ErrorKind::Limit,
            "stack overflow; the nesting is too deep (possibly an infinite recursion)",
        )
        .help(format!(
            "values wait for each other deeper than the stack reaches; it grows with `--max-call-depth`, which is {}",
            self.depth
        ))
    }
}

/// A number of bytes as `--max-memory` takes it.
fn size(bytes: usize) -> String {
    for (shift, unit) in [(30, "G"), (20, "M"), (10, "K")] {
        if bytes > 0 && bytes.is_multiple_of(1 << shift) {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_can_be_given_again() {
        for (bytes, text) in [(4 << 30, "4G"), (512 << 20, "512M"), (2048, "2K"), (7, "7")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn each_limit_names_its_option_and_its_value() {
        let limits = Limits {
            steps: 12,
            memory: 3 << 20,
            depth: 34,
        };
        for (error, option) in [
            (limits.too_many_steps(), "`--max-steps 12`"),
            (limits.too_much_memory(), "`--max-memory 3M`"),
            (limits.too_deep(), "`--max-call-depth 34`"),
            (limits.stack_used_up(), "`--max-call-depth`, which is 34"),
        ] {
            assert!(error.help.unwrap_or_default().contains(option), "{option}");
        }
    }
}
