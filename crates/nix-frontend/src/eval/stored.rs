//! The store paths that files would get.

use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::Str;

impl<'a> Evaluator<'a> {
    /// The store path that the file or directory at `path` would get, as a string with its context.
    pub fn copy_to_store(&self, path: &[u8]) -> Result<&'a Str<'a>> {
        Err(EvalError::new(
            ErrorKind::OutOfReach(String::from_utf8_lossy(path).into_owned()),
            "the store is out of reach",
        ))
    }
}
