//! `toXML`.

use crate::builtins::{Spec, take};
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::string::StringBuilder;
use crate::eval::value::Value;
use crate::eval::xml::XmlStyle;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[Spec::new("toXML", 1, to_xml)];

fn to_xml<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let mut builder = StringBuilder::default();
    let style = XmlStyle {
        strict: true,
        places: false,
    };
    evaluator.xml_into(&mut builder, value, style)?;
    Ok(evaluator.built_string(builder))
}
