//! Hashes: their algorithms, making them, and the four ways of spelling one.
//!
//! A hash is written in base 16, in Nix's own base 32, in base 64, or as SRI (`sha256-…=`). When read, the prefix names the
//! algorithm (`sha256:` or, for SRI, `sha256-`) and the length tells the base.

use std::fmt;

use bstr::BStr;
use md5::Md5;
use sha1::Sha1;
use sha2::digest::DynDigest;
use sha2::{Sha256, Sha512};

/// The hash algorithms that Nix has without experimental features.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashAlgorithm {
    /// 16 bytes.
    Md5,
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 64 bytes.
    Sha512,
}

impl HashAlgorithm {
    /// The algorithm of that name.
    pub fn parse(name: &[u8]) -> Result<HashAlgorithm, HashError> {
        match name {
            b"md5" => Ok(HashAlgorithm::Md5),
            b"sha1" => Ok(HashAlgorithm::Sha1),
            b"sha256" => Ok(HashAlgorithm::Sha256),
            b"sha512" => Ok(HashAlgorithm::Sha512),
            b"blake3" => Err(HashError::Experimental("blake3-hashes")),
            _ => Err(HashError::UnknownAlgorithm(name.to_vec())),
        }
    }

    /// Its name: `sha256`.
    pub fn name(self) -> &'static str {
        match self {
            HashAlgorithm::Md5 => "md5",
            HashAlgorithm::Sha1 => "sha1",
            HashAlgorithm::Sha256 => "sha256",
            HashAlgorithm::Sha512 => "sha512",
        }
    }

    /// The bytes of its hashes.
    pub fn size(self) -> usize {
        match self {
            HashAlgorithm::Md5 => 16,
            HashAlgorithm::Sha1 => 20,
            HashAlgorithm::Sha256 => 32,
            HashAlgorithm::Sha512 => 64,
        }
    }
}

/// A way of spelling a hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashFormat {
    /// Lower-case hexadecimal digits.
    Base16,
    /// Nix's own base 32: the last bits first, without the letters `e`, `o`, `u` and `t`.
    Nix32,
    /// The usual base 64 with padding.
    Base64,
    /// The algorithm, a dash and base 64, as in HTML's `integrity`.
    Sri,
}

impl HashFormat {
    /// The format of that name; `base32` is an old name of `nix32`.
    pub fn parse(name: &[u8]) -> Result<HashFormat, HashError> {
        match name {
            b"base16" => Ok(HashFormat::Base16),
            b"nix32" | b"base32" => Ok(HashFormat::Nix32),
            b"base64" => Ok(HashFormat::Base64),
            b"sri" => Ok(HashFormat::Sri),
            _ => Err(HashError::UnknownFormat(name.to_vec())),
        }
    }

    fn name(self) -> &'static str {
        match self {
            HashFormat::Base16 => "base16",
            HashFormat::Nix32 => "nix32",
            HashFormat::Base64 => "Base64",
            HashFormat::Sri => "SRI",
        }
    }
}

/// Why a hash can't be read; shown in Nix's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HashError {
    /// No algorithm has this name.
    UnknownAlgorithm(Vec<u8>),
    /// No format has this name.
    UnknownFormat(Vec<u8>),
    /// It would take this experimental feature.
    Experimental(&'static str),
    /// Neither the text nor its context names the algorithm.
    NoAlgorithm(Vec<u8>),
    /// The text names another algorithm than the wanted one.
    WrongAlgorithm(Vec<u8>, HashAlgorithm),
    /// The text has no length that a hash of the algorithm may have.
    WrongLength(Vec<u8>, HashAlgorithm),
    /// The digits don't spell a hash.
    Invalid {
        /// The format whose digits were expected.
        format: HashFormat,
        /// The digits.
        digits: Vec<u8>,
        /// How many bytes they spell, 0 if they spell none.
        length: usize,
        /// How many bytes the algorithm has.
        expected: usize,
    },
}

impl fmt::Display for HashError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HashError::UnknownAlgorithm(name) => write!(
                formatter,
                "unknown hash algorithm '{}', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'",
                BStr::new(name)
            ),
            HashError::UnknownFormat(name) => write!(
                formatter,
                "unknown hash format '{}', expect 'base16', 'base32', 'base64', or 'sri'",
                BStr::new(name)
            ),
            HashError::Experimental(feature) => write!(
                formatter,
                "experimental Nix feature '{feature}' is disabled; \
                 add '--extra-experimental-features {feature}' to enable it"
            ),
            HashError::NoAlgorithm(text) => write!(
                formatter,
                "hash '{}' does not include a type, nor is the type otherwise known from context",
                BStr::new(text)
            ),
            HashError::WrongAlgorithm(text, algorithm) => write!(
                formatter,
                "hash '{}' should have type '{}'",
                BStr::new(text),
                algorithm.name()
            ),
            HashError::WrongLength(digits, algorithm) => write!(
                formatter,
                "hash '{}' has wrong length for hash algorithm '{}'",
                BStr::new(digits),
                algorithm.name()
            ),
            HashError::Invalid {
                format,
                digits,
                length,
                expected,
            } => write!(
                formatter,
                "invalid {} hash '{}', length {length} != expected length {expected}",
                format.name(),
                BStr::new(digits)
            ),
        }
    }
}

impl std::error::Error for HashError {}

/// A hash and the algorithm that made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hash {
    algorithm: HashAlgorithm,
    bytes: Vec<u8>,
}

impl Hash {
    /// The hash of `bytes`.
    pub fn of(algorithm: HashAlgorithm, bytes: &[u8]) -> Hash {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    /// Nothing but zero bytes, which stands for a hash that is not known yet.
    pub fn zero(algorithm: HashAlgorithm) -> Hash {
        Hash {
            algorithm,
            bytes: vec![0; algorithm.size()],
        }
    }

    /// Reads a hash in any format, as `builtins.convertHash` does.
    ///
    /// The algorithm comes from the text or from `algorithm`; where both name one they must agree.
    pub fn parse(text: &[u8], algorithm: Option<HashAlgorithm>) -> Result<Hash, HashError> {
        let (prefix, digits, is_sri) = split_prefix(text);
        let named = prefix.map(HashAlgorithm::parse).transpose()?;
        let algorithm = match (named, algorithm) {
            (None, None) => return Err(HashError::NoAlgorithm(text.to_vec())),
            (Some(named), Some(wanted)) if named != wanted => {
                return Err(HashError::WrongAlgorithm(text.to_vec(), wanted));
            }
            (Some(algorithm), _) | (None, Some(algorithm)) => algorithm,
        };
        let format = if is_sri {
            HashFormat::Sri
        } else {
            format_of_length(digits, algorithm)?
        };
        let bytes = match format {
            HashFormat::Base16 => decode_base16(digits),
            HashFormat::Nix32 => decode_nix32(digits),
            HashFormat::Base64 | HashFormat::Sri => decode_base64(digits),
        };
        let bytes = bytes.unwrap_or_default();
        if bytes.len() != algorithm.size() {
            return Err(HashError::Invalid {
                format,
                digits: digits.to_vec(),
                length: bytes.len(),
                expected: algorithm.size(),
            });
        }
        Ok(Hash { algorithm, bytes })
    }

    /// The algorithm that made it.
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The bare bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digits in `format`; only SRI names the algorithm as well.
    pub fn spell(&self, format: HashFormat) -> String {
        match format {
            HashFormat::Base16 => encode_base16(&self.bytes),
            HashFormat::Nix32 => encode_nix32(&self.bytes),
            HashFormat::Base64 => encode_base64(&self.bytes),
            HashFormat::Sri => {
                format!("{}-{}", self.algorithm.name(), encode_base64(&self.bytes))
            }
        }
    }

    /// The algorithm, a colon and the digits in base 16.
    pub fn spell_with_algorithm(&self) -> String {
        format!("{}:{}", self.algorithm.name(), encode_base16(&self.bytes))
    }
}

/// Makes a hash of bytes that come in pieces.
pub struct Hasher {
    algorithm: HashAlgorithm,
    digest: Box<dyn DynDigest>,
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: HashAlgorithm) -> Hasher {
        let digest: Box<dyn DynDigest> = match algorithm {
            HashAlgorithm::Md5 => Box::new(Md5::default()),
            HashAlgorithm::Sha1 => Box::new(Sha1::default()),
            HashAlgorithm::Sha256 => Box::new(Sha256::default()),
            HashAlgorithm::Sha512 => Box::new(Sha512::default()),
        };
        Hasher { algorithm, digest }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    /// The hash of all bytes that were taken in.
    pub fn finish(self) -> Hash {
        Hash {
            algorithm: self.algorithm,
            bytes: self.digest.finalize().into_vec(),
        }
    }
}

fn split_prefix(text: &[u8]) -> (Option<&[u8]>, &[u8], bool) {
    for (separator, is_sri) in [(b':', false), (b'-', true)] {
        if let Some(at) = text.iter().position(|byte| *byte == separator) {
            let (prefix, digits) = text.split_at(at);
            return (Some(prefix), digits.get(1..).unwrap_or_default(), is_sri);
        }
    }
    (None, text, false)
}

fn format_of_length(digits: &[u8], algorithm: HashAlgorithm) -> Result<HashFormat, HashError> {
    let (length, size) = (digits.len(), algorithm.size());
    if length == size * 2 {
        Ok(HashFormat::Base16)
    } else if length == nix32_length(size) {
        Ok(HashFormat::Nix32)
    } else if length == size.div_ceil(3) * 4 {
        Ok(HashFormat::Base64)
    } else {
        Err(HashError::WrongLength(digits.to_vec(), algorithm))
    }
}

fn encode_base16(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(digit).collect()
}

fn decode_base16(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| Some(char::from(digit).to_digit(16)? as u8);
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(value(*high)? << 4 | value(*low)?),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

const NIX32: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

fn nix32_length(size: usize) -> usize {
    (size * 8).div_ceil(5)
}

/// The bytes in Nix's base 32, which takes five bits at a time from the end.
pub(super) fn encode_nix32(bytes: &[u8]) -> String {
    let byte = |index: usize| u16::from(bytes.get(index).copied().unwrap_or_default());
    let digit = |position: usize| {
        let (index, shift) = (position * 5 / 8, position * 5 % 8);
        let bits = (byte(index + 1) << 8 | byte(index)) >> shift;
        char::from(NIX32[usize::from(bits & 0x1f)])
    };
    (0..nix32_length(bytes.len())).rev().map(digit).collect()
}

fn decode_nix32(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; digits.len() * 5 / 8];
    for (position, digit) in digits.iter().rev().enumerate() {
        let value = NIX32.iter().position(|known| known == digit)? as u16;
        let (index, shift) = (position * 5 / 8, position * 5 % 8);
        let [low, high] = (value << shift).to_le_bytes();
        for (index, bits) in [(index, low), (index + 1, high)] {
            match bytes.get_mut(index) {
                Some(byte) => *byte |= bits,
                None if bits == 0 => {}
                None => bytes.resize(index + 1, bits),
            }
        }
    }
    Some(bytes)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let value = bits >> (18 - 6 * place) & 0x3f;
            text.push(if place <= chunk.len() {
                char::from(BASE64[value as usize])
            } else {
                '='
            });
        }
    }
    text
}

fn decode_base64(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for digit in digits.iter().take_while(|digit| **digit != b'=') {
        if *digit == b'\n' {
            continue;
        }
        bits = bits << 6 | BASE64.iter().position(|known| known == digit)? as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
