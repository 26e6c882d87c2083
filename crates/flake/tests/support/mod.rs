//! Files in, found clans out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bumpalo::Bump;
use flake::{Entry, FoundClan, Located, Request, Sources};
use nix_frontend::eval::{Evaluator, Options, Value};
use nix_frontend::session::Session;
use source::files::memory::Memory;
use source::{Diagnostic, SourceMap};

/// Finds the clans in files separated by lines `--- name`; the first is opened unless there is a `flake.nix`.
pub fn found(text: &str, overrides: &[(String, PathBuf)]) -> String {
    let mut files = Memory::new();
    let mut first = None;
    for file in text.split("--- ").skip(1) {
        let (name, text) = file.split_once('\n').unwrap_or((file, ""));
        let path = if name.starts_with('/') {
            PathBuf::from(name)
        } else {
            Path::new("/clan").join(name)
        };
        first.get_or_insert(path.clone());
        files.insert(path, text);
    }
    let first = first.unwrap_or_default();
    let entry = match first.file_name() {
        Some(name) if name == "flake.nix" || first.starts_with("/clan/machines") => {
            Entry::Path(PathBuf::from("/clan"))
        }
        _ => Entry::Path(first),
    };
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let library = nix_lib::library(&evaluator);
    let sources = Sources::overrides(overrides.to_vec());
    let request = Request {
        entry: &entry,
        sources: &sources,
    };
    let located = flake::open(&evaluator, library, request);
    let mut text = session
        .diagnostics()
        .iter()
        .map(show_diagnostic)
        .collect::<String>();
    text.push_str(&show(&evaluator, &located));
    text
}

fn show<'a>(evaluator: &Evaluator<'a>, located: &Located<'a>) -> String {
    let mut text = String::new();
    for clan in &located.clans {
        text.push_str(&show_clan(evaluator, clan));
    }
    for diagnostic in located.diagnostics.iter() {
        text.push_str(&show_diagnostic(diagnostic));
    }
    text
}

fn show_diagnostic(diagnostic: &Diagnostic) -> String {
    format!(
        "{:?}[{}]: {}\n",
        diagnostic.severity, diagnostic.code, diagnostic.message
    )
}

fn show_clan<'a>(evaluator: &Evaluator<'a>, clan: &FoundClan<'a>) -> String {
    let mut text = format!("{:?} in {}", clan.via, clan.self_directory.display());
    if clan.is_inventory_only {
        text.push_str(", inventory only");
    }
    text.push('\n');
    for module in &clan.modules {
        let file = String::from_utf8_lossy(module.file.unwrap_or(b"?")).into_owned();
        let names = names(evaluator, module.value);
        text.push_str(&format!(
            "  {}: {names}\n",
            file.trim_start_matches("/clan/")
        ));
    }
    text
}

/// The attributes of a module, those of its inventory in braces.
fn names<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> String {
    match evaluator.force(value) {
        Ok(Value::Attrs(attrs)) => {
            let attrs = evaluator.ordered(attrs).iter().map(|attr| {
                let name = evaluator.name_text(attr.name);
                if matches!(name.as_str(), "inventory" | "out") {
                    format!("{name} {{ {} }}", names(evaluator, attr.value))
                } else {
                    name
                }
            });
            attrs.collect::<Vec<_>>().join(" ")
        }
        Ok(Value::String(text)) => format!("{:?}", text.text()),
        Ok(Value::List(_)) => "[…]".to_owned(),
        Ok(Value::Path(path)) => path.text(),
        Ok(function) if function.is_function() => "function".to_owned(),
        Ok(Value::OutOfReach(unknown)) => {
            let name = nix_frontend::eval::error::describe(&evaluator.session.symbols, unknown);
            format!("? {name}")
        }
        Ok(other) => other.type_with_article().into_owned(),
        Err(error) => format!("error: {}", error.message),
    }
}
