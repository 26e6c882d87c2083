//! One mistake at a time in a fleet of forty machines: each is one finding, at its place, with a way out; and where there is an edit, it mends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use project::analysis::{Dialect, Request, analyse};
use project::session::Options;
use report::codes;
use source::files::memory::Memory;
use source::{Diagnostic, Fix, SourceMap, edit};

/// What no edit of one line in a fleet brings about, and why.
const NOT_PLANTED: [(&str, &str); 9] = [
    ("differs-from-clan-core", "needs a clan-core with results"),
    ("internal-error", "needs a fault of this program"),
    ("members-differ", "only `migrate` says it"),
    ("no-counterpart", "only `migrate` says it"),
    ("no-successor", "only `migrate` says it"),
    ("not-computed", "needs a clan-core with results"),
    ("unconverted-instance", "only `migrate` says it"),
    ("unconverted-settings", "only `migrate` says it"),
    ("untracked-file", "needs a git index"),
];

/// Where the fleet lies in memory.
const ROOT: &str = "/fleet";

/// The files of a fleet, and the day whose clan-core it is read by; none for that of its lock file.
#[derive(Clone)]
struct Fleet {
    files: Vec<(PathBuf, String)>,
    day: Option<Dialect>,
}

impl Fleet {
    fn of(name: &str) -> Fleet {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
        let (mut files, mut directories) = (vec![], vec![top.join(name)]);
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else {
                    let inner = path.strip_prefix(top.join(name)).unwrap();
                    let text = std::fs::read_to_string(&path).unwrap();
                    files.push((inner.to_owned(), text));
                }
            }
        }
        files.sort();
        Fleet { files, day: None }
    }

    fn text(&mut self, file: &Path) -> &mut String {
        let found = self.files.iter_mut().find(|(name, _)| name == file);
        &mut found.unwrap_or_else(|| panic!("no {}", file.display())).1
    }

    /// What is found in the fleet.
    fn findings(&self) -> (Vec<Diagnostic>, Arc<SourceMap>) {
        let mut memory = Memory::new();
        for (name, text) in &self.files {
            memory.insert(Path::new(ROOT).join(name), text.clone());
        }
        let sources = Arc::new(SourceMap::new());
        let request = Request {
            findings: true,
            codes: codes::list().collect(),
            dialect: self.day.clone(),
            ..Request::of_path(ROOT)
        };
        let analysis = analyse(&memory, &sources, Options::default(), &request);
        (analysis.diagnostics, sources)
    }

    /// The fleet after a fix.
    fn mended(&self, fix: &Fix, sources: &SourceMap) -> Fleet {
        let mut fleet = self.clone();
        let mut edits = fix.edits.clone();
        edits.sort_by_key(|edit| edit.span.start);
        let mut files: Vec<_> = edits
            .iter()
            .map(|edit| sources.file(edit.span.start).unwrap())
            .collect();
        files.dedup_by_key(|file| file.path.clone());
        for file in files {
            let own = edits.iter().filter(|edit| file.holds(edit.span.start));
            let text = String::from_utf8(edit::apply(&file, own).unwrap()).unwrap();
            let name = file.path.strip_prefix(ROOT).unwrap().to_owned();
            *fleet.text(&name) = text;
        }
        fleet
    }
}

/// A finding: severity, code, place, message, help and fixes.
fn shown(finding: &Diagnostic, sources: &SourceMap) -> String {
    let place = finding.primary();
    let place = place.and_then(|span| sources.locate(span.start));
    let place = place.map_or("nowhere".to_owned(), |(path, place)| {
        let name = path.strip_prefix(ROOT).unwrap_or(&path).display();
        format!("{name}:{}:{}", place.line, place.column)
    });
    let severity = finding.severity.name();
    let mut lines = vec![
        format!("{severity}[{}] {place}", finding.code),
        format!("    {}", finding.message),
    ];
    lines.extend(finding.help.iter().map(|help| format!("    {help}")));
    for fix in &finding.fixes {
        let kind = if fix.safe { "fix" } else { "unsafe fix" };
        lines.push(format!("    {kind}: {}", fix.title));
    }
    if finding.help.is_none() && finding.fixes.is_empty() {
        lines.push("    no help".to_owned());
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_fleets_themselves_have_no_findings() {
    for name in ["forty", "forty-services"] {
        let (findings, sources) = Fleet::of(name).findings();
        let found: Vec<String> = findings.iter().map(|each| shown(each, &sources)).collect();
        assert!(found.is_empty(), "{name}: {}", found.concat());
    }
}

/// A mistake of `planted.txt`.
struct Mistake<'m> {
    head: &'m str,
    before: &'m str,
    after: &'m str,
    /// What the help has one write instead, where there is no edit for it.
    instead: Option<&'m str>,
}

impl<'m> Mistake<'m> {
    fn read(block: &'m str) -> Mistake<'m> {
        let mut lines = block.lines().peekable();
        let head = lines.next().unwrap();
        let mut marked = |mark| {
            lines
                .next_if(|line| line.starts_with(mark))
                .map(|line| &line[2..])
        };
        Mistake {
            head,
            before: marked("- ").unwrap_or_else(|| panic!("{head}: no line with `- `")),
            after: marked("+ ").unwrap_or_else(|| panic!("{head}: no line with `+ `")),
            instead: marked("> "),
        }
    }

    /// The fleet with `text` in the place of what was right.
    fn planted(&self, text: &str) -> Fleet {
        let (path, day) = self.head.split_once(" at ").unwrap_or((self.head, ""));
        let (fleet, file) = path.split_once('/').unwrap();
        let mut fleet = Fleet::of(fleet);
        fleet.day = Dialect::parse(day);
        let before = self.before.replace("\\n", "\n");
        let whole = fleet.text(Path::new(file));
        assert_eq!(whole.matches(&before).count(), 1, "{path}: {before}");
        *whole = whole.replacen(&before, &text.replace("\\n", "\n"), 1);
        fleet
    }

    fn written(&self) -> String {
        let instead = self.instead.map(|text| format!("> {text}\n"));
        let instead = instead.unwrap_or_default();
        format!(
            "{}\n- {}\n+ {}\n{instead}",
            self.head, self.before, self.after
        )
    }
}

/// The mistakes stand in `planted.txt`: a file, perhaps `at` a day, a line that starts with `- ` and is a part of its text once, one with `+ ` that takes its
/// place, perhaps one with `> ` that the help has one write instead, and what is found. `UPDATE_EXPECT=1` writes what is found.
#[test]
fn each_mistake_is_one_finding_and_mended_by_its_fix() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, mistakes) = text.split_once("\n=== ").unwrap();
    let (mut written, mut wrong, mut codes) = (head.to_owned(), vec![], BTreeSet::new());
    for block in mistakes.split("\n=== ") {
        let mistake = Mistake::read(block);
        let fleet = mistake.planted(mistake.after);
        let (findings, sources) = fleet.findings();
        let after = mistake.after;
        if findings.len() != 1 {
            wrong.push(format!("{after}: {} findings", findings.len()));
        }
        let found: Vec<String> = findings.iter().map(|each| shown(each, &sources)).collect();
        written.push_str(&format!("\n=== {}{}", mistake.written(), found.concat()));
        codes.extend(findings.iter().map(|each| each.code));
        let mut mended = vec![];
        for fix in findings.iter().flat_map(|each| &each.fixes) {
            mended.push((fix.title.as_str(), fleet.mended(fix, &sources)));
        }
        mended.extend(mistake.instead.map(|text| (text, mistake.planted(text))));
        for (title, fleet) in mended {
            let (left, sources) = fleet.findings();
            if let Some(first) = left.first() {
                let first = shown(first, &sources);
                wrong.push(format!("{after}: {title}: does not mend, but has {first}"));
            }
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &written).unwrap();
    } else {
        assert_eq!(text, written);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let never = NOT_PLANTED.map(|(code, _)| code);
    let unplanted: Vec<&str> = codes::list()
        .filter(|code| codes.contains(code) == never.contains(code))
        .collect();
    assert!(
        unplanted.is_empty(),
        "neither planted nor said why not: {unplanted:?}"
    );
}
