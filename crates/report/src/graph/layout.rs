//! Where the nodes of the drawing stand: four columns, each ordered so that few edges cross.
//!
//! The columns are ordered by turns: a node comes where its neighbours in the columns beside it are on average. The roles of an
//! instance stay together. Then each column is spread over the height of the highest.

use unicode_width::UnicodeWidthStr;

use super::Graph;

/// So often the columns are ordered anew.
const ROUNDS: usize = 12;
/// The height of a line of text.
pub(super) const LINE: f64 = 17.0;
/// The space around the text of a node.
pub(super) const PADDING: f64 = 9.0;
const GAP: f64 = 12.0;
/// The width of a letter, on average.
const LETTER: f64 = 7.3;
const NARROWEST: f64 = 60.0;
/// The most letters on a line of machines.
const NAMES: usize = 36;
/// The least space between two columns.
const BETWEEN: f64 = 90.0;
/// Many edges get more of it, up to a limit.
const FOR_AN_EDGE: f64 = 1.1;
const WIDEST: f64 = 300.0;
const MARGIN: f64 = 24.0;
/// The height of the title and the headings of the columns.
const HEAD: f64 = 76.0;
/// The height of the legend.
const FOOT: f64 = 44.0;

/// A node in its place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) lines: Vec<String>,
}

impl Placed {
    pub(super) fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }
}

/// The whole drawing.
#[derive(Debug)]
pub(super) struct Layout {
    /// Tags, machines, roles, instances.
    pub(super) columns: [Vec<Placed>; 4],
    /// Where each column begins.
    pub(super) starts: [f64; 4],
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Graph {
    /// How many nodes each rank has, by its letter.
    pub(super) fn ranks(&self) -> [(char, usize); 4] {
        [
            ('t', self.tags.len()),
            ('m', self.machines.len()),
            ('r', self.roles.len()),
            ('i', self.instances.len()),
        ]
    }

    /// The edges between each rank and the next.
    pub(super) fn edges(&self) -> [Vec<(usize, usize)>; 3] {
        let filled = self
            .filled
            .iter()
            .map(|(machine, role, _)| (*machine, *role));
        let roles = self.roles.iter().enumerate();
        [
            self.carried.clone(),
            filled.collect(),
            roles
                .map(|(number, role)| (number, role.instance))
                .collect(),
        ]
    }
}

impl super::MachineNode {
    /// The names, several on a line where there are many.
    pub(super) fn lines(&self, few: usize) -> Vec<String> {
        let mut lines: Vec<String> = vec![];
        for name in &self.names {
            match lines.last_mut().filter(|_| self.names.len() > few) {
                Some(line) if line.width() + 2 + name.width() <= NAMES => {
                    line.push_str(", ");
                    line.push_str(name);
                }
                _ => lines.push(name.clone()),
            }
        }
        if self.is_missing {
            lines.push("not in the inventory".to_owned());
        }
        lines
    }
}

/// Where the ends of edges touch the nodes: one beside the other along the side, so that they cross as late as they can.
pub(super) fn ports(edges: &[(usize, usize)], from: &[Placed], to: &[Placed]) -> Vec<(f64, f64)> {
    let mut ports = vec![(0.0, 0.0); edges.len()];
    let middle = |nodes: &[Placed], node: usize| nodes.get(node).map_or(0.0, Placed::middle);
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|left, right| {
        let end = |edge: usize| (edges[edge].0, middle(to, edges[edge].1));
        let (left, right) = (end(*left), end(*right));
        left.0.cmp(&right.0).then(left.1.total_cmp(&right.1))
    });
    for side in order.chunk_by(|left, right| edges[*left].0 == edges[*right].0) {
        for (number, edge) in side.iter().enumerate() {
            ports[*edge].0 = along(from.get(edges[*edge].0), number, side.len());
        }
    }
    order.sort_by(|left, right| {
        let end = |edge: usize| (edges[edge].1, middle(from, edges[edge].0));
        let (left, right) = (end(*left), end(*right));
        left.0.cmp(&right.0).then(left.1.total_cmp(&right.1))
    });
    for side in order.chunk_by(|left, right| edges[*left].1 == edges[*right].1) {
        for (number, edge) in side.iter().enumerate() {
            ports[*edge].1 = along(to.get(edges[*edge].1), number, side.len());
        }
    }
    ports
}

/// The place of one of several edges along the side of a node.
fn along(node: Option<&Placed>, number: usize, of: usize) -> f64 {
    let Some(node) = node else { return 0.0 };
    let room = (node.height - PADDING).min(5.0 * (of - 1) as f64);
    let step = if of > 1 { room / (of - 1) as f64 } else { 0.0 };
    node.middle() - room / 2.0 + step * number as f64
}

/// Places everything.
pub(super) fn layout(graph: &Graph) -> Layout {
    let orders = order(graph);
    let mut columns = [
        graph.tags.iter().map(|tag| sized(tag.lines())).collect(),
        graph
            .machines
            .iter()
            .map(|machine| sized(machine.lines(3)))
            .collect(),
        graph.roles.iter().map(|role| sized(role.lines())).collect(),
        graph
            .instances
            .iter()
            .map(|instance| sized(instance.lines()))
            .collect::<Vec<_>>(),
    ];
    let heights = columns.each_ref().map(|column| {
        let all: f64 = column.iter().map(|node| node.height + GAP).sum();
        (all - GAP).max(0.0)
    });
    let highest = heights.iter().copied().fold(0.0, f64::max);
    let mut starts = [MARGIN; 4];
    let mut x = MARGIN;
    let edges = graph.edges();
    for (number, column) in columns.iter_mut().enumerate() {
        let width = column
            .iter()
            .map(|node| node.width)
            .fold(NARROWEST, f64::max);
        let room = highest - heights[number];
        let gap = GAP + (room / (column.len() + 1) as f64).min(40.0);
        let used = heights[number] + (gap - GAP) * column.len().saturating_sub(1) as f64;
        let mut y = HEAD + (highest - used).max(0.0) / 2.0;
        starts[number] = x;
        for place in &orders[number] {
            let Some(node) = column.get_mut(*place) else {
                continue;
            };
            node.x = x;
            node.width = width;
            node.y = y;
            y += node.height + gap;
        }
        let behind = edges.get(number).map_or(0, Vec::len);
        x += width + (BETWEEN + behind as f64 * FOR_AN_EDGE).min(WIDEST);
    }
    draw_instances_to_their_roles(graph, &orders[3], &mut columns);
    let bottom = columns.iter().flatten().map(|node| node.y + node.height);
    Layout {
        height: bottom.fold(HEAD + highest, f64::max) + FOOT,
        width: x - BETWEEN + MARGIN,
        columns,
        starts,
    }
}

fn sized(lines: Vec<String>) -> Placed {
    let letters = lines.iter().map(|line| line.width()).max().unwrap_or(0);
    Placed {
        x: 0.0,
        y: 0.0,
        width: (letters as f64 * LETTER + 2.0 * PADDING + 4.0).max(NARROWEST),
        height: lines.len() as f64 * LINE + PADDING,
        lines,
    }
}

/// An instance stands beside the middle of its roles, as far as the one above leaves room.
fn draw_instances_to_their_roles(graph: &Graph, order: &[usize], columns: &mut [Vec<Placed>; 4]) {
    let mut least = HEAD;
    for instance in order {
        let roles = graph.roles.iter().zip(&columns[2]);
        let middles: Vec<f64> = roles
            .filter(|(role, _)| role.instance == *instance)
            .map(|(_, placed)| placed.middle())
            .collect();
        let middle = middles.iter().sum::<f64>() / (middles.len().max(1)) as f64;
        if let Some(node) = columns[3].get_mut(*instance) {
            node.y = (middle - node.height / 2.0).max(least);
            least = node.y + node.height + GAP;
        }
    }
}

/// The order of the nodes in each column.
fn order(graph: &Graph) -> [Vec<usize>; 4] {
    let edges = graph.edges();
    let mut orders = graph
        .ranks()
        .map(|(_, number)| (0..number).collect::<Vec<usize>>());
    for _ in 0..ROUNDS {
        for column in [3, 2, 1, 0, 1, 2, 3] {
            arrange(column, &edges, &mut orders);
            if column == 2 {
                keep_together(graph, &mut orders[2]);
            }
        }
    }
    orders
}

/// Orders a column by where its neighbours are; who has none stays where he is.
fn arrange(column: usize, edges: &[Vec<(usize, usize)>; 3], orders: &mut [Vec<usize>; 4]) {
    let mut sums = vec![(0.0, 0.0); orders[column].len()];
    if let Some((before, between)) = column.checked_sub(1).map(|before| (before, &edges[before])) {
        let places = places(&orders[before]);
        for (left, right) in between {
            sums[*right].0 += places[*left];
            sums[*right].1 += 1.0;
        }
    }
    if let Some(between) = edges.get(column) {
        let places = places(&orders[column + 1]);
        for (left, right) in between {
            sums[*left].0 += places[*right];
            sums[*left].1 += 1.0;
        }
    }
    let own = places(&orders[column]);
    let weight = |node: usize| match sums[node] {
        (_, 0.0) => own[node],
        (sum, number) => sum / number,
    };
    orders[column].sort_by(|left, right| weight(*left).total_cmp(&weight(*right)));
}

/// Where each node of a column is, from 0 for the first to 1 for the last.
fn places(order: &[usize]) -> Vec<f64> {
    let mut places = vec![0.0; order.len()];
    let last = order.len().saturating_sub(1).max(1) as f64;
    for (place, node) in order.iter().enumerate() {
        places[*node] = place as f64 / last;
    }
    places
}

/// Puts the roles of an instance one behind the other, where they are on average.
fn keep_together(graph: &Graph, order: &mut [usize]) {
    let places = places(order);
    let instance = |role: usize| graph.roles[role].instance;
    let mut means = vec![(0.0, 0.0); graph.instances.len()];
    for role in order.iter() {
        means[instance(*role)].0 += places[*role];
        means[instance(*role)].1 += 1.0;
    }
    let mean = |role: usize| {
        let (sum, number) = means[instance(role)];
        sum / number
    };
    order.sort_by(|left, right| {
        let by_instance = mean(*left).total_cmp(&mean(*right));
        by_instance
            .then(instance(*left).cmp(&instance(*right)))
            .then(places[*left].total_cmp(&places[*right]))
    });
}
