//! `lib.sources`: what the directory of a git repository says of the commit that is checked out.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use crate::functions::filesystem::is_kind;
use crate::functions::strings::files::contents;
use crate::functions::tools::{below, builtin, text, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("commitIdFromGitRepo", 1, |evaluator, arguments| {
        let [path] = take(arguments)?;
        match commit(evaluator, b"HEAD", path)? {
            Ok(commit) => Ok(commit),
            Err(reason) => Err(throw(reason)),
        }
    }),
    Spec::new("pathIsGitRepo", 1, |evaluator, arguments| {
        let [path] = take(arguments)?;
        Ok(Value::bool(commit(evaluator, b"HEAD", path)?.is_ok()))
    }),
];

/// The commit that a file of the repository names, or why there is none.
fn commit<'a>(
    evaluator: &Evaluator<'a>,
    file: &[u8],
    repository: Value<'a>,
) -> Result<std::result::Result<Value<'a>, String>> {
    evaluator.check_stack()?;
    let at = evaluator.coerce_to_string(repository, Coercion::PATH_PART)?;
    if is_kind(evaluator, repository, b"regular")? {
        let line = first_line(contents(evaluator, repository)?);
        let Some(directory) = line.strip_prefix(b"gitdir: ") else {
            return Ok(Err(format!(
                "File contains no gitdir reference: {}",
                at.text()
            )));
        };
        let parent = builtin(evaluator, "dirOf", &[evaluator.borrowed_string(at.bytes)])?;
        let parent = evaluator.force_string(parent)?.bytes;
        let directory = absolute(parent, directory);
        return commit_of_work_tree(evaluator, file, &directory);
    }
    let named = below(evaluator, repository, file)?;
    if is_kind(evaluator, named, b"regular")? {
        let content = contents(evaluator, named)?;
        let line = first_line(content);
        return match line.strip_prefix(b"ref: ") {
            Some(reference) => commit(evaluator, reference, repository),
            None => Ok(Ok(evaluator.string_with_context(line, content.context))),
        };
    }
    let packed = below(evaluator, repository, b"packed-refs")?;
    if is_kind(evaluator, packed, b"regular")? {
        return packed_commit(evaluator, file, packed);
    }
    let at = text(evaluator, repository)?.text();
    Ok(Err(format!("Not a .git directory: {at}")))
}

/// The text without the newline at its end.
fn first_line<'a>(content: &Str<'a>) -> &'a [u8] {
    content.bytes.strip_suffix(b"\n").unwrap_or(content.bytes)
}

fn absolute(base: &[u8], path: &[u8]) -> Vec<u8> {
    match (path.starts_with(b"/"), base.starts_with(b"/")) {
        (true, _) => path.to_vec(),
        (false, true) => [base, b"/", path].concat(),
        (false, false) => [b"/", base, b"/", path].concat(),
    }
}

/// A work tree has its own `HEAD`, but shares the other references with its repository.
fn commit_of_work_tree<'a>(
    evaluator: &Evaluator<'a>,
    file: &[u8],
    directory: &[u8],
) -> Result<std::result::Result<Value<'a>, String>> {
    let shared = evaluator.string([directory, b"/commondir"].concat());
    let common = match is_kind(evaluator, shared, b"regular")? {
        true => first_line(contents(evaluator, shared)?),
        false => directory,
    };
    let common = absolute(directory, common.strip_suffix(b"/").unwrap_or(common));
    let file = [directory, b"/", file].concat();
    let below_common = [common.as_slice(), b"/"].concat();
    let file = file.strip_prefix(below_common.as_slice()).unwrap_or(&file);
    commit(evaluator, file, evaluator.string(&common))
}

fn packed_commit<'a>(
    evaluator: &Evaluator<'a>,
    file: &[u8],
    packed: Value<'a>,
) -> Result<std::result::Result<Value<'a>, String>> {
    let pattern = evaluator.string([b"([a-z0-9]+) ", file].concat());
    let content = contents(evaluator, packed)?.bytes;
    for line in content.split(|byte| *byte == b'\n') {
        let line = evaluator.borrowed_string(line);
        if let Value::List(groups) = builtin(evaluator, "match", &[pattern, line])?
            && let Some(commit) = groups.items.first()
        {
            return evaluator.force(*commit).map(Ok);
        }
    }
    let (file, packed) = (
        String::from_utf8_lossy(file),
        text(evaluator, packed)?.text(),
    );
    Ok(Err(format!("Could not find {file} in {packed}")))
}
