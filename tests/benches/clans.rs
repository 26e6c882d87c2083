//! `resolve` of whole clans: CPU time, wall time, peak memory.
//!
//! `cargo bench -p suite --bench clans -- [DIRECTORY…]` takes some of the fixtures, a small one and two like those that people have, or the
//! directories that are named. `ROUNDS` (21) says how often each is run; the median counts. What it takes to start is in the line `start`.

#![allow(clippy::print_stdout)]

mod measure;

use std::path::{Path, PathBuf};

use measure::{Evaluator, Run, median};

const FIXTURES: &[&str] = &["backup", "fleet", "forty"];

fn main() {
    let Some(words) = measure::arguments() else {
        return;
    };
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = FIXTURES
        .iter()
        .map(|name| top.join("../fixtures").join(name));
    let clans: Vec<PathBuf> = match words.is_empty() {
        true => fixtures.collect(),
        false => words.iter().map(PathBuf::from).collect(),
    };
    let resolve = Evaluator::ours(&["resolve", "--quiet", "--keep-going"]);
    println!("| clan | CPU ms | wall ms | MiB |");
    println!("|---|--:|--:|--:|");
    let start = top.join("benches/programs/start.nix");
    line("start", &Evaluator::ours(&["eval"]), &start);
    let all: Vec<[f64; 3]> = clans
        .iter()
        .map(|clan| {
            let name = clan.file_name().unwrap_or_default().to_string_lossy();
            line(&name, &resolve, clan)
        })
        .collect();
    let of = |part: usize| all.iter().map(move |figures| figures[part]);
    let most = |part: usize| of(part).fold(0.0, f64::max);
    row("median", [0, 1, 2].map(|part| median(of(part).collect())));
    row("most", [0, 1, 2].map(most));
}

/// Measures and prints one line.
fn line(name: &str, evaluator: &Evaluator, file: &Path) -> [f64; 3] {
    let runs = (0..measure::rounds(21)).map(|_| evaluator.measure(file));
    let runs: Vec<Run> = runs.collect();
    let is_same = runs.iter().all(|run| run.output == runs[0].output);
    assert!(is_same, "{name}: each run gives the same");
    let of = |part: fn(&Run) -> f64| median(runs.iter().map(part).collect());
    let figures = [
        of(|run| run.cpu.iter().sum::<f64>() * 1e3),
        of(|run| run.wall * 1e3),
        of(|run| run.mebibytes),
    ];
    row(name, figures);
    figures
}

fn row(name: &str, [cpu, wall, mebibytes]: [f64; 3]) {
    println!("| {name} | {cpu:.1} | {wall:.1} | {mebibytes:.1} |");
}
