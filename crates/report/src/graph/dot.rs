//! The drawing for graphviz.

use std::fmt::Write as _;

use super::Graph;
use super::palette;

/// The drawing in graphviz's language: `… | dot -Tsvg`.
pub fn dot(graph: &Graph) -> String {
    let mut text = format!("digraph {} {{\n", quoted(&graph.title));
    text.push_str("  rankdir=LR\n  ranksep=1.5\n  nodesep=0.15\n");
    text.push_str("  node [shape=box style=\"rounded,filled\" fillcolor=white fontname=\"sans-serif\" fontsize=11]\n");
    text.push_str("  edge [arrowsize=0.5 color=gray60]\n");
    // Writing to a string never fails.
    for (number, tag) in graph.tags.iter().enumerate() {
        let style = if tag.everyone.is_some() {
            " style=\"rounded,dashed\""
        } else {
            ""
        };
        let label = label(&tag.lines());
        let _ = writeln!(text, "  t{number} [label={label} shape=cds{style}]");
    }
    for (number, machine) in graph.machines.iter().enumerate() {
        let style = if machine.is_missing {
            " style=\"dashed\""
        } else {
            ""
        };
        let label = label(&machine.lines(3));
        let _ = writeln!(text, "  m{number} [label={label}{style}]");
    }
    for (number, role) in graph.roles.iter().enumerate() {
        let color = palette::light(role.instance);
        let style = if role.everyone.is_some() {
            " style=\"rounded,dashed\""
        } else {
            ""
        };
        let label = label(&role.lines());
        let _ = writeln!(text, "  r{number} [label={label} color=\"{color}\"{style}]");
    }
    for (number, instance) in graph.instances.iter().enumerate() {
        let color = palette::light(number);
        let label = label(&instance.lines());
        let _ = writeln!(
            text,
            "  i{number} [label={label} color=\"{color}\" penwidth=2]"
        );
    }
    for (letter, nodes) in graph.ranks() {
        if nodes > 0 {
            let names: Vec<String> = (0..nodes)
                .map(|number| format!("{letter}{number}"))
                .collect();
            let _ = writeln!(text, "  {{ rank=same {} }}", names.join(" "));
        }
    }
    for (tag, machine) in &graph.carried {
        let _ = writeln!(text, "  t{tag} -> m{machine}");
    }
    for (machine, role, by_name) in &graph.filled {
        let color = palette::light(graph.roles.get(*role).map_or(0, |role| role.instance));
        let style = if *by_name { " style=dashed" } else { "" };
        let _ = writeln!(text, "  m{machine} -> r{role} [color=\"{color}\"{style}]");
    }
    for (number, role) in graph.roles.iter().enumerate() {
        let color = palette::light(role.instance);
        let _ = writeln!(
            text,
            "  r{number} -> i{} [color=\"{color}\"]",
            role.instance
        );
    }
    text.push_str("}\n");
    text
}

fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("\\n"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// In a string of graphviz a backslash begins an escape.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace(['\n', '\r'], " ")
}
