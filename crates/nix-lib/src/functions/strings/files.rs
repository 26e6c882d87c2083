//! `lib.strings`: paths and files in strings.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use crate::functions::attrsets::outputs::get_output;
use crate::functions::strings::{is_string_like, like};
use crate::functions::tools::{Text, builtin, interpolated, text, warn};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("fileContents", 1, file_contents),
    Spec::new("isStorePath", 1, is_store_path),
    Spec::new("makeBinPath", 1, |evaluator, arguments| {
        let [packages] = take(arguments)?;
        search_path(evaluator, Some(b"bin"), b"bin", packages)
    }),
    Spec::new("makeIncludePath", 1, |evaluator, arguments| {
        let [packages] = take(arguments)?;
        search_path(evaluator, Some(b"dev"), b"include", packages)
    }),
    Spec::new("makeLibraryPath", 1, |evaluator, arguments| {
        let [packages] = take(arguments)?;
        search_path(evaluator, Some(b"lib"), b"lib", packages)
    }),
    Spec::new("makeSearchPath", 2, |evaluator, arguments| {
        let [below, packages] = take(arguments)?;
        let below = evaluator.force_string(below)?.bytes;
        search_path(evaluator, None, below, packages)
    }),
    Spec::new("makeSearchPathOutput", 3, |evaluator, arguments| {
        let [output, below, packages] = take(arguments)?;
        let output = evaluator.force_plain_string(output)?;
        let below = evaluator.force_string(below)?.bytes;
        search_path(evaluator, Some(output), below, packages)
    }),
    Spec::new("normalizePath", 1, normalize_path),
    Spec::new("readPathsFromFile", 2, read_paths_from_file),
];

/// `package/below` of each package that is not null, with colons between them; of the output of that name, if one is given.
fn search_path<'a>(
    evaluator: &Evaluator<'a>,
    output: Option<&[u8]>,
    below: &[u8],
    packages: Value<'a>,
) -> Result<Value<'a>> {
    let mut path = Text::new(evaluator);
    for package in evaluator.force_list(packages)? {
        let mut package = evaluator.force(*package)?;
        if let Some(output) = output
            && !matches!(package, Value::Null)
        {
            package = get_output(evaluator, output, package)?;
        }
        if let Value::Null = package {
            continue;
        }
        if !path.is_empty() {
            path.push(":");
        }
        // `+` on a path value gives a path, which is only then copied to the store.
        if let Value::Path(directory) = package {
            let whole = [directory.bytes, b"/", below].concat();
            let whole = nix_frontend::eval::ops::canonical(&whole);
            path.interpolate(evaluator.path(whole))?;
        } else {
            path.interpolate(package)?;
            path.push("/");
            path.push(below);
        }
    }
    Ok(path.finish())
}

fn normalize_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    if let Value::Path(path) = evaluator.force(path)? {
        warn(
            evaluator,
            format!(
                "lib.strings.normalizePath: The argument ({}) is a path value, but only strings are supported.",
                path.text()
            ),
        )?;
    }
    let path = interpolated(evaluator, path)?;
    let mut bytes = path.bytes.to_vec();
    bytes.dedup_by(|later, before| *later == b'/' && *before == b'/');
    Ok(like(
        evaluator,
        evaluator.arena.alloc_slice_copy(&bytes),
        path,
    ))
}

/// Whether it says a path directly below the store, or the placeholder of one.
fn is_store_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    const STORE: &[u8] = b"/nix/store";
    const PLACEHOLDER_LENGTH: usize = 52;
    let [value] = take(arguments)?;
    if !is_string_like(evaluator, value)? {
        return Ok(Value::bool(false));
    }
    let path = text(evaluator, value)?.bytes;
    let slash = path.iter().rposition(|byte| *byte == b'/');
    let directory = slash.and_then(|slash| path.get(..slash));
    let is_in_store = directory == Some(STORE);
    let is_placeholder = match path.strip_prefix(b"/") {
        Some(hash) => {
            let in_hash = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
            hash.len() == PLACEHOLDER_LENGTH && hash.iter().all(in_hash)
        }
        None => false,
    };
    Ok(Value::bool(is_in_store || is_placeholder))
}

/// The string borrows from the file's text.
pub(crate) fn contents<'a>(evaluator: &Evaluator<'a>, path: Value<'a>) -> Result<&'a Str<'a>> {
    evaluator.force_string(builtin(evaluator, "readFile", &[path])?)
}

fn file_contents<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let text = contents(evaluator, path)?;
    let without = text.bytes.strip_suffix(b"\n").unwrap_or(text.bytes);
    Ok(like(evaluator, without, text))
}

/// The lines of a file that are neither empty nor comments, as paths below a directory.
fn read_paths_from_file<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [directory, file] = take(arguments)?;
    let directory = evaluator.coerce_to_string(directory, Coercion::PATH_PART)?;
    let text = contents(evaluator, file)?;
    let lines = text.bytes.split(|byte| *byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let paths = lines.map(|line| {
        let path = [directory.bytes, b"/", line].concat();
        evaluator.path(nix_frontend::eval::ops::canonical(&path))
    });
    Ok(evaluator.list(&paths.collect::<Vec<_>>()))
}
