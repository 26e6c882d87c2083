//! The statements that write the names of the old form.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::written::has_names_below;
use nix_frontend::syntax;
use rnix::ast::{Attr, AttrSet, Attrpath, AttrpathValue, Expr, HasEntry};
use rowan::ast::AstNode;
use source::{Pos, SourceFile, Span};

use crate::Input;
use crate::fate::Path;

/// A statement, from the first of its names that belongs to the old form.
pub struct Site {
    /// The number of its file in [`Sites::files`].
    pub file: usize,
    /// The statement.
    pub entry: AttrpathValue,
    /// The bytes of its names, from the first to the last that are known.
    pub names: (u32, u32),
    /// The path above its first known name.
    pub base: Path,
    /// The path that its last known name ends. The text may go on with further names.
    pub path: Path,
    /// The definitions that it belongs to.
    pub definitions: BTreeSet<usize>,
}

impl Site {
    /// The number of its file and where it starts: no other has both.
    pub fn id(&self) -> (usize, u32) {
        (self.file, self.entry.syntax().text_range().start().into())
    }

    /// Whether its path names all that its statement does.
    pub fn is_whole(&self) -> bool {
        let path = path_of(&self.entry);
        path.is_some_and(|path| u32::from(path.syntax().text_range().end()) == self.names.1)
    }

    /// Another statement in the same set, if it starts with the same names.
    fn sibling(&self, entry: AttrpathValue) -> Option<Site> {
        let (own, other) = (texts(&self.entry), texts(&entry));
        let shared = own
            .iter()
            .zip(&other)
            .take_while(|(own, other)| own == other && own.is_some());
        let shared = shared.count();
        let first = self.first()?;
        let last = shared.checked_sub(1).filter(|last| *last >= first)?;
        let length = self.base.len() + last - first + 1;
        let known = Known {
            first,
            last,
            path: self.path.get(..length).unwrap_or(&self.path).to_vec(),
            definitions: self.definitions.clone(),
        };
        known.site(self.file, entry)
    }

    /// A statement in its set.
    fn child(&self, entry: AttrpathValue) -> Option<Site> {
        let name = texts(&entry).into_iter().next()??;
        let mut path = self.path.clone();
        path.push(name);
        let known = Known {
            first: 0,
            last: 0,
            path,
            definitions: self.definitions.clone(),
        };
        known.site(self.file, entry)
    }

    /// The number of its first known name in its statement.
    fn first(&self) -> Option<usize> {
        let mut attrs = path_of(&self.entry)?.attrs();
        attrs.position(|attr| u32::from(attr.syntax().text_range().start()) == self.names.0)
    }
}

/// What is known of a statement: which of its names, and what these mean.
struct Known {
    first: usize,
    last: usize,
    path: Path,
    definitions: BTreeSet<usize>,
}

impl Known {
    /// The statement, with all names known that follow from those that are.
    fn site(mut self, file: usize, entry: AttrpathValue) -> Option<Site> {
        let texts = texts(&entry);
        let mut above = self.path.len().saturating_sub(self.last - self.first + 1);
        while let (Some(before), Some(name)) = (
            self.first.checked_sub(1),
            above.checked_sub(1).and_then(|at| self.path.get(at)),
        ) {
            if texts.get(before).and_then(Option::as_ref) != Some(name) {
                break;
            }
            self.first = before;
            above -= 1;
        }
        while has_names_below(&self.path) {
            let Some(Some(next)) = texts.get(self.last + 1) else {
                break;
            };
            self.path.push(next.clone());
            self.last += 1;
        }
        let attrs: Vec<Attr> = path_of(&entry)?.attrs().collect();
        let range = |at: usize| attrs.get(at).map(|attr| attr.syntax().text_range());
        Some(Site {
            file,
            names: (
                range(self.first)?.start().into(),
                range(self.last)?.end().into(),
            ),
            base: self.path.get(..above).unwrap_or_default().to_vec(),
            path: self.path,
            definitions: self.definitions,
            entry,
        })
    }
}

/// The names of a statement; none for one that is computed.
fn texts(entry: &AttrpathValue) -> Vec<Option<String>> {
    let attrs = path_of(entry).into_iter().flat_map(|path| path.attrs());
    attrs
        .map(|attr| match &attr {
            _ if is_dynamic(attr.syntax()) => None,
            Attr::Str(text) => crate::values::text_of(text),
            other => Some(other.syntax().text().to_string()),
        })
        .collect()
}

/// A file with statements in it.
pub struct File {
    /// The text.
    pub source: Arc<SourceFile>,
    /// Where its syntax tree begins.
    pub tree: rnix::SyntaxNode,
}

/// Everything that was found.
#[derive(Default)]
pub struct Sites {
    /// The files that have statements.
    pub files: Vec<File>,
    /// The statements, by file and place.
    pub sites: Vec<Site>,
    /// What is written where no statement of a Nix file names it: its number in what is written.
    pub elsewhere: Vec<usize>,
    /// Statements that serve several paths, with these: the number of each.
    pub shared: Vec<(usize, BTreeSet<Path>)>,
}

impl Sites {
    /// Finds them.
    pub fn find(input: &Input<'_>) -> Sites {
        let mut finder = Finder {
            input,
            files: vec![],
            known: BTreeMap::new(),
            found: BTreeMap::new(),
        };
        let mut sites = Sites::default();
        for (number, written) in input.written.iter().enumerate() {
            if finder.place(number, written.place).is_none() {
                sites.elsewhere.push(number);
            }
        }
        for ((file, _), names) in finder.found {
            sites.add(input, file, names);
        }
        sites.files = finder.files;
        sites.complete();
        sites
    }

    fn add(&mut self, input: &Input<'_>, file: usize, names: Names) {
        let (Some((first, _)), Some((last, numbers))) = (
            names.by_index.first_key_value(),
            names.by_index.last_key_value(),
        ) else {
            return;
        };
        let written = numbers
            .iter()
            .filter_map(|number| input.written.get(*number));
        let paths: BTreeSet<&Path> = written.clone().map(|each| &each.path).collect();
        let Some(path) = paths.first() else { return };
        if paths.len() > 1 {
            let paths = paths.iter().map(|path| (*path).clone());
            self.shared.push((self.sites.len(), paths.collect()));
        }
        let definitions = written.map(|each| each.definition).collect();
        let known = Known {
            first: *first,
            last: *last,
            path: (*path).clone(),
            definitions,
        };
        self.sites.extend(known.site(file, names.entry));
    }

    /// Adds what evaluation does not tell apart: of several statements about one name, only the first has its place.
    fn complete(&mut self) {
        let mut known: BTreeSet<(usize, u32)> = self.sites.iter().map(Site::id).collect();
        let mut number = 0;
        while let Some(site) = self.sites.get(number) {
            let mut more = vec![];
            let set = site.entry.syntax().parent().and_then(AttrSet::cast);
            for entry in set.iter().flat_map(|set| set.attrpath_values()) {
                more.extend(site.sibling(entry));
            }
            let inner = match site.entry.value() {
                Some(Expr::AttrSet(set)) if has_names_below(&site.path) && site.is_whole() => {
                    Some(set)
                }
                _ => None,
            };
            for entry in inner.iter().flat_map(|set| set.attrpath_values()) {
                more.extend(site.child(entry));
            }
            more.retain(|site| known.insert(site.id()));
            self.sites.extend(more);
            number += 1;
        }
    }

    /// The place of a site's names.
    pub fn span(&self, site: &Site) -> Span {
        match self.files.get(site.file) {
            Some(file) => file.source.span(site.names.0, site.names.1),
            None => Span::NONE,
        }
    }

    /// The site whose literal set a site stands in directly, if there is one.
    pub fn around(&self, site: &Site) -> Option<&Site> {
        let entry = entry_around(&site.entry)?;
        let range = entry.syntax().text_range();
        self.sites
            .iter()
            .find(|other| other.file == site.file && other.entry.syntax().text_range() == range)
    }

    /// The outermost set that a statement is a part of, where all sets between are written out: what stands in it is one definition.
    pub fn outermost(&self, site: &Site) -> (usize, u32) {
        let mut entry = site.entry.clone();
        while let Some(around) = entry_around(&entry) {
            entry = around;
        }
        let set = entry.syntax().parent();
        let start = set.map_or(0, |set| set.text_range().start().into());
        (site.file, start)
    }
}

/// The statement whose value is the set that a statement stands in.
pub fn entry_around(entry: &AttrpathValue) -> Option<AttrpathValue> {
    let set = AttrSet::cast(entry.syntax().parent()?)?;
    let mut node = set.syntax().parent()?;
    while rnix::ast::Paren::can_cast(node.kind()) {
        node = node.parent()?;
    }
    AttrpathValue::cast(node)
}

/// The set that a statement gives its name, if it is written out and can be taken apart.
pub fn literal_set(entry: &AttrpathValue) -> Option<AttrSet> {
    let Some(Expr::AttrSet(set)) = entry.value() else {
        return None;
    };
    let can_be_taken_apart = set.rec_token().is_none() && set.inherits().next().is_none();
    can_be_taken_apart.then_some(set)
}

/// The path of a statement.
pub fn path_of(entry: &AttrpathValue) -> Option<Attrpath> {
    entry.attrpath()
}

/// The known names of one statement: by their number in its path, which of what is written they are.
struct Names {
    entry: AttrpathValue,
    by_index: BTreeMap<usize, Vec<usize>>,
}

struct Finder<'i> {
    input: &'i Input<'i>,
    files: Vec<File>,
    /// The number of each file by its start; none for one that cannot be edited.
    known: BTreeMap<Pos, Option<usize>>,
    found: BTreeMap<(usize, u32), Names>,
}

impl Finder<'_> {
    fn place(&mut self, number: usize, place: Pos) -> Option<()> {
        let place = place.some().filter(|place| !place.is_borrowed())?;
        let source = self.input.sources.file(place)?;
        let offset = source.offset(place);
        let file = self.file(source)?;
        let tree = &self.files.get(file)?.tree;
        let token = tree.token_at_offset(offset.into()).right_biased()?;
        let attr = token.parent_ancestors().find(|node| {
            let parent = node.parent();
            parent.is_some_and(|parent| Attrpath::can_cast(parent.kind()))
        })?;
        if u32::from(attr.text_range().start()) != offset || is_dynamic(&attr) {
            return None;
        }
        let path = attr.parent().and_then(Attrpath::cast)?;
        let entry = path.syntax().parent().and_then(AttrpathValue::cast)?;
        let index = path.attrs().position(|other| *other.syntax() == attr)?;
        let start: u32 = entry.syntax().text_range().start().into();
        let names = self.found.entry((file, start)).or_insert_with(|| Names {
            entry,
            by_index: BTreeMap::new(),
        });
        names.by_index.entry(index).or_default().push(number);
        Some(())
    }

    fn file(&mut self, source: Arc<SourceFile>) -> Option<usize> {
        let start = source.pos(0);
        if let Some(known) = self.known.get(&start) {
            return *known;
        }
        let is_nix = source
            .path
            .extension()
            .is_none_or(|extension| extension != "json");
        let parsed = is_nix.then(|| syntax::parse(&source));
        let parsed = parsed.filter(|parsed| parsed.diagnostics.is_empty() && source.raw.is_none());
        let number = parsed.map(|parsed| {
            self.files.push(File {
                source,
                tree: parsed.tree,
            });
            self.files.len() - 1
        });
        self.known.insert(start, number);
        number
    }
}

fn is_dynamic(attr: &rnix::SyntaxNode) -> bool {
    match Attr::cast(attr.clone()) {
        Some(Attr::Ident(_)) => false,
        Some(Attr::Str(text)) => text.parts().count() > 1,
        _ => true,
    }
}
