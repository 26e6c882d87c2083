//! `lib.sources.sourceByGlobs`: sources filtered by patterns such as `src/**/*.c`.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::sources::filtered;
use crate::functions::strings::split_at_each;
use crate::functions::tools::text;

/// The functions of this part.
pub const TABLE: &[Spec] = &[Spec::new("sourceByGlobs", 2, source_by_globs)];

/// A component of a path that stands for any number of them.
const ANY: &[u8] = b"**";

fn source_by_globs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [source, patterns] = take(arguments)?;
    let filter = evaluator.native("filter", 2, move |evaluator, arguments| {
        let [path, kind] = take(arguments)?;
        let directory = [text(evaluator, source)?.bytes, b"/"].concat();
        let path = evaluator.force_string(path)?.bytes;
        let below = path.strip_prefix(directory.as_slice()).unwrap_or(path);
        let below = split_at_each(below, b"/");
        for pattern in evaluator.force_list(patterns)? {
            let pattern = split_at_each(evaluator.force_string(*pattern)?.bytes, b"/");
            let taken = match verdict(&pattern, &below) {
                Verdict::Whole => true,
                Verdict::No => false,
                Verdict::Start => is_directory(evaluator, kind)?,
            };
            if taken {
                return Ok(Value::bool(true));
            }
        }
        Ok(Value::bool(false))
    });
    Ok(filtered(evaluator, source, filter))
}

/// Whether something can lie below it.
fn is_directory<'a>(evaluator: &Evaluator<'a>, kind: Value<'a>) -> Result<bool> {
    let is = |name: &'static [u8]| evaluator.equal(kind, evaluator.borrowed_string(name));
    Ok(is(b"directory")? || is(b"symlink")?)
}

enum Verdict {
    Whole,
    /// The pattern wants more than the path has.
    Start,
    No,
}

/// `**` ends at the first component that fits what is behind it.
fn verdict(pattern: &[&[u8]], path: &[&[u8]]) -> Verdict {
    let (mut globs, mut names) = (pattern, path);
    loop {
        let (glob, name) = match (globs, names) {
            ([], []) => return Verdict::Whole,
            (_, []) => return Verdict::Start,
            ([], _) => return Verdict::No,
            ([glob, ..], [name, ..]) => (*glob, *name),
        };
        match globs {
            [ANY] => return Verdict::Whole,
            [ANY, next, ..] if fits(next, name) => globs = globs.get(1..).unwrap_or_default(),
            [ANY, ..] => names = names.get(1..).unwrap_or_default(),
            _ if fits(glob, name) => {
                globs = globs.get(1..).unwrap_or_default();
                names = names.get(1..).unwrap_or_default();
            }
            _ => return Verdict::No,
        }
    }
}

/// Whether one component fits; each star stands for any bytes.
fn fits(glob: &[u8], name: &[u8]) -> bool {
    if glob == ANY {
        return true;
    }
    let parts: Vec<&[u8]> = glob.split(|byte| *byte == b'*').collect();
    let Some(((first, middle), last)) = parts
        .split_last()
        .and_then(|(last, rest)| Some((rest.split_first()?, last)))
    else {
        return glob == name;
    };
    let rest = name
        .strip_prefix(*first)
        .and_then(|rest| rest.strip_suffix(*last));
    let Some(mut rest) = rest else {
        return false;
    };
    for part in middle {
        if part.is_empty() {
            continue;
        }
        let Some(at) = rest.windows(part.len()).position(|window| window == *part) else {
            return false;
        };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}
