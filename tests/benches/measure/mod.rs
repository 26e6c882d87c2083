//! One run of a program: CPU time, wall time, peak memory, output.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

const MEASURE: &str = "--measure";

/// What one run took, in seconds.
#[derive(Clone)]
pub struct Run {
    /// CPU time: its own, and the kernel's for it.
    pub cpu: [f64; 2],
    pub wall: f64,
    pub mebibytes: f64,
    pub output: String,
}

/// A program, and what it is called with before the file.
pub struct Evaluator {
    pub name: &'static str,
    pub program: String,
    pub arguments: Vec<String>,
}

impl Evaluator {
    /// The one that `cargo build --release` makes.
    pub fn ours(arguments: &[&str]) -> Evaluator {
        let program = "../target/release/clan-inventory";
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(program);
        Evaluator {
            name: "clan-inventory",
            program: program.to_string_lossy().into_owned(),
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    /// Runs it in a process that has this one child only, so that what the child took is its own.
    pub fn measure(&self, file: &Path) -> Run {
        let output = Command::new(std::env::current_exe().expect("this program has a path"))
            .arg(MEASURE)
            .arg(&self.program)
            .args(&self.arguments)
            .arg(file)
            .output()
            .expect("this program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let parts = text.trim_end().rsplit_once('\n');
        let figures = parts.map_or(vec![], |(_, figures)| {
            figures.split(' ').flat_map(str::parse).collect()
        });
        let (Some((output, _)), [user, system, wall, mebibytes]) = (parts, figures.as_slice())
        else {
            panic!("{} on {}: {text}", self.name, file.display());
        };
        Run {
            cpu: [*user, *system],
            wall: *wall,
            mebibytes: *mebibytes,
            output: output.trim_end().to_owned(),
        }
    }
}

/// The words that the bench was called with; none if this process was only to measure one run, which is done then.
pub fn arguments() -> Option<Vec<String>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, command @ ..] = arguments.as_slice()
        && mode == MEASURE
    {
        measure_here(command);
        return None;
    }
    let words = arguments.into_iter();
    Some(words.filter(|word| !word.starts_with("--")).collect())
}

/// How often each is run: what `ROUNDS` says.
pub fn rounds(usual: usize) -> usize {
    let rounds = std::env::var("ROUNDS").ok();
    rounds.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The number in the middle.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
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
    if output.stdout.is_empty() {
        return print!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let (user, system) = (seconds(usage.user_time()), seconds(usage.system_time()));
    let mebibytes = usage.max_rss() as f64 / 1024.0;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    println!("\n{user} {system} {wall} {mebibytes}");
}
