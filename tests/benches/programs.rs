//! Whole programs under our evaluator and under `nix-instantiate`, in turn: user CPU time, wall time, peak memory.
//!
//! `cargo bench -p suite --bench programs -- [NAME…]` runs the programs whose names contain one of the words, or all of them. Set by the environment:
//! `ROUNDS` (5), `NIX` (the peer, `nix-instantiate`; empty for none), `NIXPKGS` (a directory with nixpkgs' `lib`; without it the programs that
//! need it are run by us alone, on the native one), `NATIVE` (run them so as well). The program in each line is that of `programs/`.
//!
//! A second table is of `lib/`: functions of nixpkgs' `lib` on 100,000 elements, the peer with that of `NIXPKGS` and we with the native one. What it
//! takes to start is run in each round too and taken off. A program that takes the peer longer than ten seconds is run once. Their names begin with
//! `lib/`.
//!
//! Every round runs the peer once and us once, and ratios are taken within a round: a machine whose speed drifts does not bend them.

#![allow(clippy::print_stdout)]

mod measure;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use measure::{Evaluator, Run, median};

fn main() {
    let Some(words) = measure::arguments() else {
        return;
    };
    let nixpkgs = std::env::var("NIXPKGS").ok();
    let rounds = measure::rounds(5);
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    compare_programs(nixpkgs.as_deref(), rounds, wanted);
    if let Some(peer) = nixpkgs.as_deref().and_then(|nixpkgs| peer(Some(nixpkgs))) {
        compare_lib(&peer, &ours(None), rounds, wanted);
    }
}

fn compare_programs(nixpkgs: Option<&str>, rounds: usize, wanted: impl Fn(&str) -> bool) {
    let named = programs("programs")
        .into_iter()
        .filter(|(name, _)| wanted(name));
    let named: Vec<(String, PathBuf)> = named.collect();
    if named.is_empty() {
        return;
    }
    println!("| program | Nix user s | wall s | MiB | ours user s | wall s | MiB | ours / Nix |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    let mut ratios = vec![];
    for (name, program) in named {
        let needs_lib =
            std::fs::read_to_string(&program).is_ok_and(|text| text.contains("<nixpkgs"));
        let with_lib = nixpkgs.filter(|_| needs_lib);
        let peer = peer(with_lib).filter(|_| !needs_lib || with_lib.is_some());
        ratios.extend(compare(
            &name,
            &program,
            peer.as_ref(),
            &ours(with_lib),
            rounds,
        ));
        if with_lib.is_some() && std::env::var_os("NATIVE").is_some() {
            let name = format!("{name}, native lib");
            compare(&name, &program, peer.as_ref(), &ours(None), rounds);
        }
    }
    if !ratios.is_empty() {
        let logarithms: f64 = ratios.iter().map(|ratio: &f64| ratio.ln()).sum();
        let mean = (logarithms / ratios.len() as f64).exp();
        println!("\nGeometric mean over {} programs: {mean:.2}", ratios.len());
    }
}

/// The programs of a directory: their names and where they lie.
fn programs(directory: &str) -> Vec<(String, PathBuf)> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let entries = std::fs::read_dir(benches.join(directory)).expect("the programs are in the tree");
    let programs = entries.flatten().map(|entry| {
        let path = entry.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        (name.into_owned(), path)
    });
    let mut programs: Vec<(String, PathBuf)> = programs.collect();
    programs.sort();
    programs
}

/// Prints the table of `lib/`, start-up taken off.
fn compare_lib(peer: &Evaluator, ours: &Evaluator, rounds: usize, wanted: impl Fn(&str) -> bool) {
    const LONG: f64 = 10.0;
    let programs = programs("lib").into_iter();
    let programs = programs.map(|(name, program)| (format!("lib/{name}"), program));
    let programs: Vec<(String, PathBuf)> = programs.filter(|(name, _)| wanted(name)).collect();
    if programs.is_empty() {
        return;
    }
    let start = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs/start.nix");
    println!(
        "\n| program | Nix user s | less start-up | MiB | ours user s | less start-up | MiB | ours / Nix |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (name, program) in programs {
        let (mut theirs, mut own) = (Runs::default(), Runs::default());
        for _ in 0..rounds {
            for (runs, evaluator) in [(&mut theirs, peer), (&mut own, ours)] {
                runs.empty.push(evaluator.measure(&start));
                runs.full.push(evaluator.measure(&program));
            }
            if theirs.full.iter().any(|run| run.wall > LONG) {
                break;
            }
        }
        if let (Some(left), Some(right)) = (theirs.full.first(), own.full.first()) {
            let same = left.output == right.output;
            assert!(same, "{name}: {} and {}", left.output, right.output);
        }
        let ratio = own.without_start() / theirs.without_start();
        println!(
            "| {name} | {} | {} | {ratio:.2} |",
            theirs.cells(),
            own.cells()
        );
    }
}

/// Runs of one program, and of nothing.
#[derive(Default)]
struct Runs {
    full: Vec<Run>,
    empty: Vec<Run>,
}

impl Runs {
    fn without_start(&self) -> f64 {
        let user = |runs: &[Run]| median(runs.iter().map(|run| run.cpu[0]).collect());
        user(&self.full) - user(&self.empty)
    }

    fn cells(&self) -> String {
        let of = |part: fn(&Run) -> f64| median(self.full.iter().map(part).collect());
        let (user, memory) = (of(|run| run.cpu[0]), of(|run| run.mebibytes));
        format!("{user:.3} | {:.3} | {memory:.0}", self.without_start())
    }
}

fn search_path(nixpkgs: Option<&str>) -> Vec<String> {
    let path = |directory| vec!["-I".to_owned(), format!("nixpkgs={directory}")];
    nixpkgs.map(path).unwrap_or_default()
}

fn peer(nixpkgs: Option<&str>) -> Option<Evaluator> {
    let program = std::env::var("NIX").unwrap_or_else(|_| "nix-instantiate".to_owned());
    let mut version = Command::new(&program);
    let version = version.arg("--version").stdout(Stdio::null());
    version.stderr(Stdio::null()).status().ok()?;
    let mut arguments = vec!["--eval".to_owned(), "--strict".to_owned()];
    arguments.extend(search_path(nixpkgs));
    Some(Evaluator {
        name: "Nix",
        program,
        arguments,
    })
}

fn ours(nixpkgs: Option<&str>) -> Evaluator {
    let mut evaluator = Evaluator::ours(&["eval", "--quiet", "--impure", "--strict"]);
    evaluator.arguments.extend(search_path(nixpkgs));
    evaluator
}

/// Prints the program's line. Gives the median of the ratios of user CPU time.
fn compare(
    name: &str,
    program: &Path,
    peer: Option<&Evaluator>,
    ours: &Evaluator,
    rounds: usize,
) -> Option<f64> {
    let (mut theirs, mut own) = (vec![], vec![]);
    for _ in 0..rounds {
        theirs.extend(peer.map(|peer| peer.measure(program)));
        own.push(ours.measure(program));
    }
    if let (Some(left), Some(right)) = (theirs.first(), own.first()) {
        let same = left.output == right.output;
        assert!(same, "{name}: {} and {}", left.output, right.output);
    }
    let ratios = theirs
        .iter()
        .zip(&own)
        .map(|(left, right)| right.cpu[0] / left.cpu[0]);
    let ratio = (!theirs.is_empty()).then(|| median(ratios.collect()));
    let shown = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    println!(
        "| {name} | {} | {} | {shown} |",
        cells(&theirs),
        cells(&own)
    );
    ratio
}

fn cells(runs: &[Run]) -> String {
    if runs.is_empty() {
        return "| |".to_owned();
    }
    let of = |part: fn(&Run) -> f64| median(runs.iter().map(part).collect());
    let (user, wall, memory) = (
        of(|run| run.cpu[0]),
        of(|run| run.wall),
        of(|run| run.mebibytes),
    );
    format!("{user:.3} | {wall:.3} | {memory:.0}")
}
