//! How names and strings are spelled in Nix.

/// Words that are no names.
const KEYWORDS: [&[u8]; 9] = [
    b"if", b"then", b"else", b"assert", b"with", b"let", b"in", b"rec", b"inherit",
];

/// Whether `name` has the letters of a name, keywords among them.
pub fn is_word(name: &[u8]) -> bool {
    let Some((first, rest)) = name.split_first() else {
        return false;
    };
    (first.is_ascii_alphabetic() || *first == b'_')
        && rest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_'-".contains(byte))
}

/// Whether `name` can be written without quotes.
pub fn is_identifier(name: &[u8]) -> bool {
    is_word(name) && !KEYWORDS.contains(&name)
}

/// Appends `text` as a string literal of the value printer, quotes included.
pub fn string_literal_into(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', *byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            b'$' if text.get(index + 1) == Some(&b'{') => out.extend(b"\\$"),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

/// Appends the name of an attribute as the value printer does, with quotes only where they are needed.
pub fn attribute_name_into(out: &mut Vec<u8>, name: &[u8]) {
    if is_identifier(name) {
        out.extend_from_slice(name);
    } else {
        string_literal_into(out, name);
    }
}

/// A name as an attribute path has it: in quotes where it must be.
pub fn attribute(name: &str) -> String {
    spelled(attribute_name_into, name)
}

/// A text as a string literal.
pub fn quoted(text: &str) -> String {
    spelled(string_literal_into, text)
}

/// The names of an attribute path, `a."b.c".d`, without their quotes.
pub fn path_names(path: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut is_quoted = false;
    for character in path.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => names.push(String::new()),
            other => {
                if let Some(last) = names.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    names
}

fn spelled(write: fn(&mut Vec<u8>, &[u8]), text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    write(&mut out, text.as_bytes());
    // Only whole ASCII characters were added.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::path_names;

    #[test]
    fn quotes_keep_dots_together() {
        assert_eq!(path_names("a.\"b.c\".d"), ["a", "b.c", "d"]);
    }
}
