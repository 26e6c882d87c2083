//! Builtins on versions and package names.

use crate::builtins::{Spec, take};
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::version;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("compareVersions", 2, compare_versions),
    Spec::new("parseDrvName", 1, parse_drv_name),
    Spec::new("splitVersion", 1, split_version),
];

fn compare_versions<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let left = evaluator.force_plain_string(left)?;
    let right = evaluator.force_plain_string(right)?;
    Ok(Value::Int(version::compare(left, right) as i64))
}

fn split_version<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [version] = take(arguments)?;
    let version = evaluator.force_plain_string(version)?;
    let components: Vec<Value<'a>> = version::components(version)
        .map(|component| evaluator.borrowed_string(component))
        .collect();
    Ok(evaluator.list(&components))
}

fn parse_drv_name<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name] = take(arguments)?;
    let name = evaluator.force_plain_string(name)?;
    let (name, version) = version::parse_package_name(name);
    Ok(evaluator.attrs_from([
        ("name", evaluator.borrowed_string(name)),
        ("version", evaluator.borrowed_string(version)),
    ]))
}
