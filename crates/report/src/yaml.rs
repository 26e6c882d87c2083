//! JSON values as YAML.

use serde_json::Value as Json;

/// A value as a YAML document. Strings are written as JSON writes them, which YAML reads alike.
pub fn write(value: &Json) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Json, indent: usize, into: &mut String) {
    match value {
        Json::Object(object) if !object.is_empty() => {
            for (name, value) in object {
                pad(indent, into);
                into.push_str(&key(name));
                entry(value, indent, into);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                pad(indent, into);
                into.push('-');
                entry(item, indent, into);
            }
        }
        scalar => {
            pad(indent, into);
            into.push_str(&scalar.to_string());
            into.push('\n');
        }
    }
}

fn entry(value: &Json, indent: usize, into: &mut String) {
    let nested = match value {
        Json::Object(object) => !object.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => false,
    };
    if nested {
        into.push('\n');
        block(value, indent + 1, into);
    } else {
        into.push(' ');
        into.push_str(&value.to_string());
        into.push('\n');
    }
}

fn key(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let starts = name
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic());
    if starts && name.chars().all(plain) && !reserved.contains(&name.to_lowercase().as_str()) {
        format!("{name}:")
    } else {
        format!("{}:", Json::from(name))
    }
}

fn pad(indent: usize, into: &mut String) {
    into.extend(std::iter::repeat_n("  ", indent));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn nesting_is_by_indentation() {
        let value = json!({ "a": { "b": [1, { "no": "x: y" }], "c": {} }, "d e": [] });
        assert_eq!(
            super::write(&value),
            "a:\n  b:\n    - 1\n    -\n      \"no\": \"x: y\"\n  c: {}\n\"d e\": []\n"
        );
    }
}
