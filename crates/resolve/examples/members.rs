//! Resolves a clan: who fills which role, why, and with which settings.
//!
//! ```sh
//! cargo run -p resolve --example members
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bumpalo::Bump;
use model::{Catalogue, ClanSource, Dialect, Services, assemble, decode};
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use nix_lib::modules::Input;
use resolve::view::{By, Via};
use source::SourceMap;
use source::files::memory::Memory;

const CLAN: &str = r#"
{
  meta.name = "home";
  inventory.machines.jon.tags = [ "backup" ];
  inventory.machines.nas = { };
  inventory.instances.nightly = {
    module.name = "borgbackup";
    roles.server.machines.nas = { };
    roles.client.tags = [ "backup" ];
    roles.client.settings.exclude = [ "/tmp" ];
  };
}
"#;

fn main() {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let library = nix_lib::library(&evaluator);
    let path = Path::new("/example/clan.nix");
    let value = session
        .add(path, CLAN.into())
        .ok()
        .and_then(|file| evaluator.evaluate_text(file, None, &[]).ok());
    let Some(value) = value else { return };

    let source = ClanSource {
        modules: vec![Input::of(value)],
        directory: PathBuf::from("/example"),
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
    let Ok(clan) = assemble(&evaluator, library, &source, &dialect, &mut diagnostics) else {
        return;
    };
    let inventory = decode(&evaluator, library, &clan, &mut diagnostics);

    // Which roles a service has and what their settings may be: clan-core's own are in a catalogue.
    let services = Services {
        evaluator: &evaluator,
        library,
        clan: &clan,
        catalogue: Catalogue::get(),
        directory: None,
    };
    let options = resolve::Options {
        explain: true,
        declarations: false,
        findings: false,
    };
    let meta = evaluator.attrs(vec![]);
    let resolution = resolve::resolve(&inventory, &services, meta, options, &mut diagnostics);

    for instance in &resolution.instances {
        for (role, view) in &instance.roles {
            for (machine, member) in &view.machines {
                let why: Vec<String> = member.via.iter().map(reason).collect();
                let name = &instance.instance;
                println!("{machine} is {role} of {name}: {}", why.join(", "));
                for setting in member.explained.iter() {
                    println!("  {} = {:?}", setting.path.join("."), setting.value);
                }
            }
        }
    }
}

fn reason(via: &Via) -> String {
    match &via.by {
        By::Name => "by name".to_owned(),
        By::Tag(tag) => format!("by tag {tag}"),
    }
}
