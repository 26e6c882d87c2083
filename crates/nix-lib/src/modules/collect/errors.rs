//! What cannot be collected.

use nix_frontend::eval::{Attrs, ErrorKind, EvalError, Result, Value};
use nix_frontend::ir::symbol::known;
use source::{Span, suggest};

use crate::modules::collect::{Collector, Module, UNKNOWN_FILE};
use crate::modules::definition::show_loc;
use crate::modules::errors::{NOT_A_MODULE, as_in_nix, coded, with_place};

impl<'a> Collector<'a, '_> {
    #[cold]
    pub(super) fn not_a_module(&self, tag: &[u8], shown: &str, file: &[u8]) -> Box<EvalError> {
        let (tag, file) = (String::from_utf8_lossy(tag), String::from_utf8_lossy(file));
        let mut in_nix = format!("Expected a module, but found a value of type {shown}");
        if file.as_bytes() != UNKNOWN_FILE {
            in_nix.push_str(&format!(", while trying to load a module into {file}"));
        }
        if !self.setup.prefix.is_empty() {
            let prefix = show_loc(self.evaluator, self.setup.prefix);
            in_nix.push_str(&format!(", while trying to load a module into {prefix}"));
        }
        in_nix.push('.');
        if tag == "configuration" {
            in_nix.push_str("\nIf you really mean to import this configuration, instead please only import the modules that make up the configuration.");
        }
        let help = match &*tag {
            "merge" => "`mkMerge` cannot stand around a module; list the modules in `imports`",
            "flake" => "import one of its modules, such as `nixosModules.default`",
            _ => "a module is a set, a function to a set, or a path",
        };
        let message = format!("a value of type `{tag}` is imported as a module in `{file}`");
        as_in_nix(coded(NOT_A_MODULE, message), in_nix).help(help)
    }

    #[cold]
    pub(super) fn wrong_class(
        &self,
        module: &Module<'a>,
        class: &[u8],
        expected: &[u8],
    ) -> Box<EvalError> {
        let file = String::from_utf8_lossy(module.file);
        let (class, expected) = (
            String::from_utf8_lossy(class),
            String::from_utf8_lossy(expected),
        );
        let prefix = show_loc(self.evaluator, self.setup.prefix);
        let place = if prefix.is_empty() {
            String::new()
        } else {
            format!(" in `{prefix}`")
        };
        let message = format!(
            "the module `{file}` is of class `{class}`, but `{expected}` is expected{place}"
        );
        let in_nix = format!(
            "The module `{file}` (class: \"{class}\") cannot be imported into a module evaluation that expects class \"{expected}\"."
        );
        let sources = &self.evaluator.session.sources;
        let error = as_in_nix(coded(NOT_A_MODULE, message), in_nix);
        let text = format!("says that it is for `{class}`");
        let is_near = suggest::nearest(&class, [&*expected]).is_some();
        with_place(error, sources.word(module.words.class), text)
            .at(Span::at(module.place))
            .help(match is_near {
                true => format!("did you mean `{expected}`?"),
                false => format!("import a module for `{expected}` instead, or evaluate this one with `class = \"{class}\"`"),
            })
    }

    /// Modules that import each other; `begun` is the first of them.
    #[cold]
    pub(super) fn circle(&self, begun: usize) -> Box<EvalError> {
        let name = |file: &[u8]| {
            let text = String::from_utf8_lossy(file);
            let name = text.rsplit('/').next().unwrap_or_default();
            format!("`{name}`")
        };
        let circle = self.loading.get(begun..).unwrap_or_default();
        let names: Vec<String> = circle.iter().map(|each| name(each.file)).collect();
        let message = match circle {
            [_, _] => "a module imports itself".to_owned(),
            _ => format!("modules import each other: {}", names.join(" imports ")),
        };
        let mut error = EvalError::new(ErrorKind::InfiniteRecursion, message);
        for each in circle.iter().skip(1) {
            let text = format!("imports {}", name(each.file));
            error = with_place(error, each.imported, text);
        }
        error.help("leave one of these imports out; what both need can stand in a third module")
    }

    /// The `_type` of a set. Errors: it is no string, so that this is no module.
    pub(super) fn tag(&self, attrs: &'a Attrs<'a>, file: &[u8]) -> Result<Option<&'a [u8]>> {
        let Some(found) = attrs.value(known::TYPE_TAG) else {
            return Ok(None);
        };
        match self.evaluator.force(found)? {
            Value::String(tag) => Ok(Some(tag.bytes)),
            other => {
                let found = self.evaluator.preview(other).unwrap_or_default();
                Err(self.not_a_module(found.as_bytes(), &found, file))
            }
        }
    }
}

/// The error of what is to be imported, with advice if it needs what only all imports together tell.
#[cold]
pub(super) fn while_importing(error: Box<EvalError>, imports: Span) -> Box<EvalError> {
    if error.kind != ErrorKind::InfiniteRecursion || error.help.is_some() {
        return error;
    }
    let error = if error.span == imports {
        error
    } else {
        error.label(imports, "decides what is imported")
    };
    error.help(
        "`imports` cannot depend on `config` or on arguments from `_module.args`; import always, and use `lib.mkIf` inside",
    )
}
