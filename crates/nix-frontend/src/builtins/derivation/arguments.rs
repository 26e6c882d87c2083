//! The attributes of a derivation, read as what it says.
//!
//! Each attribute is a variable of the builder's environment, as a string; with `__structuredAttrs` they all are one variable in JSON. Some
//! have a meaning besides. What their strings depend on is what the derivation needs.

use std::collections::BTreeSet;

use crate::eval::attrs::{Attr, Attrs};
use crate::eval::coerce::Coercion;
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::{Evaluator, Notice};
use crate::eval::stored::Stored;
use crate::eval::string::{ContextElement, StringBuilder};
use crate::eval::value::Value;
use crate::store::derivation::{Draft, Input};
use crate::store::hash::{Hash, HashAlgorithm, HashFormat};
use crate::store::path::{Ingestion, StorePath};

/// What a derivation's attributes say.
pub(super) enum Reading {
    /// This derivation.
    Draft(Box<Draft>),
    /// Nothing without this experimental feature of Nix.
    Needs(&'static str),
}

/// A list or a path as a string of the environment.
const ENVIRONMENT: Coercion = Coercion {
    more: true,
    copy_paths: true,
};

const OUT: &[u8] = b"out";

/// What is read so far.
struct Reader<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    draft: Draft,
    context: BTreeSet<ContextElement<'a>>,
    /// The structured attributes as JSON, without the closing brace.
    json: Option<StringBuilder<'a>>,
    hash: Option<Vec<u8>>,
    algorithm: Option<HashAlgorithm>,
    ingestion: Option<Ingestion>,
    feature: Option<&'static str>,
}

/// Reads the attributes of the derivation `name`, in the order of their names.
pub(super) fn read<'a>(
    evaluator: &Evaluator<'a>,
    name: &[u8],
    given: &'a Attrs<'a>,
) -> Result<Reading> {
    let says = |flag: &str| match given.value(evaluator.symbol(flag)) {
        Some(value) => evaluator.force_bool(value),
        None => Ok(false),
    };
    let mut reader = Reader {
        evaluator,
        draft: Draft {
            name: name.to_vec(),
            outputs: BTreeSet::from([OUT.to_vec()]),
            ..Draft::default()
        },
        context: BTreeSet::new(),
        json: says("__structuredAttrs")?.then(StringBuilder::default),
        hash: None,
        algorithm: None,
        ingestion: None,
        feature: None,
    };
    let ignores_nulls = says("__ignoreNulls")?;
    for attr in evaluator.ordered(given) {
        let key = evaluator.name(attr.name);
        if key == b"__ignoreNulls" {
            continue;
        }
        let place = evaluator.session.sources.word(attr.place);
        reader.attribute(key, attr, ignores_nulls).frame(
            || {
                let (key, name) = (String::from_utf8_lossy(key), String::from_utf8_lossy(name));
                format!("while evaluating attribute '{key}' of derivation '{name}'")
            },
            place,
        )?;
    }
    reader.finish()
}

impl<'a> Reader<'_, 'a> {
    fn attribute(&mut self, key: &'a [u8], attr: &Attr<'a>, ignores_nulls: bool) -> Result<()> {
        let (evaluator, value) = (self.evaluator, attr.value);
        if ignores_nulls && matches!(evaluator.force(value)?, Value::Null) {
            return Ok(());
        }
        match key {
            b"__contentAddressed" if evaluator.force_bool(value)? => {
                self.feature.get_or_insert("ca-derivations");
                Ok(())
            }
            b"__impure" if evaluator.force_bool(value)? => {
                self.feature.get_or_insert("impure-derivations");
                Ok(())
            }
            b"args" => {
                for argument in evaluator.force_list(value)? {
                    let argument = self.text(*argument)?;
                    self.draft.arguments.push(argument);
                }
                Ok(())
            }
            _ if self.json.is_some() => self.structured(key, attr),
            _ => {
                let text = self.text(value)?;
                self.variable(key, &text)?;
                self.draft.environment.insert(key.to_vec(), text);
                Ok(())
            }
        }
    }

    /// `value` as a string of the environment; what it depends on is written down.
    fn text(&mut self, value: Value<'a>) -> Result<Vec<u8>> {
        let mut builder = StringBuilder::default();
        self.evaluator
            .coerce_into(value, ENVIRONMENT, &mut builder)?;
        let (bytes, context) = builder.finish();
        self.context.extend(context);
        Ok(bytes)
    }

    /// What a variable of the environment means besides.
    fn variable(&mut self, key: &[u8], text: &[u8]) -> Result<()> {
        match key {
            b"builder" => self.draft.builder = text.to_vec(),
            b"system" => self.draft.system = text.to_vec(),
            b"outputHash" => self.hash = Some(text.to_vec()),
            b"outputHashAlgo" => self.algorithm = HashAlgorithm::parse(text).ok(),
            b"outputHashMode" => self.mode(text)?,
            b"outputs" => {
                let names = text.split(|byte| b" \t\n\r".contains(byte));
                self.outputs(names.filter(|name| !name.is_empty()))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// An attribute that goes into the JSON text.
    fn structured(&mut self, key: &'a [u8], attr: &Attr<'a>) -> Result<()> {
        let (evaluator, value) = (self.evaluator, attr.value);
        if key == b"__structuredAttrs" {
            return Ok(());
        }
        if let Some(json) = &mut self.json {
            let separator = if json.bytes.is_empty() { b'{' } else { b',' };
            json.bytes.push(separator);
            evaluator.json_into(json, evaluator.borrowed_string(key))?;
            json.bytes.push(b':');
            evaluator.json_into(json, value)?;
        }
        match key {
            b"builder" => {
                let builder = evaluator.force_string(value)?;
                self.draft.builder = builder.bytes.to_vec();
            }
            b"outputs" => {
                let names = evaluator.force_list(value)?.iter();
                let names = names.map(|name| evaluator.force_plain_string(*name));
                let names: Vec<&[u8]> = names.collect::<Result<_>>()?;
                self.outputs(names.into_iter())?;
            }
            b"system" | b"outputHash" | b"outputHashAlgo" | b"outputHashMode" => {
                self.variable(key, evaluator.force_plain_string(value)?)?;
            }
            b"allowedReferences"
            | b"allowedRequisites"
            | b"disallowedReferences"
            | b"disallowedRequisites"
            | b"maxSize"
            | b"maxClosureSize" => self.warn_of_check(&String::from_utf8_lossy(key), attr),
            _ => {}
        }
        Ok(())
    }

    fn warn_of_check(&self, key: &str, attr: &Attr<'a>) {
        let name = String::from_utf8_lossy(&self.draft.name);
        self.evaluator.tell(Notice {
            is_warning: true,
            text: format!(
                "In a derivation named '{name}', 'structuredAttrs' disables the effect of the derivation attribute '{key}'; use 'outputChecks.<output>.{key}' instead"
            ),
            span: self.evaluator.session.sources.word(attr.place),
        });
    }

    fn mode(&mut self, mode: &[u8]) -> Result<()> {
        match mode {
            b"flat" => self.ingestion = Some(Ingestion::Flat),
            b"recursive" | b"nar" => self.ingestion = Some(Ingestion::Recursive),
            b"text" => {
                self.feature.get_or_insert("dynamic-derivations");
            }
            b"git" => {
                self.feature.get_or_insert("git-hashing");
            }
            mode => {
                return Err(EvalError::type_error(format!(
                    "invalid value '{}' for 'outputHashMode' attribute",
                    String::from_utf8_lossy(mode)
                )));
            }
        }
        Ok(())
    }

    fn outputs<'n>(&mut self, names: impl Iterator<Item = &'n [u8]>) -> Result<()> {
        self.draft.outputs.clear();
        for name in names {
            if name == b"drvPath" {
                return Err(EvalError::type_error(
                    "invalid derivation output name 'drvPath'",
                ));
            }
            if !self.draft.outputs.insert(name.to_vec()) {
                return Err(EvalError::type_error(format!(
                    "duplicate derivation output '{}'",
                    String::from_utf8_lossy(name)
                )));
            }
        }
        if self.draft.outputs.is_empty() {
            return Err(EvalError::type_error(
                "derivation cannot have an empty set of outputs",
            ));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Reading> {
        if let Some(json) = self.json.take() {
            let (mut json, context) = json.finish();
            if json.is_empty() {
                json.push(b'{');
            }
            json.push(b'}');
            self.context.extend(context);
            self.draft.environment.insert(b"__json".to_vec(), json);
        }
        self.dependencies()?;
        for (required, text) in [
            ("builder", &self.draft.builder),
            ("system", &self.draft.system),
        ] {
            if text.is_empty() {
                let text = format!("required attribute '{required}' missing");
                return Err(EvalError::type_error(text));
            }
        }
        if let Some(feature) = self.feature {
            return Ok(Reading::Needs(feature));
        }
        if self.draft.name.ends_with(b".drv") {
            return Err(EvalError::type_error(
                "derivation names are allowed to end in '.drv' only if they produce a single derivation file",
            ));
        }
        if let Some(hash) = self.hash.take() {
            if !self.draft.outputs.iter().eq([OUT]) {
                return Err(EvalError::type_error(
                    "multiple outputs are not supported in fixed-output derivations",
                ));
            }
            let ingestion = self.ingestion.unwrap_or(Ingestion::Flat);
            self.draft.fixed = Some((ingestion, self.expected_hash(&hash)?));
        }
        Ok(Reading::Draft(Box::new(self.draft)))
    }

    /// The hash that the output must have. An empty one is a hash of zeros, with which a build fails and tells the right one.
    fn expected_hash(&self, text: &[u8]) -> Result<Hash> {
        if !text.is_empty() {
            return Hash::parse(text, self.algorithm)
                .map_err(|error| EvalError::type_error(error.to_string()));
        }
        let Some(algorithm) = self.algorithm else {
            return Err(EvalError::type_error(
                "empty hash requires explicit hash algorithm",
            ));
        };
        let hash = Hash::zero(algorithm);
        self.evaluator.tell(Notice {
            is_warning: true,
            text: format!(
                "found empty hash, assuming '{}'",
                hash.spell(HashFormat::Sri)
            ),
            span: self.evaluator.call_span.get(),
        });
        Ok(hash)
    }

    /// Makes what the strings depend on the inputs of the derivation.
    fn dependencies(&mut self) -> Result<()> {
        for element in std::mem::take(&mut self.context) {
            match element {
                ContextElement::Plain(path) => {
                    self.draft.sources.insert(store_path(path)?);
                }
                ContextElement::Output(path, output) => {
                    self.add_input(path, &[output])?;
                }
                ContextElement::AllOutputs(path) => self.with_all_outputs(path)?,
            }
        }
        Ok(())
    }

    /// The derivation at `path` and all that it needs, and the outputs of all derivations among them.
    fn with_all_outputs(&mut self, path: &'a [u8]) -> Result<()> {
        let mut waiting = vec![path];
        let mut seen = BTreeSet::from([path]);
        while let Some(path) = waiting.pop() {
            let references = match self.evaluator.store.borrow().get(path) {
                Some(Stored::Text { references, .. }) => *references,
                Some(Stored::Copy(_)) => &[],
                Some(Stored::Output(_)) | None => return Err(not_here(path)),
            };
            for reference in references {
                if let ContextElement::Plain(reference) = reference
                    && seen.insert(reference)
                {
                    waiting.push(reference);
                }
            }
        }
        for path in seen {
            let store_path = store_path(path)?;
            if store_path.is_derivation() {
                let outputs = match self.evaluator.derivations.borrow().get(path) {
                    Some(derivation) => derivation.outputs.clone(),
                    None => return Err(not_here(path)),
                };
                self.add_input(path, &outputs)?;
            }
            self.draft.sources.insert(store_path);
        }
        Ok(())
    }

    fn add_input(&mut self, path: &[u8], outputs: &[&[u8]]) -> Result<()> {
        let derivations = self.evaluator.derivations.borrow();
        let derivation = derivations.get(path).ok_or_else(|| not_here(path))?;
        if let Some(missing) = outputs
            .iter()
            .find(|output| !derivation.outputs.contains(output))
        {
            return Err(EvalError::type_error(format!(
                "no hash for output '{}' of derivation '{}'",
                String::from_utf8_lossy(missing),
                String::from_utf8_lossy(&self.draft.name),
            )));
        }
        let input = self.draft.inputs.entry(store_path(path)?);
        let input = input.or_insert_with(|| Input {
            hash: derivation.hash.clone(),
            outputs: BTreeSet::new(),
        });
        let outputs = outputs.iter().map(|output| output.to_vec());
        input.outputs.extend(outputs);
        Ok(())
    }
}

fn store_path(path: &[u8]) -> Result<StorePath> {
    let (path, _) =
        StorePath::split(path).map_err(|error| EvalError::type_error(error.to_string()))?;
    Ok(path)
}

/// The error of needing something of the store that this evaluation did not make.
#[cold]
fn not_here(path: &[u8]) -> Box<EvalError> {
    let path = String::from_utf8_lossy(path).into_owned();
    let message = format!("`{path}` is out of reach: it is not on disk");
    EvalError::new(ErrorKind::OutOfReach(path), message)
}
