//! The drawing as SVG that needs nothing else: it follows the reader's choice of light or dark, and says at each node what it is.

use std::fmt::Write as _;

use super::layout::{LINE, Layout, PADDING, Placed, layout, ports};
use super::{Graph, palette};

const HEADINGS: [&str; 4] = ["tags", "machines", "roles", "instances"];

const STYLE: &str = "\
    svg { --ground: #ffffff; --node: #f6f8fa; --line: #d0d7de; --text: #1f2328; --dim: #59636e; --edge: #afb8c1; }
    .ground { fill: var(--ground); }
    text { font: 13px ui-sans-serif, system-ui, \"Segoe UI\", \"DejaVu Sans\", sans-serif; fill: var(--text); }
    text.title { font-size: 17px; font-weight: 600; }
    text.heading, text.legend, text.more { fill: var(--dim); }
    text.heading { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; }
    text.legend, text.more { font-size: 12px; }
    rect.node { fill: var(--node); stroke: var(--line); }
    rect.role { fill: var(--ground); stroke: var(--own); stroke-width: 1.3; }
    rect.instance { fill: var(--ground); stroke: var(--own); stroke-width: 2.2; }
    rect.all, rect.missing { stroke-dasharray: 4 3; }
    path { fill: none; stroke-width: 1.2; opacity: .65; stroke: var(--own, var(--edge)); }
    path.name { stroke-dasharray: 5 4; }
";

/// The drawing.
pub fn svg(graph: &Graph) -> String {
    let layout = layout(graph);
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let title = escaped(&graph.title);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n  <title>{title}</title>\n"
    );
    style(graph, &mut text);
    // Writing to a string never fails.
    let _ = writeln!(
        text,
        "  <rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>"
    );
    let _ = writeln!(
        text,
        "  <text class=\"title\" x=\"24\" y=\"34\">{title}</text>"
    );
    for (heading, x) in HEADINGS.iter().zip(layout.starts) {
        let _ = writeln!(
            text,
            "  <text class=\"heading\" x=\"{x:.0}\" y=\"62\">{heading}</text>"
        );
    }
    edges(graph, &layout, &mut text);
    nodes(graph, &layout, &mut text);
    let legend = "solid: by a tag · dashed: by name alone · dashed frame: every machine · *: computed by clan or by inventory.tags";
    let _ = writeln!(
        text,
        "  <text class=\"legend\" x=\"24\" y=\"{:.0}\">{legend}</text>\n</svg>",
        height - 16.0
    );
    text
}

fn style(graph: &Graph, text: &mut String) {
    let number = graph.instances.len().min(palette::NUMBER);
    let colours = |colour: fn(usize) -> &'static str| -> String {
        (0..number)
            .map(|at| format!(" .c{at} {{ --own: {}; }}", colour(at)))
            .collect()
    };
    let _ = write!(
        text,
        "  <style>\n{STYLE}   {}\n    @media (prefers-color-scheme: dark) {{\n      svg {{ --ground: #0d1117; --node: #161b22; --line: #3d444d; --text: #e6edf3; --dim: #9198a1; --edge: #57606a; }}\n     {}\n    }}\n  </style>\n",
        colours(palette::light),
        colours(palette::dark),
    );
}

fn edges(graph: &Graph, layout: &Layout, text: &mut String) {
    let instance = |role: usize| graph.roles.get(role).map_or(0, |role| role.instance);
    for (rank, between) in graph.edges().iter().enumerate() {
        let (Some(from), Some(to)) = (layout.columns.get(rank), layout.columns.get(rank + 1))
        else {
            continue;
        };
        let ports = ports(between, from, to);
        for (number, ((left, right), (start, end))) in between.iter().zip(ports).enumerate() {
            let colour = |instance: usize| format!("c{}", instance % palette::NUMBER);
            let by_name = graph
                .filled
                .get(number)
                .is_some_and(|(_, _, by_name)| *by_name);
            let class = match (rank, by_name) {
                (0, _) => String::new(),
                (1, true) => format!(" class=\"{} name\"", colour(instance(*right))),
                (1, false) => format!(" class=\"{}\"", colour(instance(*right))),
                _ => format!(" class=\"{}\"", colour(*right)),
            };
            if let (Some(from), Some(to)) = (from.get(*left), to.get(*right)) {
                edge((from.right(), start), (to.x, end), &class, text);
            }
        }
    }
}

/// A curve from the right of a node to the left of another.
fn edge((x, y): (f64, f64), (end_x, end_y): (f64, f64), class: &str, text: &mut String) {
    let bend = (end_x - x) / 2.0;
    // Writing to a string never fails.
    let _ = writeln!(
        text,
        "  <path{class} d=\"M{x:.0} {y:.1}C{:.0} {y:.1} {:.0} {end_y:.1} {end_x:.0} {end_y:.1}\"/>",
        x + bend,
        end_x - bend,
    );
}

fn nodes(graph: &Graph, layout: &Layout, text: &mut String) {
    let [tags, machines, roles, instances] = &layout.columns;
    for (tag, placed) in graph.tags.iter().zip(tags) {
        let all = if tag.everyone.is_some() { " all" } else { "" };
        node(
            placed,
            &format!("node tag{all}"),
            "",
            placed.height / 2.0,
            text,
        );
    }
    for (machine, placed) in graph.machines.iter().zip(machines) {
        let missing = if machine.is_missing { " missing" } else { "" };
        node(placed, &format!("node machine{missing}"), "", 4.0, text);
    }
    for (role, placed) in graph.roles.iter().zip(roles) {
        let all = if role.everyone.is_some() { " all" } else { "" };
        let colour = format!("c{}", role.instance % palette::NUMBER);
        node(placed, &format!("node role{all}"), &colour, 4.0, text);
    }
    for (number, placed) in instances.iter().enumerate() {
        let colour = format!("c{}", number % palette::NUMBER);
        node(placed, "node instance", &colour, 4.0, text);
    }
}

fn node(placed: &Placed, class: &str, colour: &str, round: f64, text: &mut String) {
    let colour = match colour {
        "" => String::new(),
        colour => format!(" class=\"{colour}\""),
    };
    let _ = writeln!(
        text,
        "  <g{colour}><rect class=\"{class}\" x=\"{:.0}\" y=\"{:.1}\" width=\"{:.0}\" height=\"{:.1}\" rx=\"{round:.0}\"/>",
        placed.x, placed.y, placed.width, placed.height
    );
    let is_list = class.contains("machine");
    for (number, line) in placed.lines.iter().enumerate() {
        let more = if number > 0 && !is_list {
            " class=\"more\""
        } else {
            ""
        };
        let y = placed.y + PADDING / 2.0 + 12.5 + number as f64 * LINE;
        let x = placed.x + PADDING;
        let _ = writeln!(
            text,
            "    <text{more} x=\"{x:.0}\" y=\"{y:.1}\">{}</text>",
            escaped(line)
        );
    }
    text.push_str("  </g>\n");
}

/// A text in which XML finds nothing of its own, nor a character that it may not have.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}
