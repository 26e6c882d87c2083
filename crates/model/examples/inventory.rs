//! Reads the arguments of a clan from a Nix file and tells its machines, with their tags, and its instances.
//!
//! ```sh
//! cargo run -p model --example inventory -- clan.nix
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bumpalo::Bump;
use model::{ClanSource, Dialect, assemble, decode};
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use nix_lib::modules::Input;
use source::SourceMap;
use source::files::disk::Disk;

const CLAN: &str = r#"
{
  meta.name = "home";
  inventory.machines.jon.tags = [ "laptop" ];
  inventory.machines.nas = { };
  inventory.instances.wifi.roles.default.tags = [ "laptop" ];
}
"#;

fn main() {
    let given = std::env::args().nth(1);
    let text = given.as_deref().map(std::fs::read_to_string);
    let text = text.and_then(Result::ok).unwrap_or_else(|| CLAN.to_owned());

    let files = Disk::everywhere();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let library = nix_lib::library(&evaluator);
    let path = Path::new(given.as_deref().unwrap_or("/example/clan.nix"));
    let value = session
        .add(path, text.into_bytes())
        .ok()
        .and_then(|file| evaluator.evaluate_text(file, None, &[]).ok());
    let Some(value) = value else {
        return println!("{} cannot be evaluated", path.display());
    };

    // The clan's modules are merged with what clan-core declares at a day.
    let source = ClanSource {
        modules: vec![Input::of(value)],
        directory: path.parent().map_or_else(PathBuf::new, Path::to_owned),
        special_args: evaluator.attrs_ref(vec![]),
        inputs: None,
        clan_cores: vec![],
        no_clans: vec![],
        core_modules: vec![],
        is_called: true,
        made_at: None,
    };
    let dialect = Dialect::of(Dialect::NEWEST);
    let mut diagnostics = vec![];
    if let Ok(clan) = assemble(&evaluator, library, &source, &dialect, &mut diagnostics) {
        let inventory = decode(&evaluator, library, &clan, &mut diagnostics);
        for (name, machine) in &inventory.machines {
            let tags: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
            println!("machine {name}: {}", tags.join(" "));
        }
        for instance in &inventory.instances {
            let roles: Vec<&str> = instance.roles.keys().map(String::as_str).collect();
            println!("instance {}: {}", instance.name.value, roles.join(" "));
        }
    }
    for diagnostic in diagnostics {
        println!("{}: {}", diagnostic.code, diagnostic.message);
    }
}
