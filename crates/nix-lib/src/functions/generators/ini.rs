//! `lib.generators`: files of sections, each a name in brackets and lines of keys and values.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given, with_formals};
use crate::functions::generators::key_value::{Lines, dconf_key_value};
use crate::functions::strings::escapes::escape;
use crate::functions::tools::{Text, function};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec {
        formals: OPTIONS,
        ..Spec::new("toINI", 1, to_ini)
    },
    Spec {
        formals: OPTIONS,
        ..Spec::new("toINIWithGlobalSection", 1, to_ini_with_global_section)
    },
];

/// The values of this part.
pub(super) fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let dconf = function(evaluator, "toDconfINI", |evaluator, sections| {
        let lines = Lines {
            key_value: dconf_key_value(evaluator),
            duplicate: None,
            indent: None,
        };
        let ini = Ini {
            lines,
            section_name: None,
        };
        ini.text(evaluator, None, sections)
    });
    vec![("toDconfINI", dconf)]
}

const OPTIONS: Formals = &[
    ("listsAsDuplicateKeys", true),
    ("mkKeyValue", true),
    ("mkSectionName", true),
];

/// How such a file is written.
#[derive(Clone, Copy)]
pub(super) struct Ini<'a> {
    pub(super) lines: Lines<'a>,
    /// What makes a section's heading of its name.
    pub(super) section_name: Option<Value<'a>>,
}

impl<'a> Ini<'a> {
    fn new(evaluator: &Evaluator<'a>, function: &str, options: Value<'a>) -> Result<Ini<'a>> {
        let options = Given::new(evaluator, function, OPTIONS, options)?;
        Ok(Ini {
            lines: Lines::new(evaluator, options),
            section_name: options.get("mkSectionName"),
        })
    }

    /// The whole file, first what belongs to no section.
    pub(super) fn text(
        self,
        evaluator: &Evaluator<'a>,
        global: Option<Value<'a>>,
        sections: Value<'a>,
    ) -> Result<Value<'a>> {
        let mut written = Text::new(evaluator);
        if let Some(global) = global {
            self.lines.write(evaluator, global, &mut written)?;
            written.push("\n");
        }
        let sections = evaluator.ordered(evaluator.force_attrs(sections)?);
        for (at, section) in sections.iter().enumerate() {
            if at > 0 {
                written.push("\n");
            }
            let name = evaluator.symbol_string(section.name);
            written.push("[");
            written.interpolate(self.heading(evaluator, name)?)?;
            written.push("]\n");
            self.lines.write(evaluator, section.value, &mut written)?;
        }
        Ok(written.finish())
    }

    fn heading(self, evaluator: &Evaluator<'a>, name: Value<'a>) -> Result<Value<'a>> {
        match self.section_name {
            Some(section_name) => evaluator.call1(section_name, name),
            None => {
                let brackets = [b"[", b"]"].map(|bracket| evaluator.borrowed_string(bracket));
                escape(evaluator, &[evaluator.list(&brackets), name])
            }
        }
    }
}

fn to_ini<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let ini = Ini::new(evaluator, "toINI", options)?;
    Ok(function(evaluator, "toINI", move |evaluator, sections| {
        ini.text(evaluator, None, sections)
    }))
}

fn to_ini_with_global_section<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    const NAME: &str = "toINIWithGlobalSection";
    const FILE: Formals = &[("globalSection", false), ("sections", true)];
    let [options] = take(arguments)?;
    let ini = Ini::new(evaluator, NAME, options)?;
    Ok(with_formals(
        evaluator,
        NAME,
        FILE,
        move |evaluator, file| {
            let file = Given::new(evaluator, NAME, FILE, file)?;
            let global = file.required("globalSection");
            let nothing = evaluator.attrs(vec![]);
            let has_global = !evaluator.equal(global, nothing)?;
            let sections = file.get("sections").unwrap_or(nothing);
            ini.text(evaluator, has_global.then_some(global), sections)
        },
    ))
}
