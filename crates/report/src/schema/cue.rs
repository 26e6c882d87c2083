//! A JSON Schema as CUE: one definition, closed where the schema is.

use serde_json::Value as Json;

/// The schema as the definition `#name`.
pub fn cue(name: &str, schema: &Json) -> String {
    let mut text = String::new();
    if let Some(title) = schema["title"].as_str() {
        text.push_str(&format!("// {title}\n"));
    }
    let definitions = schema["$defs"].as_object();
    text.push_str(&format!("#{name}: {}\n", value(schema, 0)));
    for (name, schema) in definitions.into_iter().flatten() {
        text.push_str(&format!("\n#{name}: {}\n", value(schema, 0)));
    }
    text
}

fn value(schema: &Json, depth: usize) -> String {
    let text = kind(schema, depth);
    match plain_default(schema) {
        Some(default) => format!("*{default} | {text}"),
        None => text,
    }
}

/// A default; that of a set follows from its parts.
fn plain_default(schema: &Json) -> Option<String> {
    let default = schema.get("default")?;
    let is_plain = !default.is_object() && !default.is_array();
    is_plain.then(|| default.to_string())
}

fn kind(schema: &Json, depth: usize) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return format!("#{}", reference.rsplit('/').next().unwrap_or_default());
    }
    if let Some(constant) = schema.get("const") {
        return constant.to_string();
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(Json::to_string).collect();
        return values.join(" | ");
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(schemas) = schema[several].as_array() {
            let schemas: Vec<String> = schemas.iter().map(|each| kind(each, depth)).collect();
            return schemas.join(" | ");
        }
    }
    match &schema["type"] {
        Json::Array(types) => {
            let types = types.iter().filter_map(Json::as_str);
            types
                .map(|each| of_type(each, schema, depth))
                .collect::<Vec<_>>()
                .join(" | ")
        }
        Json::String(name) => of_type(name, schema, depth),
        _ => "_".to_owned(),
    }
}

fn of_type(name: &str, schema: &Json, depth: usize) -> String {
    match name {
        "null" => "null".to_owned(),
        "boolean" => "bool".to_owned(),
        "string" => "string".to_owned(),
        "number" => "number".to_owned(),
        "integer" => integer(schema),
        "array" => match schema.get("items") {
            Some(items) => format!("[...{}]", grouped(&kind(items, depth))),
            None => "[..._]".to_owned(),
        },
        "object" => object(schema, depth),
        _ => "_".to_owned(),
    }
}

fn integer(schema: &Json) -> String {
    let bounds = [
        ("minimum", ">="),
        ("exclusiveMinimum", ">"),
        ("maximum", "<="),
    ];
    let bounds = bounds.iter().filter_map(|(name, sign)| {
        let bound = schema.get(*name)?;
        Some(format!(" & {sign}{bound}"))
    });
    format!("int{}", bounds.collect::<String>())
}

fn grouped(text: &str) -> String {
    match text.contains(" | ") && !text.starts_with('{') {
        true => format!("({text})"),
        false => text.to_owned(),
    }
}

fn object(schema: &Json, depth: usize) -> String {
    let indent = "\t".repeat(depth + 1);
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let mut lines = vec![];
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(description) = property["description"].as_str() {
            let comment = description
                .lines()
                .map(|line| format!("{indent}// {line}").trim_end().to_owned());
            lines.extend(comment);
        }
        let sign = if required.contains(&name.as_str()) {
            "!"
        } else {
            "?"
        };
        let value = value(property, depth + 1);
        lines.push(format!(
            "{indent}{}{sign}: {value}",
            Json::from(name.as_str())
        ));
    }
    match &schema["additionalProperties"] {
        Json::Bool(false) => {}
        Json::Object(rest) if !rest.is_empty() && lines.is_empty() => {
            let rest = kind(&schema["additionalProperties"], depth + 1);
            lines.push(format!("{indent}[string]: {rest}"));
        }
        Json::Object(rest) if !rest.is_empty() => {
            let names = schema["properties"].as_object().into_iter().flatten();
            let names: Vec<String> = names
                .map(|(name, _)| format!("!={}", Json::from(name.as_str())))
                .collect();
            let rest = kind(&schema["additionalProperties"], depth + 1);
            lines.push(format!("{indent}[{}]: {rest}", names.join(" & ")));
        }
        _ => lines.push(format!("{indent}...")),
    }
    if lines.is_empty() {
        return "{}".to_owned();
    }
    format!("{{\n{}\n{}}}", lines.join("\n"), "\t".repeat(depth))
}
