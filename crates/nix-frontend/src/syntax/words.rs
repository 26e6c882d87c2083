//! The parser's names of tokens in our words.

use rnix::SyntaxKind;

/// A list of kinds of which one is expected.
pub(super) fn words(kinds: &[SyntaxKind]) -> String {
    const EXPRESSION: &[SyntaxKind] = &[
        SyntaxKind::TOKEN_L_PAREN,
        SyntaxKind::TOKEN_REC,
        SyntaxKind::TOKEN_STRING_START,
    ];
    if EXPRESSION.iter().all(|kind| kinds.contains(kind)) {
        return "an expression".to_owned();
    }
    let mut words: Vec<&str> = kinds.iter().filter_map(|kind| word(*kind)).collect();
    if kinds.contains(&SyntaxKind::TOKEN_IDENT) {
        words.retain(|word| *word != "`or`");
    }
    match words.split_last() {
        None => "something else".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn word(kind: SyntaxKind) -> Option<&'static str> {
    Some(match kind {
        SyntaxKind::TOKEN_SEMICOLON => "`;`",
        SyntaxKind::TOKEN_ASSIGN => "`=`",
        SyntaxKind::TOKEN_COLON => "`:`",
        SyntaxKind::TOKEN_COMMA => "`,`",
        SyntaxKind::TOKEN_DOT => "`.`",
        SyntaxKind::TOKEN_AT => "`@`",
        SyntaxKind::TOKEN_ELLIPSIS => "`...`",
        SyntaxKind::TOKEN_QUESTION => "`?`",
        SyntaxKind::TOKEN_L_BRACE => "`{`",
        SyntaxKind::TOKEN_R_BRACE | SyntaxKind::TOKEN_INTERPOL_END => "`}`",
        SyntaxKind::TOKEN_L_BRACK => "`[`",
        SyntaxKind::TOKEN_R_BRACK => "`]`",
        SyntaxKind::TOKEN_L_PAREN => "`(`",
        SyntaxKind::TOKEN_R_PAREN => "`)`",
        SyntaxKind::TOKEN_INTERPOL_START => "`${`",
        SyntaxKind::TOKEN_STRING_START => "a string",
        SyntaxKind::TOKEN_STRING_CONTENT => "text",
        SyntaxKind::TOKEN_STRING_END => "the end of the string",
        SyntaxKind::TOKEN_IDENT => "a name",
        SyntaxKind::TOKEN_OR => "`or`",
        SyntaxKind::TOKEN_IN => "`in`",
        SyntaxKind::TOKEN_INHERIT => "`inherit`",
        SyntaxKind::TOKEN_THEN => "`then`",
        SyntaxKind::TOKEN_ELSE => "`else`",
        SyntaxKind::TOKEN_IF => "`if`",
        SyntaxKind::TOKEN_LET => "`let`",
        SyntaxKind::TOKEN_REC => "`rec`",
        SyntaxKind::TOKEN_WITH => "`with`",
        SyntaxKind::TOKEN_ASSERT => "`assert`",
        _ => return None,
    })
}
