//! Derivations: their text, the path of that text, and the paths of their outputs.
//!
//! A derivation lies in the store as a text, which is named as every text is. The path of an output follows from a hash over the derivation
//! *modulo* fixed outputs: the text with its own output paths left empty, and with a hash in the place of each derivation that it needs. A
//! fixed output is named by the hash that it must have, and all such derivations for one output have one hash: how the output is come by does
//! not matter to those that need it.

use std::collections::{BTreeMap, BTreeSet};

use super::hash::{Hash, HashAlgorithm, HashFormat};
use super::path::{self, Ingestion, StorePath, StorePathError, fixed_output};

/// What a derivation says, before its paths are known.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its name.
    pub name: Vec<u8>,
    /// The names of its outputs.
    pub outputs: BTreeSet<Vec<u8>>,
    /// The hash that its one output `out` must have.
    pub fixed: Option<(Ingestion, Hash)>,
    /// The derivations that it needs.
    pub inputs: BTreeMap<StorePath, Input>,
    /// What else of the store it needs.
    pub sources: BTreeSet<StorePath>,
    /// The kind of machine that builds it.
    pub system: Vec<u8>,
    /// The program that builds it.
    pub builder: Vec<u8>,
    /// The arguments of that program.
    pub arguments: Vec<Vec<u8>>,
    /// The environment of that program; the paths of the outputs are added.
    pub environment: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// A derivation that another one needs.
#[derive(Clone, Debug)]
pub struct Input {
    /// What stands for it in the hash of the other.
    pub hash: Hash,
    /// Which outputs are needed.
    pub outputs: BTreeSet<Vec<u8>>,
}

/// A derivation with all its paths.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// Where its text lies.
    pub path: StorePath,
    /// Its text.
    pub text: Vec<u8>,
    /// The store paths that its text speaks of.
    pub references: BTreeSet<StorePath>,
    /// The path of each output.
    pub outputs: BTreeMap<Vec<u8>, StorePath>,
    /// What stands for it in the hashes of those that need it.
    pub hash: Hash,
}

/// An output as the text has it: its path, how it is hashed, and the hash; what is not known is empty.
#[derive(Clone, Debug, Default)]
struct Output {
    path: String,
    method: String,
    hash: String,
}

impl Draft {
    /// The derivation with its paths. Errors: a path may not have the name that it would get.
    pub fn instantiate(mut self) -> Result<Derivation, StorePathError> {
        let (outputs, written, hash) = match self.fixed.take() {
            Some((ingestion, hash)) => self.fix_output(ingestion, &hash)?,
            None => self.name_outputs()?,
        };
        let inputs = self.inputs.iter();
        let inputs = inputs.map(|(path, input)| (path.to_string(), &input.outputs));
        let text = self.text(&written, inputs);
        let references = self.inputs.into_keys().chain(self.sources).collect();
        let name = [self.name.as_slice(), b".drv"].concat();
        Ok(Derivation {
            path: path::text(&name, &text, &references)?,
            text,
            references,
            outputs,
            hash,
        })
    }

    fn fix_output(&mut self, ingestion: Ingestion, hash: &Hash) -> Result<Named, StorePathError> {
        let path = fixed_output(&self.name, ingestion, hash)?;
        let output = Output {
            path: path.to_string(),
            method: format!("{}{}", ingestion.prefix(), hash.algorithm().name()),
            hash: hash.spell(HashFormat::Base16),
        };
        let fact = format!("fixed:out:{}:{}:{path}", output.method, output.hash);
        let out = b"out".to_vec();
        self.environment
            .insert(out.clone(), output.path.clone().into());
        Ok((
            BTreeMap::from([(out.clone(), path)]),
            BTreeMap::from([(out, output)]),
            Hash::of(HashAlgorithm::Sha256, fact.as_bytes()),
        ))
    }

    fn name_outputs(&mut self) -> Result<Named, StorePathError> {
        let names = self.outputs.iter();
        let mut written: BTreeMap<Vec<u8>, Output> = names
            .map(|output| (output.clone(), Output::default()))
            .collect();
        for output in &self.outputs {
            self.environment.insert(output.clone(), vec![]);
        }
        let masked = self.hash_modulo(&written);
        let mut paths = BTreeMap::new();
        for (output, written) in &mut written {
            let path = output_path(&self.name, output, &masked)?;
            written.path = path.to_string();
            self.environment
                .insert(output.clone(), written.path.clone().into());
            paths.insert(output.clone(), path);
        }
        let hash = self.hash_modulo(&written);
        Ok((paths, written, hash))
    }

    /// The hash over the text with hashes in the places of what it needs; inputs of one hash are one.
    fn hash_modulo(&self, outputs: &BTreeMap<Vec<u8>, Output>) -> Hash {
        let mut inputs: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for input in self.inputs.values() {
            let needed = inputs.entry(input.hash.spell(HashFormat::Base16));
            needed.or_default().extend(input.outputs.iter().cloned());
        }
        let inputs = inputs.iter().map(|(hash, outputs)| (hash.clone(), outputs));
        Hash::of(HashAlgorithm::Sha256, &self.text(outputs, inputs))
    }

    fn text<'i>(
        &self,
        outputs: &BTreeMap<Vec<u8>, Output>,
        inputs: impl Iterator<Item = (String, &'i BTreeSet<Vec<u8>>)>,
    ) -> Vec<u8> {
        let mut text = b"Derive(".to_vec();
        sequence(&mut text, outputs, |text, (name, output)| {
            let parts = [&output.path, &output.method, &output.hash];
            text.push(b'(');
            plain(text, name);
            for part in parts {
                text.push(b',');
                plain(text, part.as_bytes());
            }
            text.push(b')');
        });
        text.push(b',');
        sequence(&mut text, inputs, |text, (name, outputs)| {
            text.push(b'(');
            plain(text, name.as_bytes());
            text.push(b',');
            sequence(text, outputs, |text, output| plain(text, output));
            text.push(b')');
        });
        text.push(b',');
        sequence(&mut text, &self.sources, |text, source| {
            plain(text, source.to_string().as_bytes());
        });
        text.push(b',');
        plain(&mut text, &self.system);
        text.push(b',');
        quoted(&mut text, &self.builder);
        text.push(b',');
        sequence(&mut text, &self.arguments, |text, argument| {
            quoted(text, argument);
        });
        text.push(b',');
        sequence(&mut text, &self.environment, |text, (name, value)| {
            text.push(b'(');
            quoted(text, name);
            text.push(b',');
            quoted(text, value);
            text.push(b')');
        });
        text.push(b')');
        text
    }
}

/// The paths of the outputs, how the outputs are written, and the hash for those that need the derivation.
type Named = (
    BTreeMap<Vec<u8>, StorePath>,
    BTreeMap<Vec<u8>, Output>,
    Hash,
);

/// The path of an output; those other than `out` have their name behind that of the derivation.
fn output_path(name: &[u8], output: &[u8], hash: &Hash) -> Result<StorePath, StorePathError> {
    let name = match output {
        b"out" => name.to_vec(),
        output => [name, b"-", output].concat(),
    };
    path::output(output, hash, &name)
}

fn sequence<T>(
    text: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    text.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        write(text, item);
    }
    text.push(b']');
}

fn plain(text: &mut Vec<u8>, bytes: &[u8]) {
    text.push(b'"');
    text.extend_from_slice(bytes);
    text.push(b'"');
}

fn quoted(text: &mut Vec<u8>, bytes: &[u8]) {
    text.push(b'"');
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend_from_slice(&[b'\\', *byte]),
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\t' => text.extend_from_slice(b"\\t"),
            byte => text.push(*byte),
        }
    }
    text.push(b'"');
}
