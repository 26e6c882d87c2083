//! What `--help` of each command ends with: how it is used.

/// `clan-inventory --help`
pub const ALL: &str = "Examples:
  clan-inventory show                     who fills which role, and why
  clan-inventory check --fix              find mistakes, and mend what can only have been meant
  clan-inventory explain web01            why a machine does what it does

`clan-inventory help COMMAND` tells more of each command.";

/// `show --help`
pub const SHOW: &str = "Examples:
  clan-inventory show                     the clan in the current directory
  clan-inventory show ~/fleet web01       one machine of another clan
  clan-inventory show inventory.json      an inventory without a flake";

/// `resolve --help`
pub const RESOLVE: &str = "Examples:
  clan-inventory resolve | jq .machines.jon.tags
  clan-inventory resolve --format yaml ~/fleet
  clan-inventory resolve --keep-going     what could be computed, in spite of errors";

/// `check --help`
pub const CHECK: &str = "Examples:
  clan-inventory check                    excerpts of what is wrong
  clan-inventory check --fix              mend what can only have been meant
  clan-inventory check --watch            again after each save
  clan-inventory check --select unknown-machine,unknown-tag
  clan-inventory check --format sarif > clan.sarif";

/// `explain --help`
pub const EXPLAIN: &str = "Examples:
  clan-inventory explain web01            each role of a machine, and why
  clan-inventory explain wifi.default.jon each setting, and every place that says it
  clan-inventory explain unknown-tag      what a code means
  clan-inventory explain --list           all codes";

/// `list --help`
pub const LIST: &str = "Examples:
  clan-inventory list machines --on '@backup,!nas'
  clan-inventory list instances --format table
  clan-inventory list machines | xargs -n1 clan machines update";

/// `migrate --help`
pub const MIGRATE: &str = "Examples:
  clan-inventory migrate                  what would change, as a diff
  clan-inventory migrate --write          change the files
  clan-inventory migrate | git apply      the same, by way of git";

/// `inputs --help`
pub const INPUTS: &str = "Examples:
  clan-inventory inputs                   where each input is read from
  clan-inventory inputs fetch             download those that are not here";

/// `eval --help`
pub const EVAL: &str = "Examples:
  clan-inventory eval --expr '1 + 1'
  clan-inventory eval default.nix --attr version --raw
  clan-inventory eval --json --strict --expr 'builtins.fromTOML (builtins.readFile ./x.toml)'";

/// `repl --help`
pub const REPL: &str = "Examples:
  clan-inventory repl .                   with the clan and the flake's outputs in scope
  echo 'inventory.machines' | clan-inventory repl .";

/// `completions --help`
pub const COMPLETIONS: &str = "Examples:
  source <(clan-inventory completions bash)
  clan-inventory completions zsh > ~/.zfunc/_clan-inventory
  clan-inventory completions fish > ~/.config/fish/completions/clan-inventory.fish
  clan-inventory completions elvish >> ~/.config/elvish/rc.elv
  clan-inventory completions nushell | save -f ~/.config/nushell/clan-inventory.nu";

/// `man --help`
pub const MAN: &str = "Examples:
  clan-inventory man | man -l -
  clan-inventory man --dir ~/.local/share/man/man1";

/// `schema --help`
pub const SCHEMA: &str = "Examples:
  clan-inventory schema inventory > inventory.schema.json
  clan-inventory schema borgbackup        the settings of a service, by role
  clan-inventory schema motd ~/fleet      those of a clan's own service
  clan-inventory schema output            the document of `resolve`
  clan-inventory schema inventory --format cue";
