//! The settings of a role, or of a machine in it, may be defined once only, and no name in them twice.
//!
//! In the old form every place was merged with every other. What was said in two places and would now meet in one definition
//! stays in the first; the second is the author's to merge.

use std::collections::{BTreeMap, BTreeSet};

use rnix::ast::{AttrpathValue, HasEntry};
use rowan::ast::AstNode;

use crate::Input;
use crate::fate::{Fate, Path, Rules};
use crate::sites::{Site, Sites, literal_set, path_of};

/// What one statement says of some settings.
struct Said<'s> {
    site: &'s Site,
    /// The setting it is about; none if it is about all.
    key: Option<String>,
}

/// Decides which statements are left to the author.
pub fn decide(input: &Input<'_>, sites: &Sites, rules: &mut Rules<'_>) {
    let mut second = BTreeSet::new();
    for said in by_settings(sites, rules).into_values() {
        one_definition(sites, &said, &mut second);
    }
    rules.second.extend(second);
    let mut twice = BTreeMap::new();
    for said in by_settings(sites, rules).into_values() {
        no_name_twice(&said, &mut twice);
    }
    rules.twice.extend(twice);
    let changed = priorities(input, sites, rules);
    rules.changed_priority.extend(changed);
}

/// What is said, by the settings in the new form that it goes to.
fn by_settings<'s>(sites: &'s Sites, rules: &Rules<'_>) -> BTreeMap<Path, Vec<Said<'s>>> {
    let mut all: BTreeMap<Path, Vec<Said<'s>>> = BTreeMap::new();
    for site in &sites.sites {
        let Fate::To(first, others) = rules.fate_of(site) else {
            continue;
        };
        for path in std::iter::once(first).chain(others) {
            let Some(at) = path.iter().rposition(|part| part == "settings") else {
                continue;
            };
            if !is_settings(&path, at) {
                continue;
            }
            let key = path.get(at + 1).cloned();
            let settings = path.get(..=at).unwrap_or_default().to_vec();
            all.entry(settings).or_default().push(Said { site, key });
        }
    }
    all
}

fn is_settings(path: &[String], at: usize) -> bool {
    // instances.<i>.roles.<r>.settings and instances.<i>.roles.<r>.machines.<m>.settings
    at == 4 || (at == 6 && path.get(4).is_some_and(|part| part == "machines"))
}

fn one_definition(sites: &Sites, said: &[Said<'_>], second: &mut BTreeSet<(usize, u32)>) {
    let is_opaque =
        |each: &&Said<'_>| each.key.is_none() && literal_set(&each.site.entry).is_none();
    let opaque: Vec<&Said<'_>> = said.iter().filter(is_opaque).collect();
    // What stands within the value of a statement is a part of it.
    let is_part = |each: &Said<'_>| {
        let inner = each.site.entry.syntax().text_range();
        opaque.iter().any(|other| {
            let outer = other.site.entry.syntax().text_range();
            other.site.file == each.site.file && outer.contains_range(inner) && outer != inner
        })
    };
    let mut first = None;
    for each in said.iter().filter(|each| !is_part(each)) {
        let here = sites.outermost(each.site);
        if *first.get_or_insert(here) != here {
            second.insert(each.site.id());
        }
    }
    let is_only = |one: &Said<'_>| {
        let outer = one.site.entry.syntax().text_range();
        said.iter().all(|each| {
            let inner = each.site.entry.syntax().text_range();
            each.site.file == one.site.file && outer.contains_range(inner)
        })
    };
    for each in &opaque {
        if !is_only(each) || has_word(&each.site.entry, &["mkMerge"]) {
            second.insert(each.site.id());
        }
    }
}

/// Of two statements that give one name a value, the second is left to the author, together with all of its setting.
fn no_name_twice(said: &[Said<'_>], twice: &mut BTreeMap<Path, String>) {
    let mut taken: Vec<(Vec<String>, &Path)> = vec![];
    for each in said {
        let Some(key) = &each.key else { continue };
        let mut leaves = vec![];
        leaves_of(
            &each.site.entry,
            each.site.names.1,
            vec![key.clone()],
            &mut leaves,
        );
        let meets = |leaf: &Vec<String>| {
            taken.iter().any(|(other, path)| {
                let overlap = other.starts_with(leaf) || leaf.starts_with(other);
                overlap && **path != each.site.path
            })
        };
        if leaves.iter().any(meets) {
            twice.insert(each.site.path.clone(), key.clone());
            continue;
        }
        taken.extend(leaves.into_iter().map(|leaf| (leaf, &each.site.path)));
    }
}

/// The names that a statement gives values that are no sets written out.
fn leaves_of(
    entry: &AttrpathValue,
    after: u32,
    mut path: Vec<String>,
    leaves: &mut Vec<Vec<String>>,
) {
    let names = path_of(entry).into_iter().flat_map(|path| path.attrs());
    let deeper = names.filter(|attr| u32::from(attr.syntax().text_range().start()) >= after);
    path.extend(deeper.map(|attr| {
        attr.syntax()
            .text()
            .to_string()
            .trim_matches('"')
            .to_owned()
    }));
    match literal_set(entry) {
        Some(set) if set.attrpath_values().next().is_some() => {
            for inner in set.attrpath_values() {
                leaves_of(&inner, 0, path.clone(), leaves);
            }
        }
        _ => leaves.push(path),
    }
}

/// `mkForce` and its kin had no effect beyond their own place. Now they have: that is told where another place speaks of the same setting.
fn priorities(input: &Input<'_>, sites: &Sites, rules: &Rules<'_>) -> BTreeSet<(usize, u32)> {
    let mut places: BTreeMap<(&[String], &str), BTreeSet<&[String]>> = BTreeMap::new();
    for written in input.written {
        if let Some((instance, key, place)) = setting(&written.path) {
            places.entry((instance, key)).or_default().insert(place);
        }
    }
    let mut changed = BTreeSet::new();
    for site in &sites.sites {
        let Some((instance, key, _)) = setting(&site.path) else {
            continue;
        };
        let others = places.get(&(instance, key));
        let is_alone = others.is_none_or(|places| places.len() < 2);
        let goes = matches!(rules.fate_of(site), Fate::To(..));
        if !is_alone && goes && has_priority(&site.entry) {
            changed.insert(site.id());
        }
    }
    changed
}

/// The instance, the setting and the place of it that a path names.
fn setting(path: &[String]) -> Option<(&[String], &str, &[String])> {
    let (key, place) = path.split_last()?;
    let is_setting = place.len() > 3 && place.last().is_some_and(|name| name == "config");
    is_setting.then(|| (path.get(..3).unwrap_or_default(), key.as_str(), place))
}

fn has_priority(entry: &AttrpathValue) -> bool {
    let markers = [
        "mkForce",
        "mkDefault",
        "mkOverride",
        "mkVMOverride",
        "mkOptionDefault",
    ];
    has_word(entry, &markers)
}

fn has_word(entry: &AttrpathValue, words: &[&str]) -> bool {
    let mut tokens = entry.syntax().descendants_with_tokens();
    tokens.any(|token| {
        let text = token.as_token().map(rnix::SyntaxToken::text);
        text.is_some_and(|text| words.contains(&text))
    })
}
