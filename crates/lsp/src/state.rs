//! What the server knows: its client, the open texts, the clans.

use std::path::{Path, PathBuf};

use gen_lsp_types::TextDocumentPositionParams;
use ide::Snapshot;
use ide::rename::{Renaming, edited};
use project::analysis::{Entry, Request, Sources};
use serde_json::Value as Json;
use source::files::disk::Disk;
use source::files::memory::Memory;
use source::files::moved::Moved;
use source::files::overlay::Overlay;
use source::{Files, Pos};

use crate::analyst::Job;
use crate::clans::{Clan, Clans};
use crate::client::Client;
use crate::documents::Documents;
use crate::places::Places;
use crate::settings::Settings;
use crate::uri;

/// What the server knows.
pub(crate) struct State {
    /// The client.
    pub client: Client,
    /// What the server was told.
    pub settings: Settings,
    /// The client's configuration, as it gave it last.
    pub section: Json,
    /// The open texts.
    pub documents: Documents,
    /// The clans.
    pub clans: Clans,
}

impl State {
    /// The clan that a file belongs to.
    pub fn clan_of(&self, path: &Path) -> Option<&Clan> {
        self.clans.get(self.clans.known_target(path)?)
    }

    /// The texts around a file: what was analysed, the last state without faults of syntax if the newest has some.
    pub fn places(&self, path: &Path) -> Option<Places<'_>> {
        let snapshot = self.clan_of(path)?.snapshot()?;
        Some(self.places_in(snapshot))
    }

    /// The texts around a file of a clan: what was analysed last.
    pub fn newest_places(&self, path: &Path) -> Option<Places<'_>> {
        let clan = self.clan_of(path).filter(|clan| clan.is_clan())?;
        Some(self.places_in(clan.newest.as_ref()?))
    }

    /// The texts on both sides of a snapshot.
    pub fn places_in<'s>(&'s self, snapshot: &'s Snapshot) -> Places<'s> {
        Places {
            documents: &self.documents,
            snapshot,
            encoding: self.client.encoding,
        }
    }

    /// The place that a request is about.
    pub fn here(&self, position: &TextDocumentPositionParams) -> Option<(Places<'_>, Pos)> {
        let path = uri::to_path(&position.text_document.uri)?;
        let places = self.places(&path)?;
        let place = places.pos(&path, position.position)?;
        Some((places, place))
    }

    /// The analysis of a clan's newest texts.
    pub fn job(&self, target: &Path, generation: u64) -> Job {
        let settings = &self.settings;
        let wishes = &settings.wishes;
        let overrides = settings.input_sources.overrides.iter();
        let overrides = overrides.chain(&wishes.override_input).cloned();
        let input_sources = Sources {
            overrides: overrides.collect(),
            stores: settings.input_sources.stores.clone(),
            ..Sources::default()
        };
        let directory = match target.extension() {
            Some(end) if end == "nix" || end == "json" => target.parent().unwrap_or(target),
            _ => target,
        };
        let mut readable = vec![directory.to_owned()];
        readable.extend(settings.services.clone());
        readable.extend(input_sources.directories().map(|(directory, _)| directory));
        Job {
            clan: target.to_owned(),
            generation,
            texts: self.texts(),
            readable,
            request: Request {
                target: Entry::Path(target.to_owned()),
                dialect: wishes.dialect.clone().or_else(|| settings.dialect.clone()),
                services: settings.services.clone(),
                input_sources,
                clan: None,
                explain: true,
                findings: true,
                places: true,
                written: false,
                codes: settings.codes.clone(),
            },
            options: settings.options.clone(),
        }
    }

    /// What an analysis gives once a renaming is done.
    pub fn analysed_with(&self, target: &Path, old: &Snapshot, renaming: &Renaming) -> Snapshot {
        let mut job = self.job(target, 0);
        for (path, text) in edited(old, &renaming.edits) {
            job.texts.insert(path, text);
        }
        let disk = Disk::below(job.readable);
        let files = Overlay::new(job.texts, &disk);
        match &renaming.folder {
            None => Snapshot::new(&files, job.options, &job.request),
            Some((from, to)) => {
                let files = Moved::new(&files, from, to);
                Snapshot::new(&files, job.options, &job.request)
            }
        }
    }

    fn texts(&self) -> Memory {
        let mut texts = Memory::new();
        for (path, document) in self.documents.iter() {
            texts.insert(path, document.text.as_bytes());
        }
        texts
    }

    /// The targets of all open texts, each once.
    pub fn open_targets(&mut self) -> Vec<PathBuf> {
        let paths: Vec<PathBuf> = self
            .documents
            .iter()
            .map(|(path, _)| path.clone())
            .collect();
        let targets = paths.iter().filter_map(|path| self.clans.target_of(path));
        let mut targets: Vec<PathBuf> = targets.collect();
        targets.sort();
        targets.dedup();
        targets
    }
}

/// Whether something lies at a path.
pub(crate) fn exists(path: &Path) -> bool {
    matches!(Disk::everywhere().kind(path), Ok(Some(_)))
}
