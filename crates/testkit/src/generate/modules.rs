//! Sets of modules: declarations of many types, and definitions with every property, mostly of the right type.

use crate::damage::Dice;
use crate::generate::tree::Tree;

/// How deep types and submodules nest.
const DEPTH: usize = 3;
/// Names of options; few, so that modules speak of the same ones.
const NAMES: &[&str] = &["a", "b", "c", "d"];
/// Of so many definitions in a hundred the value is of another type.
const WRONG: usize = 6;

/// A type of the module system.
#[derive(Clone)]
enum Kind {
    /// The type, and values of it.
    Plain(&'static str, &'static [&'static str]),
    /// A function from a type to one whose values are made of the inner ones: before the type, behind it.
    List(&'static str),
    Attrs(&'static str),
    NullOr,
    /// A function of one type with the same values.
    Same(&'static str),
    Either,
    Coerced,
    Submodule,
    Anything,
}

const PLAIN: &[Kind] = &[
    Kind::Plain("int", &["1", "2", "(-3)"]),
    Kind::Plain("str", &["\"x\"", "\"y\"", "\"\""]),
    Kind::Plain("bool", &["true", "false"]),
    Kind::Plain("float", &["1.5", "2.25"]),
    Kind::Plain("number", &["1", "1.5"]),
    Kind::Plain("ints.positive", &["1", "7", "0"]),
    Kind::Plain("ints.between 1 9", &["1", "9", "10"]),
    Kind::Plain("port", &["22", "65535", "65536"]),
    Kind::Plain("nonEmptyStr", &["\"x\"", "\" \"", "\"yz\""]),
    Kind::Plain("singleLineStr", &["\"x\"", "\"x\\n\"", "\"x\\ny\""]),
    Kind::Plain("strMatching \"[a-c]+\"", &["\"abc\"", "\"d\"", "\"a\""]),
    Kind::Plain("lines", &["\"one\"", "\"two\\n\"", "\"\""]),
    Kind::Plain("commas", &["\"one\"", "\"two\""]),
    Kind::Plain("separatedString \":\"", &["\"one\"", "\"two\""]),
    Kind::Plain("envVar", &["\"one\"", "\"two\""]),
    Kind::Plain(
        "enum [ \"one\" \"two\" 3 ]",
        &["\"one\"", "\"two\"", "3", "4"],
    ),
    Kind::Plain("path", &["\"/one\"", "\"two\"", "/three"]),
    Kind::Plain("raw", &["1", "[ 1 ]", "{ x = 1; }"]),
    Kind::Plain("unspecified", &["1", "[ 1 ]", "{ x = 1; }"]),
    Kind::Plain("attrs", &["{ x = 1; }", "{ y = 2; }", "{ }"]),
    Kind::Plain("boolByOr", &["true", "false"]),
];

const MADE: &[Kind] = &[
    Kind::List("listOf"),
    Kind::List("nonEmptyListOf"),
    Kind::Attrs("attrsOf"),
    Kind::Attrs("lazyAttrsOf"),
    Kind::NullOr,
    Kind::Same("uniq"),
    Kind::Same("unique { message = \"once\"; }"),
    Kind::Same("(type: lib.types.addCheck type (value: value != 2 && value != \"y\"))"),
    Kind::Either,
    Kind::Coerced,
    Kind::Submodule,
    Kind::Submodule,
    Kind::Anything,
];

/// A type with what is needed to make values of it.
#[derive(Clone)]
struct Type {
    text: String,
    kind: Kind,
    inner: Vec<Type>,
}

fn a_type(dice: &mut Dice, depth: usize) -> Type {
    let kind = match depth > 0 && dice.chance(45) {
        true => MADE[dice.below(MADE.len())].clone(),
        false => PLAIN[dice.below(PLAIN.len())].clone(),
    };
    let count = match kind {
        Kind::Plain(..) | Kind::Anything => 0,
        Kind::Either | Kind::Submodule => 2,
        _ => 1,
    };
    let inner: Vec<Type> = (0..count).map(|_| a_type(dice, depth - 1)).collect();
    let of = |at: usize| inner.get(at).map_or("", |inner: &Type| inner.text.as_str());
    let text = match &kind {
        Kind::Plain(text, _) => format!("(lib.types.{text})"),
        Kind::List(made) | Kind::Attrs(made) => format!("(lib.types.{made} {})", of(0)),
        Kind::NullOr => format!("(lib.types.nullOr {})", of(0)),
        Kind::Same(made) if made.starts_with('(') => format!("({made} {})", of(0)),
        Kind::Same(made) => format!("(lib.types.{made} {})", of(0)),
        Kind::Either => format!("(lib.types.either {} {})", of(0), of(1)),
        Kind::Coerced => format!("(lib.types.coercedTo lib.types.bool (value: 2) {})", of(0)),
        Kind::Anything => "lib.types.anything".to_owned(),
        Kind::Submodule => format!(
            "(lib.types.submodule ({{ name, ... }}: {{ options.a = lib.mkOption {{ type = {}; {} }}; options.b = lib.mkOption {{ type = {}; }}; {} }}))",
            of(0),
            match dice.chance(30) {
                true => "default = 1;",
                false => "",
            },
            of(1),
            match dice.chance(20) {
                true => "options.name = lib.mkOption { default = name; };",
                false => "",
            },
        ),
    };
    Type { text, kind, inner }
}

/// A value, mostly of the type; within it properties may stand wherever the module system looks for them.
fn value(dice: &mut Dice, of: &Type) -> Tree {
    if dice.chance(WRONG) {
        return Tree::leaf(dice.pick(&[
            "1",
            "\"x\"",
            "[ ]",
            "{ }",
            "null",
            "true",
            "(throw \"no\")",
        ]));
    }
    let some = |dice: &mut Dice| dice.below(3);
    let inner = |dice: &mut Dice, at: usize| match of.inner.get(at) {
        Some(inner) => defined(dice, inner),
        None => Tree::leaf("1"),
    };
    match &of.kind {
        Kind::Plain(_, values) => Tree::leaf(dice.pick(values)),
        Kind::List(_) => {
            let items = (0..some(dice)).map(|_| inner(dice, 0).in_parentheses());
            Tree::row("[ ", " ", " ]", items.collect())
        }
        Kind::Attrs(_) => {
            let attrs = (0..some(dice)).map(|_| {
                let name = dice.pick(NAMES);
                (name, inner(dice, 0))
            });
            set(attrs.collect())
        }
        Kind::NullOr if dice.chance(25) => Tree::leaf("null"),
        Kind::NullOr | Kind::Same(_) => inner(dice, 0),
        Kind::Coerced if dice.chance(40) => Tree::leaf("true"),
        Kind::Coerced => inner(dice, 0),
        Kind::Either => {
            let at = dice.below(2);
            inner(dice, at)
        }
        Kind::Anything => Tree::leaf(dice.pick(&[
            "1",
            "\"x\"",
            "[ 1 ]",
            "{ x = 1; }",
            "{ x = lib.mkForce 2; y.z = [ 3 ]; }",
            "{ y.z = [ 4 ]; }",
            "null",
        ])),
        Kind::Submodule => {
            let mut attrs = vec![];
            for (at, name) in ["a", "b"].into_iter().enumerate() {
                if dice.chance(70) {
                    attrs.push((name, inner(dice, at)));
                }
            }
            if dice.chance(5) {
                attrs.push(("c", Tree::leaf("1")));
            }
            let content = set(attrs);
            match dice.below(6) {
                0 => Tree::holes(["{ config = ", "; }"], vec![content]).without_parentheses(),
                1 => Tree::holes(["({ lib, ... }: ", ")"], vec![content]).without_parentheses(),
                _ => content,
            }
        }
    }
}

/// Of several attributes of one name the first is kept.
fn set(attrs: Vec<(&str, Tree)>) -> Tree {
    let mut names: Vec<&str> = vec![];
    let mut bindings = vec![];
    for (name, value) in attrs {
        if !names.contains(&name) {
            names.push(name);
            bindings.push(Tree::bare_holes([&format!("{name} = "), ";"], vec![value]));
        }
    }
    Tree::bare_row("{ ", " ", " }", bindings)
}

/// A value with properties around it.
fn defined(dice: &mut Dice, of: &Type) -> Tree {
    if !dice.chance(35) {
        return value(dice, of);
    }
    let number = dice.pick(&["10", "50", "100", "400", "500", "1000", "1500"]);
    let texts: [String; 2] = match dice.below(9) {
        0 => ["lib.mkForce (".to_owned(), ")".to_owned()],
        1 => ["lib.mkDefault (".to_owned(), ")".to_owned()],
        2 => [format!("lib.mkOverride {number} ("), ")".to_owned()],
        3 => ["lib.mkIf true (".to_owned(), ")".to_owned()],
        4 => ["lib.mkIf false (".to_owned(), ")".to_owned()],
        5 => ["lib.mkBefore (".to_owned(), ")".to_owned()],
        6 => ["lib.mkAfter (".to_owned(), ")".to_owned()],
        7 => [format!("lib.mkOrder {number} ("), ")".to_owned()],
        _ => {
            let parts = (0..dice.below(3)).map(|_| defined(dice, of).in_parentheses());
            let parts = Tree::row("[ ", " ", " ]", parts.collect());
            return Tree::holes(["(lib.mkMerge ", ")"], vec![parts]).without_parentheses();
        }
    };
    let [open, close] = texts;
    let inner = defined(dice, of);
    Tree::holes([format!("({open}"), format!("{close})")], vec![inner]).without_parentheses()
}

/// An option: its path, and its type.
type Declared = (&'static str, Type);

fn declaration(dice: &mut Dice, (path, of): &Declared, refers: bool) -> Tree {
    let mut parts = vec![Tree::bare(format!("type = {};", of.text))];
    if dice.chance(35) {
        parts.push(Tree::bare_holes(
            ["default = ", ";"],
            vec![defined(dice, of)],
        ));
    }
    if dice.chance(5) && !refers {
        parts.push(Tree::bare("apply = value: [ value ];"));
    }
    if dice.chance(4)
        && !refers
        && !["submodule", "coercedTo"]
            .iter()
            .any(|made| of.text.contains(made))
    {
        parts.push(Tree::bare("readOnly = true;"));
    }
    let option = Tree::bare_row("lib.mkOption { ", " ", " }", parts);
    Tree::bare_holes([&format!("options.{path} = "), ";"], vec![option])
}

fn definition(dice: &mut Dice, options: &[Declared], refers: bool) -> Option<(&'static str, Tree)> {
    if dice.chance(2) {
        // Nix shows the value in the message, and fails otherwise if it cannot.
        return Some(("unknown", Tree::bare("1")));
    }
    if options.is_empty() {
        return None;
    }
    let (path, of) = &options[dice.below(options.len())];
    let value = match refers && dice.chance(6) {
        true => Tree::leaf(format!("config.{}", options[dice.below(options.len())].0)),
        false => defined(dice, of),
    };
    Some((*path, value))
}

fn module(
    dice: &mut Dice,
    declared: &[Declared],
    options: &[Declared],
    refers: bool,
    depth: usize,
) -> Tree {
    let mut parts: Vec<Tree> = vec![];
    for option in declared {
        parts.push(declaration(dice, option, refers));
    }
    let definitions = (0..dice.below(4)).filter_map(|_| definition(dice, options, refers));
    let config = set(definitions.collect());
    let config = match dice.below(8) {
        0 => Tree::bare_holes(["(lib.mkIf true ", ")"], vec![config]),
        1 => Tree::bare_holes(["(lib.mkMerge [ ", " ])"], vec![config]),
        2 => Tree::bare_holes(["(lib.mkDefault ", ")"], vec![config]),
        _ => config,
    };
    parts.push(Tree::bare_holes(["config = ", ";"], vec![config]));
    if depth > 0 && dice.chance(25) {
        let imported = module(dice, &[], options, refers, depth - 1);
        parts.push(Tree::bare_holes(["imports = [ ", " ];"], vec![imported]));
    }
    if dice.chance(4) {
        let of = a_type(dice, 1);
        parts.push(Tree::bare(format!(
            "freeformType = lib.types.attrsOf {};",
            of.text
        )));
    }
    if declared.is_empty() && dice.chance(15) {
        parts.push(Tree::bare(format!("key = \"{}\";", dice.pick(NAMES))));
    }
    if dice.chance(3) {
        parts.push(Tree::bare(format!(
            "disabledModules = [ {{ key = \"{}\"; }} ];",
            dice.pick(NAMES)
        )));
    }
    let body = Tree::bare_row("{ ", " ", " }", parts);
    Tree::bare_holes(["({ config, lib, ... }: ", ")"], vec![body])
}

/// A list of modules that declare a few options and define them; `lib` is in scope.
pub fn modules(dice: &mut Dice) -> Tree {
    let mut declared: Vec<Declared> = vec![];
    for path in ["a", "b", "c.d", "c.e", "d"] {
        if dice.chance(60) {
            declared.push((path, a_type(dice, DEPTH)));
        }
    }
    // Messages of Nix hold the values that they speak of, and fail otherwise where those fail: so not with `readOnly` and `apply`.
    let refers = dice.chance(50);
    let count = 1 + dice.below(4);
    let mut all = vec![];
    for number in 0..count {
        let mut own: Vec<Declared> = vec![];
        for (at, option) in declared.iter().enumerate() {
            if at % count == number || dice.chance(4) {
                own.push(option.clone());
            }
        }
        all.push(module(dice, &own, &declared, refers, 2));
    }
    Tree::bare_row("[ ", " ", " ]", all)
}
