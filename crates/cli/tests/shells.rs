//! Completions, manual pages and help.

mod support;

use support::{Folder, command, finish, run, top};

/// What bash would offer for a command line whose last word is being written.
fn offered(directory: &str, words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split(' ').collect();
    let mut command = command("--");
    command
        .args(["clan-inventory"])
        .args(&words)
        .current_dir(top().join(directory))
        .env("CLAN_INVENTORY_COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let ran = finish(&mut command);
    ran.out.split('\n').map(str::to_owned).collect()
}

#[test]
fn names_of_the_clan_at_hand_are_offered() {
    assert_eq!(offered("fixtures/backup", "show j"), ["jon"]);
    let members = offered("fixtures/backup", "explain lan.client.");
    assert_eq!(members, ["lan.client.jon", "lan.client.sara"]);
    let tags = offered("fixtures/backup-tags", "list machines --on @b");
    assert_eq!(tags, ["@backup"]);
}

#[test]
fn codes_are_offered() {
    assert_eq!(
        offered("fixtures", "check --select unknown-t"),
        ["unknown-tag"]
    );
}

#[test]
fn each_shell_has_a_script() {
    for (shell, word) in [
        ("bash", "complete "),
        ("zsh", "compdef"),
        ("fish", "complete "),
        ("elvish", "edit:completion"),
        ("nushell", "export extern"),
    ] {
        let ran = run(&format!("completions {shell}"));
        assert!(
            ran.code == 0 && ran.out.contains(word),
            "{shell}: {}",
            ran.out
        );
    }
}

#[test]
fn each_command_has_a_page_and_examples() {
    let folder = Folder::of("man", "");
    let directory = folder.0.join("man");
    let ran = run(&format!("man --dir {}", directory.display()));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let help = run("--help").out;
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let commands = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let commands: Vec<&str> = commands
        .filter(|name| *name != "help" && name.len() > 2)
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    for name in ["show", "check", "migrate", "schema", "completions"] {
        let page = std::fs::read_to_string(directory.join(format!("clan-inventory-{name}.1")));
        assert!(page.unwrap().contains(".SH OPTIONS"), "{name}");
        assert!(
            run(&format!("{name} --help")).out.contains("Examples:"),
            "{name}"
        );
    }
}
