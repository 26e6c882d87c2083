//! The options of a clan and its inventory as they are proposed: name, type, what it is for, and what its value begins with.

/// An option.
pub(super) struct Known {
    /// Its name.
    pub name: &'static str,
    /// Its type in words.
    pub of: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its value in a snippet.
    pub value: &'static str,
}

const fn known(
    name: &'static str,
    of: &'static str,
    about: &'static str,
    value: &'static str,
) -> Known {
    Known {
        name,
        of,
        about,
        value,
    }
}

const SET: &str = "{ $0 }";
const TEXT: &str = "\"$1\"";
const LIST: &str = "[ \"$1\" ]";

const CLAN: &[Known] = &[
    known(
        "inventory",
        "submodule",
        "Machines, tags and instances of services.",
        SET,
    ),
    known(
        "machines",
        "attribute set of modules",
        "The configurations of machines.",
        SET,
    ),
    known(
        "meta",
        "submodule",
        "Name and description of the clan.",
        SET,
    ),
    known(
        "modules",
        "attribute set of modules",
        "Services of this clan, for `module.input = \"self\"`.",
        SET,
    ),
    known(
        "directory",
        "path",
        "Where `machines/` and `inventory.json` lie.",
        "./.",
    ),
    known(
        "specialArgs",
        "attribute set",
        "Further arguments of machine modules.",
        SET,
    ),
];

const INVENTORY: &[Known] = &[
    known(
        "machines",
        "attribute set of machines",
        "The machines, with their tags.",
        SET,
    ),
    known(
        "instances",
        "attribute set of instances",
        "Instances of services.",
        SET,
    ),
    known(
        "tags",
        "attribute set of lists of machines",
        "Tags that the inventory gives to machines.",
        SET,
    ),
    known(
        "meta",
        "submodule",
        "Name and description of the clan.",
        SET,
    ),
];

const SERVICES: Known = known(
    "services",
    "attribute set of services",
    "Services, before there were instances.",
    SET,
);

const META: &[Known] = &[
    known("name", "string", "The clan's name.", TEXT),
    known(
        "description",
        "null or string",
        "What the clan is for.",
        TEXT,
    ),
    known("icon", "null or string", "Its picture.", TEXT),
    known("domain", "string", "The domain of its machines.", TEXT),
];

const MACHINE: &[Known] = &[
    known("tags", "list of string", "The tags it carries.", LIST),
    known("deploy", "submodule", "How it is reached.", SET),
    known(
        "machineClass",
        "one of \"nixos\", \"darwin\"",
        "The system it runs.",
        "\"${1|nixos,darwin|}\"",
    ),
    known("description", "null or string", "What it is for.", TEXT),
    known("icon", "null or string", "Its picture.", TEXT),
];

const DEPLOY: &[Known] = &[
    known(
        "targetHost",
        "null or string",
        "Where it is reached: `root@host`.",
        TEXT,
    ),
    known(
        "buildHost",
        "null or string",
        "Where its system is built.",
        TEXT,
    ),
];

const INSTANCE: &[Known] = &[
    known(
        "module",
        "submodule",
        "The service that it is an instance of.",
        SET,
    ),
    known(
        "roles",
        "attribute set of roles",
        "Who fills which role.",
        SET,
    ),
];

const MODULE: &[Known] = &[
    known(
        "name",
        "string",
        "The service's name; the instance's unless given.",
        TEXT,
    ),
    known(
        "input",
        "null or string",
        "Where the service is from: `self`, a flake input, or clan-core.",
        TEXT,
    ),
];

const ROLE: &[Known] = &[
    known(
        "machines",
        "attribute set of members",
        "Machines that fill it, by name.",
        SET,
    ),
    known(
        "tags",
        "list of string, or attribute set",
        "Machines that fill it, by tag.",
        LIST,
    ),
    known("settings", "settings", "What all of its machines get.", SET),
    known(
        "extraModules",
        "list of modules",
        "Modules for its machines.",
        "[ $0 ]",
    ),
];

const SETTINGS: &[Known] = &[known("settings", "settings", "What this one gets.", SET)];

const OLD_INSTANCE: &[Known] = &[
    known(
        "roles",
        "attribute set of roles",
        "Who fills which role.",
        SET,
    ),
    known(
        "machines",
        "attribute set of machines",
        "What single machines get.",
        SET,
    ),
    known("config", "settings", "What all machines get.", SET),
    known(
        "enabled",
        "boolean",
        "Whether it does anything.",
        "${1|true,false|}",
    ),
    known(
        "extraModules",
        "list of modules",
        "Modules for its machines.",
        "[ $0 ]",
    ),
];

const OLD_ROLE: &[Known] = &[
    known(
        "machines",
        "list of string",
        "Machines that fill it, by name.",
        LIST,
    ),
    known(
        "tags",
        "list of string",
        "Machines that fill it, by tag.",
        LIST,
    ),
    known("config", "settings", "What its machines get.", SET),
    known(
        "extraModules",
        "list of modules",
        "Modules for its machines.",
        "[ $0 ]",
    ),
];

const OLD_MACHINE: &[Known] = &[
    known("config", "settings", "What this machine gets.", SET),
    known(
        "extraModules",
        "list of modules",
        "Modules for this machine.",
        "[ $0 ]",
    ),
];

/// The options at a path.
pub(super) fn options(path: &[&str], has_services: bool) -> Vec<&'static Known> {
    let options = match path {
        [] => CLAN,
        ["meta"] | ["inventory", "meta"] => META,
        ["inventory"] => INVENTORY,
        ["inventory", rest @ ..] => match rest {
            ["machines", _] => MACHINE,
            ["machines", _, "deploy"] => DEPLOY,
            ["instances", _] => INSTANCE,
            ["instances", _, "module"] => MODULE,
            ["instances", _, "roles", _] => ROLE,
            ["instances", _, "roles", _, "machines" | "tags", _] => SETTINGS,
            ["services", _, _] => OLD_INSTANCE,
            ["services", _, _, "roles", _] => OLD_ROLE,
            ["services", _, _, "machines", _] => OLD_MACHINE,
            _ => &[],
        },
        _ => &[],
    };
    let services = (has_services && path == ["inventory"]).then_some(&SERVICES);
    options.iter().chain(services).collect()
}
