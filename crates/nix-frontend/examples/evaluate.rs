//! Evaluates a Nix expression, and tells the faults of its text or of its evaluation with their places.
//!
//! ```sh
//! cargo run -p nix-frontend --example evaluate -- 'map (x: x * x) [ 1 2 3 ]'
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use source::files::disk::Disk;
use source::{Diagnostic, SourceMap};

fn main() -> ExitCode {
    let expression = std::env::args().nth(1);
    let expression = expression.unwrap_or_else(|| "let x = 6; in { answer = x * 7; }".to_owned());

    // Files are read where the program says. `source::files::memory::Memory` has files that lie nowhere.
    let files = Disk::everywhere();
    let sources = Arc::new(SourceMap::new());
    let session = Session::new(sources.clone(), &files);
    // All values live in the arena, and die with it.
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());

    let path = Path::new("/example.nix");
    let Ok(file) = session.add(path, expression.into_bytes()) else {
        return ExitCode::from(2);
    };
    let value = evaluator.evaluate_text(file, None, &[]);
    let printed = value.and_then(|value| {
        let mut text = vec![];
        evaluator.print_into(&mut text, value, true)?;
        Ok(text)
    });
    for diagnostic in session.diagnostics() {
        tell(&sources, &diagnostic);
    }
    match printed {
        Ok(text) => {
            println!("{}", String::from_utf8_lossy(&text));
            ExitCode::SUCCESS
        }
        Err(error) => {
            tell(&sources, &error.diagnostic());
            ExitCode::FAILURE
        }
    }
}

fn tell(sources: &SourceMap, diagnostic: &Diagnostic) {
    println!("{}: {}", diagnostic.code, diagnostic.message);
    for label in &diagnostic.labels {
        if let Some((file, at)) = sources.locate(label.span.start) {
            let file = file.display();
            println!("  {file}:{}:{}  {}", at.line, at.column, label.text);
        }
    }
}
