//! One mistake at a time in a fleet of forty machines: each is one finding, at its place, with a way out.

use std::path::Path;
use std::sync::Arc;

use project::analysis::{Request, analyse};
use project::session::Options;
use report::codes;
use source::SourceMap;
use source::files::memory::Memory;

/// The files of the fleet.
const FILES: [&str; 7] = [
    "flake.lock",
    "flake.nix",
    "machines.nix",
    "services.nix",
    "modules/metrics.nix",
    "modules/proxy.nix",
    "modules/site.nix",
];

fn fleet() -> Vec<(&'static str, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/forty");
    let read = |name| std::fs::read_to_string(top.join(name)).unwrap();
    FILES.map(|name| (name, read(name))).to_vec()
}

/// What is found in the fleet, each finding on a line: severity, code, place, message, help.
fn found(files: &[(&str, String)]) -> Vec<String> {
    let mut memory = Memory::new();
    for (name, text) in files {
        memory.insert(Path::new("/fleet").join(name), text.clone());
    }
    let sources = Arc::new(SourceMap::new());
    let request = Request {
        findings: true,
        places: false,
        codes: codes::list().collect(),
        ..Request::of_path("/fleet")
    };
    let analysis = analyse(&memory, &sources, Options::default(), &request);
    let lines = analysis.diagnostics.iter().map(|finding| {
        let place = finding
            .primary()
            .and_then(|span| sources.locate(span.start));
        let place = place.map_or("nowhere".to_owned(), |(path, place)| {
            let name = path.strip_prefix("/fleet").unwrap_or(&path).display();
            format!("{name}:{}:{}", place.line, place.column)
        });
        let help = match (&finding.help, finding.fixes.first()) {
            (Some(help), _) => help.clone(),
            (None, Some(fix)) => format!("fix: {}", fix.title),
            (None, None) => "no help".to_owned(),
        };
        let severity = finding.severity.name();
        format!(
            "{severity}[{}] {place}\n    {}\n    {help}\n",
            finding.code, finding.message
        )
    });
    lines.collect()
}

#[test]
fn the_fleet_itself_has_no_findings() {
    assert_eq!(found(&fleet()), Vec::<String>::new());
}

/// The mistakes stand in `planted.txt`: a file, a line that starts with `- ` and is a part of its text once, one with `+ ` that takes its place, and
/// what is found. `UPDATE_EXPECT=1` writes what is found.
#[test]
fn each_mistake_is_one_finding() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, mistakes) = text.split_once("\n=== ").unwrap();
    let (mut written, mut wrong) = (head.to_owned(), vec![]);
    for mistake in mistakes.split("\n=== ") {
        let mut lines = mistake.lines();
        let file = lines.next().unwrap();
        let before = lines
            .next()
            .and_then(|line| line.strip_prefix("- "))
            .unwrap();
        let after = lines
            .next()
            .and_then(|line| line.strip_prefix("+ "))
            .unwrap();
        let mut files = fleet();
        let (_, text) = files.iter_mut().find(|(name, _)| *name == file).unwrap();
        assert_eq!(text.matches(before).count(), 1, "{before}");
        *text = text.replacen(before, &after.replace("\\n", "\n"), 1);
        let findings = found(&files);
        if findings.len() != 1 {
            wrong.push(format!("{after}: {} findings", findings.len()));
        }
        let block = format!("{file}\n- {before}\n+ {after}\n{}", findings.concat());
        written.push_str(&format!("\n=== {block}"));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &written).unwrap();
    } else {
        assert_eq!(text, written);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
