//! What an input asks for: a command behind a colon, bindings, or an expression.

use nix_frontend::syntax::input::{Input, input};
use source::suggest;

/// What an input asks for. The texts are parts of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Command<'t> {
    /// Nothing.
    Nothing,
    /// Evaluate and show.
    Show(&'t str),
    /// Evaluate all of it and show that.
    ShowDeep(&'t str),
    /// Bind a name to an expression.
    Bind(String, &'t str),
    /// Bind names to what bindings say; whether the last of them ends with `;`.
    BindAll(&'t str, bool),
    /// Tell the type.
    Type(&'t str),
    /// Tell what there is to know about a function.
    Describe(&'t str),
    /// Bind the attributes of a set.
    Add(&'t str),
    /// Bind the attributes of a file.
    Load(&'t str),
    /// Bind the outputs of a flake.
    LoadFlake(&'t str),
    /// Tell the names that were added last.
    LastLoaded,
    /// Read all files again.
    Reload,
    /// Show traces, or not; none for the other of both.
    Trace(Option<bool>),
    /// Tell the commands.
    Help,
    /// End.
    Quit,
}

/// The commands: their names, and what they take; in brackets what they may take.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["a", "add"], "EXPR"),
    (&["doc"], "EXPR"),
    (&["l", "load"], "FILE"),
    (&["lf", "load-flake"], "DIR"),
    (&["ll", "last-loaded"], ""),
    (&["p", "print"], "EXPR"),
    (&["q", "quit"], ""),
    (&["r", "reload"], ""),
    (&["t"], "EXPR"),
    (&["te", "trace-enable"], "[BOOL]"),
    (&["?", "help"], ""),
];

/// What `nix repl` has beyond these.
const UNSUPPORTED: &[&str] = &["b", "bl", "e", "edit", "i", "log", "sh", "u"];

/// What `:help` tells.
pub const HELP: &str = "\
  EXPR                        evaluate and print, sets and lists one level deep
  NAME = EXPR                 bind a name; `inherit (EXPR) NAME;` and several bindings too
  :a, :add EXPR               bind the attributes of a set
  :l, :load FILE              bind the attributes that a file evaluates to
  :lf, :load-flake DIR        bind the outputs of a flake
  :ll, :last-loaded           tell all names that were bound last by these
  :p, :print EXPR             evaluate and print all of it; a string as it is
  :t EXPR                     tell the type
  :doc EXPR                   tell about a function: its arguments, its comment
  :r, :reload                 read all files again; what was bound by hand is forgotten
  :te, :trace-enable [BOOL]   show every frame of an error's trace, or not
  :q, :quit                   end (or Ctrl-D)
  :?, :help                   tell this
An expression goes on until it is complete; Ctrl-C gives it up. Tab completes.
";

/// Whether an input goes on in the next line.
pub fn is_incomplete(text: &str) -> bool {
    let text = match split(text) {
        Some((name, _)) if !takes_expression(name) => return false,
        Some((_, rest)) => rest,
        None => text,
    };
    input(text) == Input::Incomplete
}

/// The names of all commands, with their colons.
pub(super) fn names() -> impl Iterator<Item = String> {
    let names = COMMANDS.iter().flat_map(|(names, _)| *names);
    names.map(|name| format!(":{name}"))
}

/// A command's name and what is behind it, if the text is a command.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start().strip_prefix(':')?;
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    Some(text.split_at(end))
}

fn takes_expression(name: &str) -> bool {
    let mut commands = COMMANDS.iter();
    commands.any(|(names, takes)| names.contains(&name) && *takes == "EXPR")
}

/// What an input asks for. Errors: there is no such command, or it lacks its argument.
pub(super) fn parse(text: &str) -> Result<Command<'_>, String> {
    let Some((name, rest)) = split(text) else {
        return Ok(match input(text) {
            Input::Nothing => Command::Nothing,
            Input::Expression | Input::Incomplete => Command::Show(text),
            Input::Binding { name, value } => {
                Command::Bind(name, text.get(value).unwrap_or_default())
            }
            Input::Bindings { is_ended } => Command::BindAll(text, is_ended),
        });
    };
    let rest = rest.trim();
    let Some((names, takes)) = COMMANDS.iter().find(|(names, _)| names.contains(&name)) else {
        return Err(unknown(name));
    };
    let missing = rest.is_empty() && !takes.is_empty() && !takes.starts_with('[');
    if missing {
        return Err(format!("`:{name}` takes {takes}"));
    }
    if takes.is_empty() && !rest.is_empty() {
        return Err(format!("`:{name}` takes nothing"));
    }
    Ok(match names.first().copied().unwrap_or_default() {
        "a" => Command::Add(rest),
        "doc" => Command::Describe(rest),
        "l" => Command::Load(rest),
        "lf" => Command::LoadFlake(rest),
        "ll" => Command::LastLoaded,
        "p" => Command::ShowDeep(rest),
        "q" => Command::Quit,
        "r" => Command::Reload,
        "t" => Command::Type(rest),
        "te" => Command::Trace(match rest {
            "" => None,
            "true" => Some(true),
            "false" => Some(false),
            other => return Err(format!("`:{name}` takes `true` or `false`, not `{other}`")),
        }),
        _ => Command::Help,
    })
}

fn unknown(name: &str) -> String {
    if UNSUPPORTED.contains(&name) {
        return format!("there is no `:{name}` here: nothing is built, installed or edited");
    }
    let names = COMMANDS.iter().flat_map(|(names, _)| names.iter().copied());
    match suggest::nearest(name, names) {
        Some(nearest) => format!("there is no command `:{name}`; did you mean `:{nearest}`?"),
        None => format!("there is no command `:{name}`; `:?` tells those that there are"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_told_apart() {
        for (text, command) in [
            ("", Command::Nothing),
            (" # nothing", Command::Nothing),
            ("1 + 1", Command::Show("1 + 1")),
            (" x = 1;", Command::Bind("x".to_owned(), " 1")),
            ("inherit x", Command::BindAll("inherit x", false)),
            (":p 1", Command::ShowDeep("1")),
            (":t\n1", Command::Type("1")),
            (" :l ./a b.nix ", Command::Load("./a b.nix")),
            (":te", Command::Trace(None)),
            (":te false", Command::Trace(Some(false))),
            (":quit", Command::Quit),
        ] {
            assert_eq!(parse(text), Ok(command), "{text}");
        }
    }

    #[test]
    fn commands_that_cannot_be_done_say_why() {
        for (text, complaint) in [
            (
                ":hepl",
                "there is no command `:hepl`; did you mean `:help`?",
            ),
            (
                ":b x",
                "there is no `:b` here: nothing is built, installed or edited",
            ),
            (":p", "`:p` takes EXPR"),
            (":q now", "`:q` takes nothing"),
            (":te maybe", "`:te` takes `true` or `false`, not `maybe`"),
        ] {
            assert_eq!(parse(text), Err(complaint.to_owned()));
        }
    }

    #[test]
    fn expressions_go_on_behind_commands_too() {
        for text in ["{", ":p {", ":t let a = 1;", "x = ["] {
            assert!(is_incomplete(text), "{text}");
        }
        for text in ["", "{ }", ":p", ":l {", ":nothing {", ":q"] {
            assert!(!is_incomplete(text), "{text}");
        }
    }

    #[test]
    fn the_help_tells_every_command() {
        for name in names() {
            assert!(HELP.contains(&name), "{name}");
        }
    }
}
