//! Which module an item of `disabledModules` means.

use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::functions::tools::text;
use crate::modules::collect::{Collector, Module};
use crate::modules::errors::{NOT_A_MODULE, as_in_nix, coded};

impl<'a> Collector<'a, '_> {
    /// The key of a module that another disables.
    pub(super) fn disabled_key(&self, module: &Module<'a>, item: Value<'a>) -> Result<&'a [u8]> {
        let evaluator = self.evaluator;
        let text = |value| Ok(text(evaluator, value)?.bytes);
        let item = evaluator.force(item)?;
        let key = match item {
            Value::Attrs(attrs) => attrs.value(known::KEY),
            _ => None,
        };
        match item {
            Value::String(string) if string.bytes.starts_with(b"/") => Ok(string.bytes),
            Value::String(string) => {
                let base = self.arguments.given.value(evaluator.symbol("modulesPath"));
                let base = match base {
                    Some(base) => text(base)?,
                    None => b"",
                };
                let key = [base, b"/", string.bytes].concat();
                Ok(evaluator.arena.alloc_slice_copy(&key))
            }
            item if is_convertible(evaluator, item)? => {
                let path = text(item)?;
                if let Some(key) = key
                    && text(key)? != path
                {
                    return Err(self.ambiguous_key(module, path, text(key)?));
                }
                Ok(path)
            }
            item => match key {
                Some(key) => text(key),
                None => Err(self.no_key(module, item)),
            },
        }
    }

    #[cold]
    fn ambiguous_key(&self, module: &Module<'a>, path: &[u8], key: &[u8]) -> Box<EvalError> {
        let [file, path, key] =
            [module.file, path, key].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let message = format!("`disabledModules` of `{file}` has a set of two keys");
        let in_nix = format!(
            "Module `{file}` contains a disabledModules item that is an attribute set that can be converted to a string ({path}) but also has a `.key` attribute ({key}) with a different value. This makes it ambiguous which module should be disabled."
        );
        as_in_nix(coded(NOT_A_MODULE, message), in_nix)
    }

    #[cold]
    fn no_key(&self, module: &Module<'a>, item: Value<'a>) -> Box<EvalError> {
        let file = String::from_utf8_lossy(module.file);
        if let Value::Attrs(_) = item {
            let message = format!("a set in `disabledModules` of `{file}` has no `key`");
            let in_nix = format!(
                "Module `{file}` contains a disabledModules item that is an attribute set, presumably a module, that does not have a `key` attribute. Name the module by its path, or by a set with its key."
            );
            return as_in_nix(coded(NOT_A_MODULE, message), in_nix);
        }
        let message = format!("{} disables no module", item.type_with_article());
        let in_nix = format!(
            "Each disabledModules item must be a path, string, or a attribute set with a key attribute, or a value supported by toString. However, one of the disabledModules items in `{file}` is none of that, but is of type {}.",
            item.type_name().unwrap_or_default()
        );
        as_in_nix(coded(NOT_A_MODULE, message), in_nix)
    }
}

/// Whether `toString` can be asked of a value.
fn is_convertible<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    Ok(match evaluator.force(value)? {
        Value::Attrs(attrs) => {
            attrs.get(known::OUT_PATH).is_some() || attrs.get(known::TO_STRING).is_some()
        }
        Value::List(list) => {
            for item in list.items {
                if !is_convertible(evaluator, *item)? {
                    return Ok(false);
                }
            }
            true
        }
        value => !value.is_function() && !matches!(value, Value::OutOfReach(_)),
    })
}
