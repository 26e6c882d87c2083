//! scratch
use std::path::PathBuf;
use std::sync::Arc;
fn main() {
    for path in std::env::args().skip(1) {
        let child = std::thread::Builder::new()
            .stack_size(512 << 20)
            .spawn(move || one(path))
            .unwrap();
        let _ = child.join();
    }
}
fn one(path: String) {
    let path = PathBuf::from(path);
    let files = source::files::disk::Disk::everywhere();
    let session = nix_frontend::session::Session::new(Arc::new(source::SourceMap::new()), &files);
    let arena = bumpalo::Bump::new();
    let ev = nix_frontend::eval::Evaluator::new(&arena, &session, Default::default());
    let library = nix_lib::library(&ev);
    let entry = flake::Entry::Path(path.clone());
    let start = std::time::Instant::now();
    let located = flake::open(
        &ev,
        library,
        flake::Request {
            entry: &entry,
            overrides: &[],
        },
    );
    println!("== {} {:?}", path.display(), start.elapsed());
    println!(
        "  core {:?}",
        located.clan_core().map(|c| (&c.name, &c.date))
    );
    for clan in &located.clans {
        println!(
            "  {:?} {} only={}",
            clan.via,
            clan.self_directory.display(),
            clan.is_inventory_only
        );
        for m in &clan.modules {
            let names = match ev.force(m.value) {
                Ok(nix_frontend::eval::Value::Attrs(a)) => ev
                    .ordered(a)
                    .iter()
                    .map(|x| ev.name_text(x.name))
                    .collect::<Vec<_>>()
                    .join(" "),
                Ok(v) => v.type_with_article().into_owned(),
                Err(e) => e.message.clone(),
            };
            println!(
                "    {}: {}",
                String::from_utf8_lossy(m.file.unwrap_or(b"?")),
                names
            );
        }
    }
    for d in session
        .diagnostics()
        .iter()
        .chain(located.diagnostics.iter())
    {
        println!("  {:?}[{}] {}", d.severity, d.code, d.message);
        for l in &d.labels {
            if let Some((p, c)) = session.sources.locate(l.span.start) {
                println!("      {}:{}:{} {}", p.display(), c.line, c.column, l.text);
            }
        }
    }
    for s in library.modules.skipped() {
        println!("  skipped {} ({})", s.name, s.because);
    }
}
