//! The functions of `lib` beside the module system.
//!
//! Each topic is a set of its own (`lib.lists`) and tells which of its members are in `lib` itself too. The sets are made when they are
//! read; what makes them is a table of functions, names of builtins, and values.

pub mod asserts;
pub mod attrsets;
pub mod cli;
pub mod customisation;
pub mod debug;
pub mod derivations;
pub mod fetchers;
pub mod fileset;
pub mod filesystem;
pub mod fixed_points;
pub(crate) mod formals;
pub mod generators;
pub mod gvariant;
pub mod kernel;
pub mod licenses;
pub mod lists;
pub mod meta;
pub mod misc;
pub mod network;
pub mod path;
pub mod source_types;
pub mod sources;
pub mod strings;
pub mod strings_with_deps;
pub mod systems;
pub mod tags;
pub(crate) mod tools;
pub mod trivial;
pub mod versions;

use nix_frontend::builtins::Spec;
use nix_frontend::eval::{Attr, Evaluator, Value};
use source::Span;

/// Values of a topic that are no functions of a table.
type Values = for<'a, 'e> fn(&'e Evaluator<'a>) -> Vec<(&'static str, Value<'a>)>;

/// A part of `lib` with a name of its own.
struct Topic {
    name: &'static str,
    tables: &'static [&'static [Spec]],
    /// The builtins that it hands on.
    builtins: &'static [&'static str],
    values: Values,
    in_lib: InLib,
}

/// Which members of a topic are in `lib` itself.
enum InLib {
    All,
    AllBut(&'static [&'static str]),
    Only(&'static [&'static str]),
}

impl InLib {
    fn has(&self, name: &str) -> bool {
        match self {
            InLib::All => true,
            InLib::AllBut(names) => !names.contains(&name),
            InLib::Only(names) => names.contains(&name),
        }
    }
}

fn no_values<'a>(_: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    vec![]
}

const TOPICS: &[Topic] = &[
    Topic {
        name: "asserts",
        tables: &[asserts::TABLE],
        builtins: &[],
        values: no_values,
        in_lib: InLib::Only(&["assertMsg", "assertOneOf"]),
    },
    Topic {
        name: "attrsets",
        tables: &[
            attrsets::TABLE,
            attrsets::combine::TABLE,
            attrsets::deep::TABLE,
            attrsets::outputs::TABLE,
        ],
        builtins: &[
            "attrNames",
            "attrValues",
            "catAttrs",
            "getAttr",
            "hasAttr",
            "intersectAttrs",
            "isAttrs",
            "listToAttrs",
            "mapAttrs",
            "removeAttrs",
            "zipAttrsWith",
        ],
        values: no_values,
        in_lib: InLib::AllBut(&["longestValidPathPrefix", "unionOfDisjoint"]),
    },
    Topic {
        name: "cli",
        tables: &[cli::TABLE],
        builtins: &[],
        values: cli::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "customisation",
        tables: &[
            customisation::TABLE,
            customisation::call_package::TABLE,
            customisation::derivations::TABLE,
            customisation::scopes::TABLE,
        ],
        builtins: &[],
        values: no_values,
        in_lib: InLib::All,
    },
    Topic {
        name: "debug",
        tables: &[debug::TABLE],
        builtins: debug::BUILTINS,
        values: no_values,
        in_lib: InLib::AllBut(&["throwTestFailures"]),
    },
    Topic {
        name: "derivations",
        tables: &[derivations::TABLE],
        builtins: derivations::BUILTINS,
        values: no_values,
        in_lib: InLib::All,
    },
    Topic {
        name: "fetchers",
        tables: &[fetchers::TABLE],
        builtins: &[],
        values: fetchers::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "fileset",
        tables: &[
            fileset::TABLE,
            fileset::combine::TABLE,
            fileset::filters::TABLE,
            fileset::git::TABLE,
            fileset::print::TABLE,
            fileset::to_source::TABLE,
        ],
        builtins: &[],
        values: fileset::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "filesystem",
        tables: &[filesystem::TABLE, filesystem::packages::TABLE],
        builtins: filesystem::BUILTINS,
        values: no_values,
        in_lib: InLib::AllBut(&[
            "haskellPathsInDir",
            "listFilesRecursive",
            "locateDominatingFile",
            "resolveDefaultNix",
        ]),
    },
    Topic {
        name: "fixedPoints",
        tables: &[fixed_points::TABLE],
        builtins: &[],
        values: no_values,
        in_lib: InLib::All,
    },
    Topic {
        name: "flakes",
        tables: &[],
        builtins: &["flakeRefToString", "parseFlakeRef"],
        values: no_values,
        in_lib: InLib::All,
    },
    Topic {
        name: "generators",
        tables: &[
            generators::TABLE,
            generators::ini::TABLE,
            generators::key_value::TABLE,
        ],
        builtins: &[],
        values: generators::values,
        in_lib: InLib::Only(&["mkLuaInline"]),
    },
    Topic {
        name: "gvariant",
        tables: &[gvariant::TABLE],
        builtins: &[],
        values: gvariant::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "kernel",
        tables: &[kernel::TABLE],
        builtins: &[],
        values: kernel::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "licenses",
        tables: &[licenses::TABLE],
        builtins: &[],
        values: licenses::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "lists",
        tables: &[lists::TABLE, lists::order::TABLE, lists::search::TABLE],
        builtins: &[
            "all",
            "any",
            "concatLists",
            "concatMap",
            "elem",
            "elemAt",
            "filter",
            "genList",
            "groupBy",
            "head",
            "isList",
            "length",
            "map",
            "partition",
            "sort",
            "tail",
        ],
        values: lists::values,
        in_lib: InLib::AllBut(&[
            "commonPrefix",
            "findFirstIndex",
            "hasPrefix",
            "removePrefix",
        ]),
    },
    Topic {
        name: "meta",
        tables: &[meta::TABLE],
        builtins: &[],
        values: meta::values,
        in_lib: InLib::AllBut(&[
            "availableOn",
            "cpeFullVersionWithVendor",
            "defaultPriority",
            "platformMatch",
        ]),
    },
    Topic {
        name: "misc",
        tables: &[misc::TABLE, misc::closures::TABLE, misc::merging::TABLE],
        builtins: &[],
        values: misc::values,
        in_lib: InLib::AllBut(&["closePropagationFast", "closePropagationSlow"]),
    },
    Topic {
        name: "network",
        tables: &[],
        builtins: &[],
        values: network::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "path",
        tables: &[path::TABLE],
        builtins: &[],
        values: path::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "sourceTypes",
        tables: &[],
        builtins: &[],
        values: source_types::values,
        in_lib: InLib::Only(&[]),
    },
    Topic {
        name: "sources",
        tables: &[
            sources::TABLE,
            sources::git::TABLE,
            sources::globs::TABLE,
            sources::names::TABLE,
        ],
        builtins: sources::BUILTINS,
        values: no_values,
        in_lib: InLib::AllBut(&["shortRev", "sourceByGlobs", "trace", "urlToName"]),
    },
    Topic {
        name: "strings",
        tables: &[
            strings::TABLE,
            strings::escapes::TABLE,
            strings::files::TABLE,
            strings::flags::TABLE,
            strings::names::TABLE,
            strings::numbers::TABLE,
        ],
        builtins: &[
            "appendContext",
            "compareVersions",
            "concatStringsSep",
            "elem",
            "elemAt",
            "filter",
            "fromJSON",
            "genList",
            "head",
            "isAttrs",
            "isInt",
            "isList",
            "isPath",
            "isString",
            "match",
            "parseDrvName",
            "readFile",
            "replaceStrings",
            "split",
            "storeDir",
            "stringLength",
            "substring",
            "tail",
            "toJSON",
            "typeOf",
            "unsafeDiscardStringContext",
        ],
        values: strings::values,
        in_lib: InLib::AllBut(&[
            "charToInt",
            "commonPrefixLength",
            "commonSuffixLength",
            "escapeC",
            "escapeNixIdentifier",
            "escapeNixString",
            "floatToString",
            "isCoercibleToString",
            "isConvertibleWithToString",
            "levenshtein",
            "levenshteinAtMost",
            "normalizePath",
            "replicate",
            "sanitizeDerivationName",
            "storeDir",
        ]),
    },
    Topic {
        name: "stringsWithDeps",
        tables: &[strings_with_deps::TABLE],
        builtins: &[],
        values: no_values,
        in_lib: InLib::All,
    },
    Topic {
        name: "trivial",
        tables: &[trivial::TABLE],
        builtins: trivial::BUILTINS,
        values: trivial::values,
        in_lib: InLib::AllBut(&[
            "codeName",
            "oldestSupportedRelease",
            "release",
            "revisionWithDefault",
            "versionSuffix",
        ]),
    },
    Topic {
        name: "versions",
        tables: &[versions::TABLE],
        builtins: versions::BUILTINS,
        values: no_values,
        in_lib: InLib::Only(versions::BUILTINS),
    },
];

/// The builtins that `lib` itself hands on.
const BUILTINS: &[&str] = &[
    "convertHash",
    "fromTOML",
    "getContext",
    "hasContext",
    "hashString",
    "placeholder",
    "toFile",
    "toString",
    "toXML",
    "tryEval",
];

/// Who cares for the packages of nixpkgs: too many to be here.
const PEOPLE: &[(&str, &str)] = &[("maintainers", "lib.maintainers"), ("teams", "lib.teams")];

/// Every attribute of `lib` that has nothing to do with the module system. `lib` itself is for those that refer to it.
pub fn all<'a>(evaluator: &Evaluator<'a>, lib: Value<'a>) -> Vec<Attr<'a>> {
    let mut attrs = vec![];
    for topic in TOPICS {
        let set = evaluator
            .lazy(move |evaluator| Ok(evaluator.attrs(members(evaluator, topic, |_| true))));
        if !matches!(topic.in_lib, InLib::Only([])) {
            let in_lib = members(evaluator, topic, |name| topic.in_lib.has(name)).into_iter();
            attrs.extend(in_lib.map(|attr| match attr.value {
                // What is evaluated here and in the set is evaluated once.
                Value::Thunk(_) => Attr {
                    value: evaluator.lazy_select(set, attr.name, Span::NONE),
                    ..attr
                },
                _ => attr,
            }));
        }
        attrs.push(evaluator.attr(topic.name, set));
    }
    attrs.extend(handed_on(evaluator, BUILTINS.iter().copied()));
    let addresses = network::IPV6
        .iter()
        .filter(|spec| spec.name == "mkEUI64Suffix");
    attrs.extend(addresses.map(|spec| evaluator.attr(spec.name, evaluator.builtin(spec))));
    let systems = systems::systems(evaluator, lib);
    attrs.extend(systems.map(|(name, value)| evaluator.attr(name, value)));
    for (name, shown) in PEOPLE {
        let people = evaluator.out_of_reach(shown, "nixpkgs has it outside of its `lib`");
        attrs.push(evaluator.attr(name, people));
    }
    attrs
}

/// The members of a topic with these names.
fn members<'a>(
    evaluator: &Evaluator<'a>,
    topic: &'static Topic,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Attr<'a>> {
    let builtins = topic.builtins.iter().copied();
    let mut members = handed_on(evaluator, builtins.filter(|name| wanted(name)));
    let functions = topic.tables.iter().copied().flatten();
    let functions = functions.filter(|spec| wanted(spec.name));
    members.extend(functions.map(|spec| evaluator.attr(spec.name, evaluator.builtin(spec))));
    let values = (topic.values)(evaluator).into_iter();
    let values = values.filter(|(name, _)| wanted(name));
    members.extend(values.map(|(name, value)| evaluator.attr(name, value)));
    members
}

fn handed_on<'a>(
    evaluator: &Evaluator<'a>,
    names: impl Iterator<Item = &'static str>,
) -> Vec<Attr<'a>> {
    let Ok(builtins) = evaluator.builtins() else {
        return vec![];
    };
    names
        .filter_map(|name| builtins.get(evaluator.symbol(name)).copied())
        .collect()
}
