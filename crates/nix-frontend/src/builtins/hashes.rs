//! Builtins that make and spell hashes.

use crate::builtins::files::load;
use crate::builtins::{Spec, take};
use crate::eval::attrs::Attrs;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::store::hash::{Hash, HashAlgorithm, HashError, HashFormat};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("convertHash", 1, convert_hash),
    Spec::new("hashFile", 2, hash_file),
    Spec::new("hashString", 2, hash_string),
];

fn hash_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [algorithm, string] = take(arguments)?;
    let algorithm = HashAlgorithm::parse(evaluator.force_plain_string(algorithm)?);
    let algorithm = algorithm.map_err(|error| refused(&error))?;
    let hash = Hash::of(algorithm, evaluator.force_string(string)?.bytes);
    Ok(evaluator.string(hash.spell(HashFormat::Base16)))
}

fn hash_file<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [algorithm, path] = take(arguments)?;
    let algorithm = HashAlgorithm::parse(evaluator.force_plain_string(algorithm)?);
    let algorithm = algorithm.map_err(|error| refused(&error))?;
    let hash = Hash::of(algorithm, load(evaluator, path)?);
    Ok(evaluator.string(hash.spell(HashFormat::Base16)))
}

fn convert_hash<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wish] = take(arguments)?;
    let wish = evaluator.force_attrs(wish)?;
    let digits = wanted(evaluator, wish, "hash")?;
    let algorithm = match wish.value(evaluator.symbol("hashAlgo")) {
        Some(name) => Some(HashAlgorithm::parse(evaluator.force_plain_string(name)?)),
        None => None,
    };
    let algorithm = algorithm.transpose().map_err(|error| refused(&error))?;
    let hash = Hash::parse(digits, algorithm).map_err(|error| refused(&error))?;
    let format = HashFormat::parse(wanted(evaluator, wish, "toHashFormat")?);
    let format = format.map_err(|error| refused(&error))?;
    Ok(evaluator.string(hash.spell(format)))
}

fn wanted<'a>(evaluator: &Evaluator<'a>, wish: &Attrs<'a>, name: &str) -> Result<&'a [u8]> {
    match wish.value(evaluator.symbol(name)) {
        Some(value) => evaluator.force_plain_string(value),
        None => Err(EvalError::type_error(format!("attribute '{name}' missing"))),
    }
}

fn refused(error: &HashError) -> Box<EvalError> {
    EvalError::type_error(error.to_string())
}
