//! `lib.network`: addresses of the Internet Protocol.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::strings::numbers::to_int;
use crate::functions::strings::split_at_each;
use crate::functions::tools::{set_of, text, throw};
use crate::functions::trivial::from_hex_string;

/// The functions of `lib.network.ipv6`.
pub const IPV6: &[Spec] = &[
    Spec::new("fromString", 1, from_string),
    Spec::new("mkEUI64Suffix", 1, eui64_suffix),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let ipv6 = evaluator.lazy(|evaluator| Ok(set_of(evaluator, IPV6)));
    vec![("ipv6", ipv6)]
}

const BITS: i64 = 128;
const PIECES: usize = 8;

/// An address with or without the length of its prefix.
fn from_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let address = evaluator.lazy(move |evaluator| {
        let whole = text(evaluator, given)?.bytes;
        match split_at_each(whole, b"/").as_slice() {
            [_] => {
                let bytes = evaluator.force_string(given)?.bytes;
                address(evaluator, bytes)
            }
            [bytes, _] => address(evaluator, bytes),
            _ => Err(throw(format!(
                "{} is not a valid IPv6 address in CIDR notation",
                shown(whole)
            ))),
        }
    });
    let length = evaluator.lazy(move |evaluator| {
        let whole = text(evaluator, given)?.bytes;
        match split_at_each(whole, b"/").as_slice() {
            [_] => Ok(Value::Int(BITS)),
            [_, length] => prefix_length(evaluator, whole, length),
            _ => Err(throw(format!(
                "{} is not a valid IPv6 address in CIDR notation",
                shown(whole)
            ))),
        }
    });
    Ok(evaluator.attrs_from([("address", address), ("prefixLength", length)]))
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn prefix_length<'a>(evaluator: &Evaluator<'a>, whole: &[u8], length: &[u8]) -> Result<Value<'a>> {
    let length = to_int(evaluator, &[evaluator.string(length)])?;
    let length = evaluator.force_int(length)?;
    if (1..=BITS).contains(&length) {
        return Ok(Value::Int(length));
    }
    Err(throw(format!(
        "{} IPv6 subnet should be in range [1;{BITS}], got {length}",
        shown(whole)
    )))
}

/// The address with all of its pieces, in lower case and without leading zeros.
fn address<'a>(evaluator: &Evaluator<'a>, bytes: &[u8]) -> Result<Value<'a>> {
    let mut pieces = vec![];
    for piece in expanded(bytes)? {
        let number = from_hex_string(evaluator, &[evaluator.string(piece)])?;
        let number = evaluator.force_int(number)?;
        if u16::try_from(number).is_err() {
            return Err(throw(format!(
                "0x{} is not a valid u16 integer",
                shown(piece)
            )));
        }
        pieces.push(format!("{number:x}"));
    }
    Ok(evaluator.string(pieces.join(":")))
}

/// The pieces of an address, with zeros for `::`.
fn expanded(address: &[u8]) -> Result<Vec<&[u8]>> {
    let is_known = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    if address.is_empty() || !address.iter().all(is_known) {
        return Err(throw(format!(
            "{} contains malformed characters for IPv6 address",
            shown(address)
        )));
    }
    let all = split_at_each(address, b":");
    let given = all.iter().filter(|piece| !piece.is_empty()).count();
    let has_gap = address.windows(2).any(|pair| pair == b"::");
    let at_edge = address.starts_with(b"::") || address.ends_with(b"::");
    let empty = match (address == b"::", has_gap, at_edge) {
        (true, ..) => return Ok(vec![&b"0"[..]; PIECES]),
        (_, true, true) => 2,
        (_, true, false) => 1,
        _ => 0,
    };
    let is_full = if has_gap {
        given < PIECES
    } else {
        given == PIECES
    };
    if all.len() - given != empty || !is_full {
        let address = shown(address);
        return Err(throw(format!("{address} is not a valid IPv6 address")));
    }
    let gap = all.iter().position(|piece| piece.is_empty());
    let mut pieces: Vec<&[u8]> = all.into_iter().filter(|piece| !piece.is_empty()).collect();
    if let Some(gap) = gap {
        pieces.splice(gap..gap, std::iter::repeat_n(&b"0"[..], PIECES - given));
    }
    Ok(pieces)
}

const OCTETS: usize = 6;

/// The second half of the address that a network card of this hardware address gives itself.
fn eui64_suffix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    const UNIVERSAL: u16 = 0x200;
    let [given] = take(arguments)?;
    let given = evaluator.force_string(given)?;
    let Some([first, second, third, fourth, fifth, sixth]) = octets(given.bytes) else {
        return Err(throw(format!(
            "\"{}\" is not a valid MAC address (expected 6 octets of hex digits)",
            given.text()
        )));
    };
    let head = u16::from_be_bytes([first, second]) ^ UNIVERSAL;
    Ok(evaluator.string(format!(
        "{head:x}:{third:02x}ff:fe{fourth:02x}:{fifth:02x}{sixth:02x}"
    )))
}

/// The octets of a hardware address; between two of them a dash, a colon, a full stop or nothing.
fn octets(address: &[u8]) -> Option<[u8; OCTETS]> {
    let mut octets = [0; OCTETS];
    let mut rest = address;
    for (at, octet) in octets.iter_mut().enumerate() {
        if let ([b'-' | b':' | b'.', behind @ ..], true) = (rest, at > 0) {
            rest = behind;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        *octet = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        rest = behind;
    }
    rest.is_empty().then_some(octets)
}
