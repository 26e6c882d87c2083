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

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

const MEASURE: &str = "--measure";

/// What one run took.
#[derive(Clone)]
struct Run {
    user: f64,
    wall: f64,
    mebibytes: f64,
    output: String,
}

struct Evaluator {
    name: &'static str,
    program: String,
    arguments: Vec<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, command @ ..] = arguments.as_slice()
        && mode == MEASURE
    {
        return measure_here(command);
    }
    let words: Vec<&String> = arguments
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let nixpkgs = std::env::var("NIXPKGS").ok();
    let rounds = std::env::var("ROUNDS").ok();
    let rounds: usize = rounds.and_then(|text| text.parse().ok()).unwrap_or(5);
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(*word));
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
                runs.empty.push(measure(evaluator, &start));
                runs.full.push(measure(evaluator, &program));
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
        let user = |runs: &[Run]| median(runs.iter().map(|run| run.user).collect());
        user(&self.full) - user(&self.empty)
    }

    fn cells(&self) -> String {
        let of = |part: fn(&Run) -> f64| median(self.full.iter().map(part).collect());
        let (user, memory) = (of(|run| run.user), of(|run| run.mebibytes));
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
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/clan-inventory");
    let arguments = ["eval", "--quiet", "--impure", "--strict"];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
    arguments.extend(search_path(nixpkgs));
    Evaluator {
        name: "clan-inventory",
        program: program.to_string_lossy().into_owned(),
        arguments,
    }
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
        theirs.extend(peer.map(|peer| measure(peer, program)));
        own.push(measure(ours, program));
    }
    if let (Some(left), Some(right)) = (theirs.first(), own.first()) {
        let same = left.output == right.output;
        assert!(same, "{name}: {} and {}", left.output, right.output);
    }
    let ratios = theirs
        .iter()
        .zip(&own)
        .map(|(left, right)| right.user / left.user);
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
        of(|run| run.user),
        of(|run| run.wall),
        of(|run| run.mebibytes),
    );
    format!("{user:.3} | {wall:.3} | {memory:.0}")
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs `program` in a process that has this one child only, so that what the child took is its own.
fn measure(evaluator: &Evaluator, program: &Path) -> Run {
    let output = Command::new(std::env::current_exe().expect("this program has a path"))
        .arg(MEASURE)
        .arg(&evaluator.program)
        .args(&evaluator.arguments)
        .arg(program)
        .output()
        .expect("this program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let parts = text.trim_end().rsplit_once('\n');
    let figures = parts.map_or(vec![], |(_, figures)| {
        figures.split(' ').flat_map(str::parse).collect()
    });
    let (Some((output, _)), [user, wall, mebibytes]) = (parts, figures.as_slice()) else {
        panic!("{} on {}: {text}", evaluator.name, program.display());
    };
    Run {
        user: *user,
        wall: *wall,
        mebibytes: *mebibytes,
        output: output.trim_end().to_owned(),
    }
}

fn measure_here(command: &[String]) {
    let [program, arguments @ ..] = command else {
        return;
    };
    let began = Instant::now();
    let output = Command::new(program).args(arguments).output();
    let wall = began.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN);
    let (Ok(output), Ok(usage)) = (output, usage) else {
        return;
    };
    if !output.status.success() {
        return print!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let user = usage.user_time();
    let user = user.tv_sec() as f64 + user.tv_usec() as f64 / 1e6;
    let mebibytes = usage.max_rss() as f64 / 1024.0;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    println!("\n{user} {wall} {mebibytes}");
}
