//! The drawing for mermaid, which forges draw in Markdown.

use std::fmt::Write as _;

use super::Graph;
use super::palette;

/// The drawing in mermaid's language.
pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    // Writing to a string never fails.
    for (number, tag) in graph.tags.iter().enumerate() {
        let _ = writeln!(text, "  t{number}([{}])", label(&tag.lines()));
    }
    for (number, machine) in graph.machines.iter().enumerate() {
        let _ = writeln!(text, "  m{number}[{}]", label(&machine.lines(3)));
    }
    for (number, role) in graph.roles.iter().enumerate() {
        let _ = writeln!(text, "  r{number}({})", label(&role.lines()));
    }
    for (number, instance) in graph.instances.iter().enumerate() {
        let _ = writeln!(text, "  i{number}[[{}]]", label(&instance.lines()));
    }
    for (tag, machine) in &graph.carried {
        let _ = writeln!(text, "  t{tag} --> m{machine}");
    }
    for (machine, role, by_name) in &graph.filled {
        let arrow = if *by_name { "-.->" } else { "-->" };
        let _ = writeln!(text, "  m{machine} {arrow} r{role}");
    }
    for (number, role) in graph.roles.iter().enumerate() {
        let _ = writeln!(text, "  r{number} --> i{}", role.instance);
    }
    for number in 0..graph.instances.len().min(palette::NUMBER) {
        let color = palette::light(number);
        let _ = writeln!(text, "  classDef c{number} stroke:{color},stroke-width:2px");
    }
    let classes = graph.roles.iter().enumerate();
    for (number, role) in classes {
        let _ = writeln!(
            text,
            "  class r{number} c{}",
            role.instance % palette::NUMBER
        );
    }
    for number in 0..graph.instances.len() {
        let _ = writeln!(text, "  class i{number} c{}", number % palette::NUMBER);
    }
    text
}

/// A text between quotes, in which everything that mermaid, Markdown or HTML could take for its own is a numbered character.
fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("<br>"))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | '.' | '-' | '@' | '/' | '(' | ')' | ',' | ':' => escaped.push(character),
            _ if character.is_alphanumeric() => escaped.push(character),
            _ if character.is_control() => escaped.push(' '),
            _ => {
                // Writing to a string never fails.
                let _ = write!(escaped, "#{};", character as u32);
            }
        }
    }
    escaped
}
