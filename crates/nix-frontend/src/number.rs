//! Numbers as Nix reads and writes them.
//!
//! Nix writes a float in three ways: `toString` gives six decimals, the value printer (and `toXML`) six significant
//! digits, and JSON as many digits as it takes to read the same number again.

use std::fmt::Write;

/// Reads an integer literal of the language: decimal digits; `None` when 64 bits with a sign can't hold it.
pub fn parse_integer(literal: &str) -> Option<i64> {
    if !literal.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    literal.parse().ok()
}

/// Reads a float literal of the language, such as `1.`, `.5` or `1.5e-3`; `None` when it is no float that Nix takes.
///
/// Nix refuses a literal that is too large for a float, and one so small that digits are lost.
pub fn parse_float(literal: &str) -> Option<f64> {
    if !literal.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let number: f64 = literal.parse().ok()?;
    let mantissa = literal.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    (is_zero || number.is_normal()).then_some(number)
}

/// Room for the digits of an integer.
#[derive(Default)]
pub(crate) struct Digits([u8; 20]);

impl Digits {
    /// The integer in decimal, with its sign.
    pub(crate) fn of(&mut self, number: i64) -> &[u8] {
        let mut rest = number.unsigned_abs();
        let mut start = self.0.len();
        for digit in self.0.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            start -= 1;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            start -= 1;
            if let Some(sign) = self.0.get_mut(start) {
                *sign = b'-';
            }
        }
        self.0.get(start..).unwrap_or_default()
    }
}

/// A float as `toString` writes it: `1.500000`.
pub fn float_to_string(number: f64) -> String {
    if !number.is_finite() {
        return non_finite(number).to_owned();
    }
    format!("{number:.6}")
}

/// A float as the value printer writes it, with up to six significant digits: `1.5`, `1e+10`, `3`.
pub fn print_float(number: f64) -> String {
    if !number.is_finite() {
        return non_finite(number).to_owned();
    }
    let scientific = format!("{number:.5e}");
    let (mantissa, exponent) = split_exponent(&scientific);
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or_default();
        return trim_decimals(&format!("{number:.decimals$}")).to_owned();
    }
    let mut text = trim_decimals(mantissa).to_owned();
    push_exponent(&mut text, exponent);
    text
}

/// A float as `toJSON` writes it: the fewest digits that read as the same number, always told from an integer (`1.0`);
/// `null` for what JSON has no number for.
pub fn float_to_json(number: f64) -> String {
    if !number.is_finite() {
        return "null".to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = split_exponent(&scientific);
    if !(-4..15).contains(&exponent) {
        let mut text = mantissa.to_owned();
        push_exponent(&mut text, exponent);
        return text;
    }
    let mut text = number.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

fn non_finite(number: f64) -> &'static str {
    match (number.is_nan(), number.is_sign_negative()) {
        (true, false) => "nan",
        (true, true) => "-nan",
        (false, false) => "inf",
        (false, true) => "-inf",
    }
}

fn split_exponent(scientific: &str) -> (&str, i32) {
    match scientific.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().unwrap_or_default()),
        None => (scientific, 0),
    }
}

fn push_exponent(text: &mut String, exponent: i32) {
    let sign = if exponent < 0 { '-' } else { '+' };
    // Writing to a string never fails.
    let _ = write!(text, "e{sign}{:02}", exponent.unsigned_abs());
}

fn trim_decimals(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_the_digits_of_rust() {
        for number in [0, 7, -7, 10, 99, -100, 12_345, i64::MAX, i64::MIN] {
            assert_eq!(Digits::default().of(number), number.to_string().as_bytes());
        }
    }

    #[test]
    fn integers_have_64_bits() {
        assert_eq!(parse_integer("0012"), Some(12));
        assert_eq!(parse_integer("9223372036854775807"), Some(i64::MAX));
        assert_eq!(parse_integer("9223372036854775808"), None);
        assert_eq!(parse_integer("+1"), None);
        assert_eq!(parse_integer(""), None);
    }

    #[test]
    fn float_literals_may_lack_a_side() {
        assert_eq!(parse_float("1."), Some(1.0));
        assert_eq!(parse_float(".5"), Some(0.5));
        assert_eq!(parse_float("1.e5"), Some(100_000.0));
        assert_eq!(parse_float("1.5E+3"), Some(1500.0));
        assert_eq!(parse_float("0.0e-400"), Some(0.0));
        assert_eq!(parse_float("inf"), None);
        assert_eq!(parse_float("."), None);
    }

    #[test]
    fn floats_beyond_the_range_are_refused() {
        for literal in ["1.0e400", "1.0e-320", "1.0e-400"] {
            assert_eq!(parse_float(literal), None, "{literal}");
        }
    }

    #[test]
    fn to_string_gives_six_decimals() {
        for (number, expected) in [
            (1.5, "1.500000"),
            (1e20, "100000000000000000000.000000"),
            (0.0078125, "0.007812"),
            (0.0234375, "0.023438"),
            (1e-7, "0.000000"),
            (-0.0, "-0.000000"),
            (123456.7890125, "123456.789012"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float_to_string(number), expected);
        }
    }

    #[test]
    fn the_printer_gives_six_digits() {
        for (number, expected) in [
            (1.5, "1.5"),
            (1e10, "1e+10"),
            (1e100, "1e+100"),
            (0.1, "0.1"),
            (123456789.0, "1.23457e+08"),
            (1e-7, "1e-07"),
            (100000.0, "100000"),
            (1000000.0, "1e+06"),
            (999999.5, "1e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (0.000099999951, "0.0001"),
            (1.23456789, "1.23457"),
            (3.0, "3"),
            (-0.0, "-0"),
            (1.5e300, "1.5e+300"),
        ] {
            assert_eq!(print_float(number), expected);
        }
    }

    #[test]
    fn json_gives_the_shortest_digits() {
        for (number, expected) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1.5, "1.5"),
            (0.1, "0.1"),
            (0.30000000000000004, "0.30000000000000004"),
            (123456789.0, "123456789.0"),
            (1e14, "100000000000000.0"),
            (1e15, "1e+15"),
            (1e20, "1e+20"),
            (1.25e100, "1.25e+100"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (0.000012345, "1.2345e-05"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ] {
            assert_eq!(float_to_json(number), expected);
        }
    }
}
