use super::*;
use bstr::BStr;

/// Events in one line, or the error.
fn events(text: &[u8]) -> String {
    let mut shown = String::new();
    for event in Parser::new(text) {
        match event {
            Ok(event) => shown.push_str(&match event.token {
                Token::Null => "null ".to_owned(),
                Token::Bool(value) => format!("{value} "),
                Token::Int(value) => format!("{value} "),
                Token::Float(value) => format!("{value:?}f "),
                Token::String(text) => format!("{:?} ", BStr::new(&text)),
                Token::Key(text) => format!("{:?}: ", BStr::new(&text)),
                Token::BeginList => "[ ".to_owned(),
                Token::EndList => "] ".to_owned(),
                Token::BeginSet => "{ ".to_owned(),
                Token::EndSet => "} ".to_owned(),
            }),
            Err(error) => return error.to_string(),
        }
    }
    shown.trim_end().to_owned()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(events(text.as_bytes()), expected);
}

/// Checks a complaint about the first line.
#[track_caller]
fn check_error(text: impl AsRef<[u8]>, column: usize, expected: &str) {
    check_error_at(text, 1, column, expected);
}

#[track_caller]
fn check_error_at(text: impl AsRef<[u8]>, line: usize, column: usize, expected: &str) {
    let expected = format!(
        "[json.exception.parse_error.101] parse error at line {line}, column {column}: \
         syntax error while parsing {expected}"
    );
    assert_eq!(events(text.as_ref()), expected);
}

#[test]
fn values_nest() {
    check(
        r#" { "b" : 1, "a": [ true, false,null, {"x":{}}, [] ], "": "" } "#,
        r#"{ "b": 1 "a": [ true false null { "x": { } } [ ] ] "": "" }"#,
    );
}

#[test]
fn equal_keys_are_all_told() {
    check(r#"{"a":1,"a":2}"#, r#"{ "a": 1 "a": 2 }"#);
}

#[test]
fn nesting_costs_no_stack() {
    let depth = 1_000_000;
    let text = "[".repeat(depth) + &"]".repeat(depth);
    let events = Parser::new(text.as_bytes());
    assert_eq!(events.filter(Result::is_ok).count(), 2 * depth);
}

#[test]
fn integers_have_64_bits() {
    check("[-0, 12, -1]", "[ 0 12 -1 ]");
    check(
        "[9223372036854775807, -9223372036854775808]",
        "[ 9223372036854775807 -9223372036854775808 ]",
    );
    check(
        "9223372036854775808",
        "unsigned json number 9223372036854775808 outside of Nix integer range",
    );
    check(
        "18446744073709551615",
        "unsigned json number 18446744073709551615 outside of Nix integer range",
    );
}

#[test]
fn other_numbers_are_floats() {
    check(
        "[1.0, 1e5, 1.5E-3, -0.0]",
        "[ 1.0f 100000.0f 0.0015f -0.0f ]",
    );
    check("18446744073709551616", "1.8446744073709552e19f");
    check("-9223372036854775809", "-9.223372036854776e18f");
    check("1e-400", "0.0f");
    check(
        "[-1e400]",
        "[json.exception.out_of_range.406] number overflow parsing '-1e400'",
    );
}

#[test]
fn malformed_numbers_are_refused() {
    check_error(
        "01",
        2,
        "value - unexpected number literal; expected end of input",
    );
    check_error(
        "1.",
        3,
        "value - invalid number; expected digit after '.'; last read: '1.'",
    );
    check_error(".5", 1, "value - invalid literal; last read: '.'");
    check_error(
        "-",
        2,
        "value - invalid number; expected digit after '-'; last read: '-'",
    );
    check_error(
        "1e",
        3,
        "value - invalid number; expected '+', '-', or digit after exponent; last read: '1e'",
    );
    check_error(
        "1e+x",
        4,
        "value - invalid number; expected digit after exponent sign; last read: '1e+x'",
    );
    check_error("+1", 1, "value - invalid literal; last read: '+'");
}

#[test]
fn strings_are_borrowed_unless_they_have_escapes() {
    let strings: Vec<_> = Parser::new(br#"["plain \u00e9", "plain"]"#)
        .filter_map(|event| match event.unwrap().token {
            Token::String(text) => Some(text),
            _ => None,
        })
        .collect();
    assert!(matches!(
        strings.as_slice(),
        [Cow::Owned(_), Cow::Borrowed(b"plain")]
    ));
}

#[test]
fn escapes_stand_for_characters() {
    check(
        r#""\/\b\f\n\r\t\"\\ \u00e9\u20AC \ud83d\ude00.""#,
        r#""/\x08\x0c\n\r\t\"\\ é€ 😀.""#,
    );
    check_error(
        r#""\ud800x""#,
        8,
        "value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; \
         last read: '\"\\ud800x'",
    );
    check_error(
        r#""\udc00""#,
        7,
        "value - invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF; \
         last read: '\"\\udc00'",
    );
    check_error(
        r#""\u12g4""#,
        6,
        "value - invalid string: '\\u' must be followed by 4 hex digits; last read: '\"\\u12g'",
    );
    check_error(
        r#""\q""#,
        3,
        "value - invalid string: forbidden character after backslash; last read: '\"\\q'",
    );
}

#[test]
fn control_characters_must_be_escaped() {
    check_error_at(
        "\"a\nb\"",
        2,
        0,
        "value - invalid string: control character U+000A (LF) must be escaped to \\u000A or \\n; \
         last read: '\"a<U+000A>'",
    );
    check_error(
        "\"\u{1f}\"",
        2,
        "value - invalid string: control character U+001F (US) must be escaped to \\u001F; \
         last read: '\"<U+001F>'",
    );
    check("\"\u{7f}\"", "\"\\x7f\"");
}

#[test]
fn null_bytes_make_no_string() {
    let complaint = "cannot be represented as Nix string because it contains null bytes";
    check(
        r#"["a\u0000b"]"#,
        &format!("input string 'a␀b' {complaint}"),
    );
    check(r#"{"\u0000": 1}"#, &format!("input string '␀' {complaint}"));
}

#[test]
fn text_is_utf8() {
    check("\"é€😀\"", "\"é€😀\"");
    for (text, column) in [
        (&b"\"\xff\""[..], 2),
        (b"\"\xc3\"", 3),
        (b"\"\xc0\x80\"", 2),
        (b"\"\xe2\x82\"", 4),
        (b"\"\xe2\x82", 4),
        (b"\"\xed\xa0\x80\"", 3),
        (b"\"\xf4\x90\x80\x80\"", 3),
    ] {
        let shown = events(text);
        let expected = format!(
            "[json.exception.parse_error.101] parse error at line 1, column {column}: \
             syntax error while parsing value - invalid string: ill-formed UTF-8 byte; last read: "
        );
        assert!(shown.starts_with(&expected), "{shown}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    check("\u{feff}1", "1");
    check_error(
        "\u{feff}",
        4,
        "value - unexpected end of input; expected '[', '{', or a literal",
    );
}

#[test]
fn words_in_the_wrong_place_are_refused() {
    let any = "expected '[', '{', or a literal";
    check_error(" ", 2, &format!("value - unexpected end of input; {any}"));
    check_error("[1,]", 4, &format!("value - unexpected ']'; {any}"));
    check_error("{\"a\":}", 6, &format!("value - unexpected '}}'; {any}"));
    check_error(
        "1 2",
        3,
        "value - unexpected number literal; expected end of input",
    );
    check_error_at(
        "1 2\n",
        1,
        0,
        "value - unexpected number literal; expected end of input",
    );
    check_error("[1", 3, "array - unexpected end of input; expected ']'");
    check_error(
        "[1 \"a\"",
        6,
        "array - unexpected string literal; expected ']'",
    );
    check_error(
        "{\"a\":1 true",
        11,
        "object - unexpected true literal; expected '}'",
    );
    check_error(
        "{",
        2,
        "object key - unexpected end of input; expected string literal",
    );
    check_error(
        "{1:2}",
        2,
        "object key - unexpected number literal; expected string literal",
    );
    check_error(
        "{\"a\":1,}",
        8,
        "object key - unexpected '}'; expected string literal",
    );
    check_error(
        "{\"a\"}",
        5,
        "object separator - unexpected '}'; expected ':'",
    );
    check_error(
        "{\\",
        2,
        "object key - invalid literal; last read: '{\\'; expected string literal",
    );
}

#[test]
fn complaints_show_what_was_read_since_the_last_number_or_string() {
    check_error(
        "[1, tru]",
        8,
        "value - invalid literal; last read: '1, tru]'",
    );
    check_error_at(
        "[\"a\",\n tru]",
        2,
        5,
        "value - invalid literal; last read: '\"a\",<U+000A> tru]'",
    );
}

#[test]
fn an_empty_text_is_refused() {
    check(
        "",
        "[json.exception.parse_error.101] parse error at line 1, column 1: attempting to parse an \
         empty input; check that your input string or stream contains the expected JSON",
    );
}

#[test]
fn events_know_their_places() {
    let text = r#"{ "key" : [ 12, "é" ] }"#;
    let places: Vec<_> = Parser::new(text.as_bytes())
        .map(|event| event.unwrap())
        .map(|event| &text[event.start..event.end])
        .collect();
    assert_eq!(places, ["{", r#""key""#, "[", "12", r#""é""#, "]", "}"]);
}

#[test]
fn errors_know_their_places() {
    let error = |text: &str| {
        let error = Parser::new(text.as_bytes()).find_map(Result::err).unwrap();
        (text[error.start..error.end].to_owned(), error.message())
    };
    let (place, message) = error("[1, nil]");
    assert_eq!(place, "ni");
    assert_eq!(
        message,
        "syntax error while parsing value - invalid literal; last read: '1, ni'"
    );
    assert_eq!(error("[1, 2 x]").0, "x");
    assert_eq!(error("[1e999]").0, "1e999");
}

#[test]
fn nothing_follows_an_error() {
    let mut parser = Parser::new(b"[x]");
    assert!(matches!(parser.next(), Some(Ok(_))));
    assert!(matches!(parser.next(), Some(Err(_))));
    assert!(parser.next().is_none());
}
