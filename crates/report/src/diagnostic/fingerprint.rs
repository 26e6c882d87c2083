//! Names for findings that stay when lines move.

use std::collections::HashMap;

use source::Diagnostic;

use super::located::Located;
use crate::place::Places;

/// Names the findings of one report: by code, file and headline, and counted where these are the same.
#[derive(Default)]
pub(crate) struct Fingerprints {
    seen: HashMap<u64, u32>,
}

impl Fingerprints {
    /// The next finding's name: 16 hexadecimal digits.
    pub fn next(&mut self, diagnostic: &Diagnostic, places: Places<'_>) -> String {
        let place = diagnostic
            .primary()
            .and_then(|span| Located::new(places, span));
        let path = place.map_or_else(String::new, |place| place.path(places));
        let parts = [diagnostic.code, &path, without_place(&diagnostic.message)];
        let hash = parts.iter().fold(OFFSET, |hash, part| mix(hash, part));
        let count = self.seen.entry(hash).or_default();
        *count += 1;
        match *count {
            1 => format!("{hash:016x}"),
            count => format!("{:016x}", mix(hash, &count.to_string())),
        }
    }
}

/// A headline without the place that it ends with, as somebody may throw it: `… defined at /flake.nix:3:5`.
fn without_place(message: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let parts = message.rsplit_once(':').and_then(|(before, column)| {
        let (before, line) = before.rsplit_once(':')?;
        (is_number(line) && is_number(column)).then_some(before)
    });
    let head = parts.and_then(|before| before.rsplit_once(" at "));
    head.map_or(message, |(head, _)| head)
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// FNV-1a over the bytes and a zero that ends them: the same for every release and machine.
fn mix(hash: u64, text: &str) -> u64 {
    let bytes = text.bytes().chain(std::iter::once(0));
    bytes.fold(hash, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}
