//! `lib.filesystem.packagesFromDirectoryRecursive`: a directory of package files as a set of packages.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Span;

use crate::functions::attrsets::outputs::with_recursion;
use crate::functions::customisation::scopes::scope;
use crate::functions::filesystem::{entries, exists};
use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{below, function, later, text, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[Spec {
    formals: ARGUMENTS,
    ..Spec::new(
        "packagesFromDirectoryRecursive",
        1,
        |evaluator, arguments| {
            let [given] = take(arguments)?;
            let given = Given::new(
                evaluator,
                "packagesFromDirectoryRecursive",
                ARGUMENTS,
                given,
            )?;
            let packages = Packages {
                call_package: given.required("callPackage"),
                new_scope: given.get("newScope"),
            };
            packages.of(evaluator, given.required("directory"))
        },
    )
}];

const ARGUMENTS: Formals = &[
    ("callPackage", false),
    ("directory", false),
    ("newScope", true),
];

/// How files become packages.
#[derive(Clone, Copy)]
struct Packages<'a> {
    call_package: Value<'a>,
    /// If it is given, each directory is a scope of its own.
    new_scope: Option<Value<'a>>,
}

impl<'a> Packages<'a> {
    /// A package, if the directory has a `package.nix`; else the set of what is in it.
    fn of(self, evaluator: &Evaluator<'a>, directory: Value<'a>) -> Result<Value<'a>> {
        let package = below(evaluator, directory, b"package.nix")?;
        if exists(evaluator, package)? {
            return evaluator.call2(self.call_package, package, evaluator.attrs(vec![]));
        }
        let Some(new_scope) = self.new_scope else {
            return self.members(evaluator, directory);
        };
        let members = function(evaluator, "packages", move |evaluator, own| {
            let inner = Packages {
                call_package: later(evaluator, own, "callPackage"),
                new_scope: Some(later(evaluator, own, "newScope")),
            };
            inner.members(evaluator, directory)
        });
        let scope = scope(evaluator, new_scope, members)?;
        with_recursion(evaluator, &[scope], true)
    }

    fn members(self, evaluator: &Evaluator<'a>, directory: Value<'a>) -> Result<Value<'a>> {
        let mut members = vec![];
        for entry in entries(evaluator, directory)? {
            let name = evaluator.name(entry.name);
            let path = below(evaluator, directory, name)?;
            match evaluator.force_string(entry.value)?.bytes {
                b"directory" => {
                    let packages = evaluator.lazy(move |evaluator| self.of(evaluator, path));
                    members.push((name, packages));
                }
                b"regular" => {
                    if let Some(name) = name.strip_suffix(b".nix") {
                        let given = [path, evaluator.attrs(vec![])];
                        let package = evaluator.lazy_call(self.call_package, &given, Span::NONE);
                        members.push((name, package));
                    }
                }
                kind => {
                    return Err(throw(format!(
                        "lib.filesystem.packagesFromDirectoryRecursive: Unsupported file type {} at path {}\n",
                        String::from_utf8_lossy(kind),
                        text(evaluator, path)?.text()
                    )));
                }
            }
        }
        Ok(evaluator.attrs_from(members))
    }
}
