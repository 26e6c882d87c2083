//! One analysis with its texts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::Vocabulary;
use model::inventory::Generation;
use model::vocabulary::ServiceDescription;
use project::analysis::{Analysis, Entry, Request, analyse};
use project::session::Options;
use resolve::Resolution;
use resolve::view::InstanceView;
use rnix::SyntaxNode;
use source::{Files, Pos, SourceFile, SourceMap};

use crate::code_action::Action;
use crate::index::Index;
use crate::name::InstanceName;

/// Codes of faults of syntax: what was read may lack a part.
const OF_SYNTAX: [&str; 4] = [
    "syntax",
    "missing-semicolon",
    "limit-exceeded",
    "invalid-json",
];
/// Codes of faults that leave nothing.
const WITHOUT_CLAN: [&str; 2] = ["no-clan", "no-such-file"];

/// What is known of a clan at one moment.
pub struct Snapshot {
    /// What came out.
    pub analysis: Analysis,
    /// The texts it was read from.
    pub sources: Arc<SourceMap>,
    /// The file in which the clan begins.
    pub main: PathBuf,
    /// Every place at which something is named.
    pub index: Index,
    trees: Mutex<HashMap<PathBuf, rowan::GreenNode>>,
    /// The actions that were worked out for instances of `services`, by service and name.
    pub(crate) moves: Mutex<HashMap<(String, String), Option<Action>>>,
}

impl Snapshot {
    /// Analyses what `request` points at.
    pub fn new(files: &dyn Files, options: Options, request: &Request) -> Snapshot {
        let sources = Arc::new(SourceMap::new());
        let analysis = analyse(files, &sources, options, request);
        let target = match &request.target {
            Entry::Path(path) | Entry::Text(path, _) => path.clone(),
        };
        let main = match target.extension() {
            Some(_) if sources.by_path(&target).is_some() => target,
            _ => target.join("flake.nix"),
        };
        Snapshot {
            index: Index::new(&analysis, &sources),
            analysis,
            sources,
            main,
            trees: Mutex::default(),
            moves: Mutex::default(),
        }
    }

    /// The syntax of a Nix file of the clan, parsed once.
    pub(crate) fn tree(&self, file: &Arc<SourceFile>) -> SyntaxNode {
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(&file.path) {
            return SyntaxNode::new_root(tree.clone());
        }
        let tree = nix_frontend::syntax::parse(file).tree;
        trees.insert(file.path.clone(), tree.green().to_owned());
        tree
    }

    /// The resolved clan.
    pub fn resolution(&self) -> Option<&Resolution> {
        Some(&self.analysis.clan.as_ref()?.resolution)
    }

    /// What the clan may say.
    pub fn vocabulary(&self) -> Option<&Vocabulary> {
        Some(&self.analysis.clan.as_ref()?.vocabulary)
    }

    /// An instance with its number.
    pub fn instance(&self, name: &InstanceName) -> Option<(usize, &InstanceView)> {
        let mut instances = self.resolution()?.instances.iter().enumerate();
        instances.find(|(_, instance)| {
            let service = name.service.as_ref();
            let is_legacy = instance.generation == Generation::Services;
            instance.instance == name.name
                && service.is_some() == is_legacy
                && service.is_none_or(|service| *service == instance.service)
        })
    }

    /// The service of an instance, if it is found.
    pub fn service(&self, name: &InstanceName) -> Option<&ServiceDescription> {
        let (number, _) = self.instance(name)?;
        let vocabulary = self.vocabulary()?;
        let service = vocabulary.of_instances.get(number)?.as_ref()?;
        vocabulary.services.get(*service)
    }

    /// Whether there is a clan, or something that speaks of one and is too broken to have it.
    pub fn is_clan(&self) -> bool {
        let mut codes = self.analysis.diagnostics.iter().map(|each| each.code);
        let speaks =
            |file: Arc<SourceFile>| file.text.contains("clan") || file.text.contains("inventory");
        let is_nothing = codes.any(|code| WITHOUT_CLAN.contains(&code));
        self.analysis.clan.is_some() || (!is_nothing && self.file(&self.main).is_some_and(speaks))
    }

    /// Whether a clan was read from texts without faults of syntax.
    pub fn is_good(&self) -> bool {
        let mut codes = self.analysis.diagnostics.iter().map(|each| each.code);
        self.analysis.clan.is_some() && !codes.any(|code| OF_SYNTAX.contains(&code))
    }

    /// The text of a file as it was analysed.
    pub fn file(&self, path: &Path) -> Option<Arc<SourceFile>> {
        self.sources.by_path(path)
    }

    /// The place of a byte of a file; none if the file is no part of the clan.
    pub fn pos(&self, path: &Path, offset: usize) -> Option<Pos> {
        let file = self.file(path)?;
        Some(file.pos(offset as u32))
    }
}
