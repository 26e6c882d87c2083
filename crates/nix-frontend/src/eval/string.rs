//! Strings: bytes with a context.

use std::fmt;

/// A string's bytes and its context.
#[derive(Clone, Copy)]
pub struct Str<'a> {
    /// The bytes. Those of a literal without escapes lie in the file's own text, which is how a string is traced back to its place.
    pub bytes: &'a [u8],
    /// What of the store the string speaks of: sorted, each once, mostly nothing.
    pub context: Context<'a>,
}

/// The store objects that a string depends on.
pub type Context<'a> = &'a [ContextElement<'a>];

/// One store object that a string depends on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ContextElement<'a> {
    /// A store path as it is.
    Plain(&'a [u8]),
    /// A derivation with all its outputs.
    AllOutputs(&'a [u8]),
    /// One output of a derivation: path, output.
    Output(&'a [u8], &'a [u8]),
}

impl fmt::Display for ContextElement<'_> {
    /// As Nix writes it in messages: the file name, after `=` for all outputs, after `!out!` for the output `out`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |path: &[u8]| {
            let name = path.rsplit(|byte| *byte == b'/').next();
            String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
        };
        match self {
            ContextElement::Plain(path) => write!(formatter, "{}", name(path)),
            ContextElement::AllOutputs(path) => write!(formatter, "={}", name(path)),
            ContextElement::Output(path, output) => {
                let output = String::from_utf8_lossy(output);
                write!(formatter, "!{output}!{}", name(path))
            }
        }
    }
}

impl<'a> Str<'a> {
    /// A string without context.
    pub fn plain(bytes: &'a [u8]) -> Str<'a> {
        Str {
            bytes,
            context: &[],
        }
    }

    /// The text, invalid UTF-8 replaced; for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }
}

/// A string under construction.
#[derive(Default)]
pub struct StringBuilder<'a> {
    /// The bytes so far.
    pub bytes: Vec<u8>,
    context: Vec<ContextElement<'a>>,
}

impl<'a> StringBuilder<'a> {
    /// A builder that writes into a buffer which is empty.
    pub(crate) fn in_buffer(bytes: Vec<u8>) -> StringBuilder<'a> {
        StringBuilder {
            bytes,
            context: vec![],
        }
    }

    /// Appends a string with its context.
    pub fn push(&mut self, string: &Str<'a>) {
        self.bytes.extend_from_slice(string.bytes);
        self.add_context(string.context);
    }

    /// Takes over the context of a string.
    pub fn add_context(&mut self, context: &[ContextElement<'a>]) {
        self.context.extend_from_slice(context);
    }

    /// The bytes, and the context sorted and without repetition.
    pub fn finish(mut self) -> (Vec<u8>, Vec<ContextElement<'a>>) {
        self.context.sort_unstable();
        self.context.dedup();
        (self.bytes, self.context)
    }
}
