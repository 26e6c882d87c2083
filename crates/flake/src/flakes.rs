//! The flakes of one run as values, and the calls that the stand-ins wrote down.

use std::cell::Cell;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix_frontend::eval::{At, Attr, Attrs, Doubtful, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use nix_lib::modules::{Evaluation, Modules};
use source::{Pos, Span};

use crate::clan::Via;
use crate::inputs::{Kind, Node, Origin, Sources, source_info};
use crate::stand_ins::flake_parts::Found;
use crate::stand_ins::{clan_core, nixpkgs};
use crate::{get_flake, stand_ins};

/// What all flakes and stand-ins of one run share. Lives in the run's arena.
pub struct Flakes<'a> {
    /// What all module evaluations share.
    pub modules: &'a Modules<'a>,
    /// nixpkgs' `lib`.
    pub lib: Value<'a>,
    /// All inputs; the flake itself is the first.
    pub nodes: &'a [Node<'a>],
    /// What is known of the source of the first, where that can be known.
    known: Option<&'a Attrs<'a>>,
    /// Whether inputs that the command line gives a directory are what lies there, rather than stand-ins.
    takes_sources: bool,
    calls: Calls<'a>,
}

/// The calls that make clans, in the order in which they came.
pub type Calls<'a> = &'a Cell<&'a [Call<'a>]>;

/// A call of something that makes a clan.
#[derive(Clone, Copy)]
pub enum Call<'a> {
    /// `lib.clan arguments` and its kin.
    Clan {
        /// Which of them.
        via: Via,
        /// What it was called with.
        arguments: Value<'a>,
        /// What clan gives to the clan's modules.
        special_args: &'a Attrs<'a>,
        /// Where the first argument stands.
        place: Pos,
    },
    /// `mkFlake`.
    Parts(&'a Parts<'a>),
    /// An evaluation of modules among which is clan-core's own: its `config`.
    Modules(Value<'a>),
}

/// An evaluation of flake-parts.
pub struct Parts<'a> {
    /// The evaluation.
    pub evaluation: &'a Evaluation<'a>,
    /// What clan gives to the clan's modules.
    pub clan_args: &'a Attrs<'a>,
    /// The modules of the clan, once `flake.clan` was read.
    pub found: &'a Cell<Option<Found<'a>>>,
}

impl<'a> Parts<'a> {
    /// Whether the modules define a clan, or clan-core's module is among them.
    ///
    /// Reading the option takes down its definitions, even where it fails afterwards.
    pub(crate) fn finds_clan(&self, evaluator: &Evaluator<'a>) -> bool {
        let config = evaluator.force(self.evaluation.config());
        let flake = config.and_then(|config| evaluator.select(config, known::FLAKE, Span::NONE));
        let _ = flake.and_then(|flake| evaluator.select(flake, known::CLAN, Span::NONE));
        let Some(found) = self.found.get() else {
            return false;
        };
        let mut modules = found.modules.iter();
        found.is_declared
            || modules.any(|input| match evaluator.force(input.value) {
                Ok(Value::Attrs(attrs)) => !attrs.is_empty(),
                _ => true,
            })
    }
}

impl<'a> Flakes<'a> {
    /// The flakes whose inputs are `nodes`, the first of which the user points at; those of others come from `sources`.
    pub fn new(
        evaluator: &Evaluator<'a>,
        library: Library<'a>,
        nodes: &'a [Node<'a>],
        sources: &Sources,
    ) -> &'a Flakes<'a> {
        Flakes::with(evaluator, library, nodes, sources, false)
    }

    /// The same, with inputs that the command line gives a directory as they lie there.
    pub(crate) fn of_sources(
        evaluator: &Evaluator<'a>,
        library: Library<'a>,
        nodes: &'a [Node<'a>],
        sources: &Sources,
    ) -> &'a Flakes<'a> {
        Flakes::with(evaluator, library, nodes, sources, true)
    }

    fn with(
        evaluator: &Evaluator<'a>,
        library: Library<'a>,
        nodes: &'a [Node<'a>],
        sources: &Sources,
        takes_sources: bool,
    ) -> &'a Flakes<'a> {
        let calls: Calls<'a> = evaluator.arena.alloc(Cell::new(&[][..]));
        let flakes = evaluator.arena.alloc(Flakes {
            modules: library.modules,
            lib: library.lib,
            nodes,
            known: None,
            takes_sources,
            calls,
        });
        stand_ins::provide(evaluator, flakes);
        if let Some(root) = nodes.first().and_then(|root| root.source)
            && !takes_sources
        {
            clan_core::provide_own(evaluator, flakes, root);
        }
        get_flake::provide(evaluator, move |_| library, sources.clone(), calls);
        flakes
    }

    /// The flakes whose inputs are `nodes`, the first of which a flake asks for; so much is known of its source.
    pub(crate) fn of_directory(
        evaluator: &Evaluator<'a>,
        library: Library<'a>,
        nodes: &'a [Node<'a>],
        known: &'a Attrs<'a>,
        calls: Calls<'a>,
    ) -> &'a Flakes<'a> {
        evaluator.arena.alloc(Flakes {
            modules: library.modules,
            lib: library.lib,
            nodes,
            known: Some(known),
            takes_sources: false,
            calls,
        })
    }

    /// The calls so far, in the order in which they came.
    pub fn calls(&self) -> &'a [Call<'a>] {
        self.calls.get()
    }

    /// Forgets the calls behind the first `count`, which came from an attempt.
    pub(crate) fn forget(&self, count: usize) {
        self.calls
            .set(self.calls.get().get(..count).unwrap_or_default());
    }

    /// Writes down a call.
    pub fn record(&self, evaluator: &Evaluator<'a>, call: Call<'a>) {
        let calls = [self.calls.get(), &[call]].concat();
        self.calls.set(evaluator.arena.alloc_slice_copy(&calls));
    }

    /// The value of a node: a flake, plain files, a stand-in, or something out of reach.
    pub fn value(&'a self, evaluator: &Evaluator<'a>, index: usize) -> Value<'a> {
        let Some(node) = self.nodes.get(index) else {
            return evaluator.out_of_reach("inputs", "there is no such input");
        };
        *node.value.get_or_init(|| self.make(evaluator, node))
    }

    fn make(&'a self, evaluator: &Evaluator<'a>, node: &'a Node<'a>) -> Value<'a> {
        match (node.kind, node.source) {
            (Some(kind), Some(source))
                if self.takes(node) && !nixpkgs::is_part(evaluator, kind, source) =>
            {
                self.flake(evaluator, node, source)
            }
            (Some(kind), _) => stand_ins::value(evaluator, self, node, kind),
            (None, Some(source)) if node.is_flake => self.flake(evaluator, node, source),
            (None, Some(source)) => {
                let path = source_info::out_path(evaluator, node, source);
                let info = match source_info::locked(evaluator, node) {
                    Some(locked) => Value::Attrs(locked),
                    None => evaluator.attrs_from([("outPath", path)]),
                };
                let inputs = Value::Attrs(self.inputs(evaluator, node));
                evaluator.attrs_from([("outPath", path), ("sourceInfo", info), ("inputs", inputs)])
            }
            (None, None) => {
                let last = node.name.rsplit('/').next().unwrap_or(node.name);
                let because = format!("input `{last}` is not on disk");
                let attrs = vec![
                    evaluator.attr("_type", evaluator.borrowed_string(b"flake")),
                    evaluator.attr("inputs", Value::Attrs(self.inputs(evaluator, node))),
                ];
                let known = evaluator.attrs_ref(attrs);
                evaluator.out_of_reach_but(&node.expression(), &because, Some(known))
            }
        }
    }

    /// Whether a node is what lies in the directory that the command line gives for it.
    pub(crate) fn takes(&self, node: &Node<'a>) -> bool {
        self.takes_sources && node.origin == Some(Origin::Override)
    }

    /// Whether clan-core is what lies in a directory.
    pub(crate) fn takes_clan_core(&self) -> bool {
        let mut nodes = self.nodes.iter();
        nodes.any(|node| node.kind == Some(Kind::ClanCore) && self.takes(node))
    }

    /// The inputs of a node by name, each made when it is needed.
    pub fn inputs(&'a self, evaluator: &Evaluator<'a>, node: &Node<'a>) -> &'a Attrs<'a> {
        let inputs = node.inputs.iter().map(|(name, index)| {
            let index = *index;
            let value = evaluator.lazy(move |evaluator| Ok(self.value(evaluator, index)));
            Attr::unplaced(*name, value)
        });
        evaluator.attrs_ref(inputs.collect())
    }

    /// A flake that lies on the disk, as `self` and as an input.
    fn flake(
        &'a self,
        evaluator: &Evaluator<'a>,
        node: &'a Node<'a>,
        source: &'a Path,
    ) -> Value<'a> {
        let inputs = self.inputs(evaluator, node);
        let own = evaluator.arena.alloc(std::cell::OnceCell::new());
        let own: &'a std::cell::OnceCell<Value<'a>> = own;
        let outputs = evaluator.lazy(move |evaluator| {
            let itself = own.get().copied().unwrap_or(Value::Null);
            let itself = evaluator.attrs_ref(vec![evaluator.attr("self", itself)]);
            let arguments = Value::Attrs(inputs.update(itself, evaluator.arena));
            call_outputs(evaluator, source, arguments)
        });
        let result = evaluator.lazy(move |evaluator| {
            let written = evaluator.force(outputs)?;
            let path = source_info::out_path(evaluator, node, source);
            let info = self.source_info(evaluator, node, source);
            let whole = info.over(evaluator, evaluator.attrs_ref(vec![]), &[]);
            let rest = [
                ("outPath", path),
                ("sourceInfo", Value::Attrs(whole)),
                ("inputs", Value::Attrs(inputs)),
                ("outputs", outputs),
                ("_type", evaluator.borrowed_string(b"flake")),
            ];
            let rest = rest.map(|(name, value)| evaluator.attr(name, value));
            Ok(match written {
                Value::OutOfReach(unknown) => {
                    let rest = info.over(evaluator, evaluator.attrs_ref(vec![]), &rest);
                    evaluator.known_beside(unknown, rest)
                }
                written => {
                    let written = evaluator.force_attrs(written)?;
                    Value::Attrs(info.over(evaluator, written, &rest))
                }
            })
        });
        *own.get_or_init(|| result)
    }

    fn source_info(
        &self,
        evaluator: &Evaluator<'a>,
        node: &'a Node<'a>,
        source: &'a Path,
    ) -> SourceInfo<'a> {
        if let Some(locked) = source_info::locked(evaluator, node) {
            return SourceInfo::certain(evaluator.items(locked));
        }
        let unknown = move |evaluator: &Evaluator<'a>, attribute: &str| {
            let name = match node.name {
                "" => "self".to_owned(),
                _ => node.expression(),
            };
            let name = format!("{name}.{attribute}");
            evaluator.out_of_reach(&name, "it depends on the state of the repository")
        };
        let attr = |name: &str| evaluator.attr(name, unknown(evaluator, name));
        let path = source_info::out_path(evaluator, node, source);
        let rest = [attr("narHash"), evaluator.attr("outPath", path)];
        if !node.name.is_empty() {
            let dates = ["lastModified", "lastModifiedDate"].map(attr);
            return SourceInfo::certain(&[dates, rest].concat());
        }
        let checked_out = source_info::checked_out(evaluator, source, unknown);
        let known = self.known.map_or(&[][..], |known| evaluator.items(known));
        SourceInfo {
            doubtful: Some(checked_out.revision),
            certain: [&checked_out.date, &rest[..], known].concat(),
        }
    }
}

/// What a flake knows of its source.
struct SourceInfo<'a> {
    doubtful: Option<Doubtful<'a>>,
    certain: Vec<Attr<'a>>,
}

impl<'a> SourceInfo<'a> {
    fn certain(attrs: &[Attr<'a>]) -> SourceInfo<'a> {
        SourceInfo {
            doubtful: None,
            certain: attrs.to_vec(),
        }
    }

    /// `base // self // rest`.
    fn over(
        &self,
        evaluator: &Evaluator<'a>,
        base: &'a Attrs<'a>,
        rest: &[Attr<'a>],
    ) -> &'a Attrs<'a> {
        let own = evaluator.attrs_ref([&self.certain, rest].concat());
        match self.doubtful {
            Some(doubtful) => {
                let attrs = Attrs::doubtful(base, doubtful, own, evaluator.arena);
                evaluator.arena.alloc(attrs)
            }
            None => base.update(own, evaluator.arena),
        }
    }
}

/// The string of a path, without context.
pub fn path_string<'a>(evaluator: &Evaluator<'a>, path: &Path) -> Value<'a> {
    evaluator.string(path.as_os_str().as_bytes())
}

fn call_outputs<'a>(
    evaluator: &Evaluator<'a>,
    source: &Path,
    arguments: Value<'a>,
) -> Result<Value<'a>> {
    let file = source.join("flake.nix");
    let flake = evaluator.import(file.as_os_str().as_bytes())?;
    let flake = evaluator.force_attrs(flake)?;
    let outputs = flake.get(known::OUTPUTS);
    let Some(outputs) = outputs else {
        return Err(nix_frontend::eval::EvalError::new(
            nix_frontend::eval::ErrorKind::MissingAttribute,
            "the flake has no `outputs`",
        ));
    };
    let span = evaluator.session.sources.word(outputs.place);
    evaluator
        .call(outputs.value, &[arguments], Span::NONE)
        .at(span)
}
