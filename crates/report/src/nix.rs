//! Values as Nix.

use model::Data;
pub use source::spelling::attribute;
use source::spelling::quoted;

use crate::place::Places;

/// A value as Nix writes it, in one line; paths below the root from there.
pub fn line(data: &Data, places: Places<'_>) -> String {
    match data {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => format!("{value:?}"),
        Data::String(value) => quoted(value),
        Data::Path(path) => match std::path::Path::new(path).strip_prefix(places.root) {
            Ok(below) => format!("./{}", below.display()),
            Err(_) => path.clone(),
        },
        Data::List(items) if items.is_empty() => "[ ]".to_owned(),
        Data::List(items) => {
            let items: Vec<String> = items.iter().map(|item| line(item, places)).collect();
            format!("[ {} ]", items.join(" "))
        }
        Data::Set(attrs) if attrs.is_empty() => "{ }".to_owned(),
        Data::Set(attrs) => {
            let attrs: Vec<String> = attrs
                .iter()
                .map(|(name, _, value)| format!("{} = {};", attribute(name), line(value, places)))
                .collect();
            format!("{{ {} }}", attrs.join(" "))
        }
        Data::Function(span) => match places.name(*span) {
            Some(place) => format!("«function at {place}»"),
            None => "«function»".to_owned(),
        },
        Data::Unknown { name, .. } => format!("«{name} is not known»"),
    }
}

/// The longest line of a value that is written in several.
const WIDTH: usize = 80;

/// A value as Nix writes it: in one line if that is short, else with each attribute and each element in lines of its own. `indent` is how deep the
/// line is indented in which it begins, `before` how many characters stand there before it.
pub fn lines(data: &Data, places: Places<'_>, indent: usize, before: usize) -> String {
    let whole = line(data, places);
    if before + whole.chars().count() < WIDTH {
        return whole;
    }
    let margin = " ".repeat(indent + 2);
    let (open, inner, close) = match data {
        Data::Set(attrs) if !attrs.is_empty() => {
            let attrs = attrs.iter().map(|(name, _, value)| {
                let start = format!("{margin}{} = ", attribute(name));
                let value = lines(value, places, indent + 2, start.chars().count());
                format!("{start}{value};\n")
            });
            ("{", attrs.collect::<String>(), "}")
        }
        Data::List(items) if !items.is_empty() => {
            let items = items.iter().map(|item| {
                let item = lines(item, places, indent + 2, margin.len());
                format!("{margin}{item}\n")
            });
            ("[", items.collect(), "]")
        }
        _ => return whole,
    };
    format!("{open}\n{inner}{}{close}", " ".repeat(indent))
}
