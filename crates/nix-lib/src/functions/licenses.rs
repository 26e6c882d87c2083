//! `lib.licenses`: the licenses that nixpkgs knows, and expressions of several.
//!
//! What is known of each is in `licenses.tsv`, one line for a license: its name in `lib`, its short name (if it is another), its SPDX
//! identifier, its full name, its address (if it is not that of SPDX), and what is unusual about it. `refresh.nix`, beside the table,
//! prints it anew.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::tools::{Text, find, get, holds, later, throw};

const TABLE_OF_LICENSES: &str = include_str!("licenses/licenses.tsv");

/// A line of the table. What is empty is not known.
#[derive(Clone, Copy)]
struct License {
    name: &'static str,
    short: &'static str,
    spdx: &'static str,
    full: &'static str,
    url: &'static str,
    is_free: bool,
    is_redistributable: bool,
    is_deprecated: bool,
}

fn licenses() -> impl Iterator<Item = License> {
    TABLE_OF_LICENSES.lines().map(|line| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let (name, short, spdx, full, url, unusual) =
            (field(), field(), field(), field(), field(), field());
        let has = |word| unusual.split(' ').any(|known| known == word);
        License {
            name,
            short: if short.is_empty() { name } else { short },
            spdx,
            full,
            url,
            is_free: !has("unfree"),
            is_redistributable: !has("unfree") || has("redistributable"),
            is_deprecated: has("deprecated"),
        }
    })
}

impl License {
    fn value<'a>(self, evaluator: &Evaluator<'a>) -> Value<'a> {
        let text = |text: &'static str| evaluator.borrowed_string(text.as_bytes());
        let mut fields = vec![
            ("deprecated", Value::bool(self.is_deprecated)),
            ("free", Value::bool(self.is_free)),
            ("licenseType", text("simple")),
            ("redistributable", Value::bool(self.is_redistributable)),
            ("shortName", text(self.short)),
        ];
        let known = [
            ("fullName", self.full),
            ("spdxId", self.spdx),
            ("url", self.url),
        ];
        let known = known.into_iter().filter(|(_, known)| !known.is_empty());
        fields.extend(known.map(|(name, known)| (name, text(known))));
        if !self.spdx.is_empty() {
            let url = format!("https://spdx.org/licenses/{}.html", self.spdx);
            fields.push(("url", evaluator.string(url)));
        }
        evaluator.attrs_from(fields)
    }
}

/// The licenses.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let value = |license: License| {
        let value = evaluator.lazy(move |evaluator| Ok(license.value(evaluator)));
        (license.name, value)
    };
    licenses().map(value).collect()
}

/// `lib.licensesSpdx`: the licenses by their SPDX identifiers. Of two with one identifier the first counts.
pub(crate) fn by_spdx<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let mut known: Vec<License> = vec![];
    for license in licenses().filter(|license| !license.spdx.is_empty()) {
        if known.iter().all(|earlier| earlier.spdx != license.spdx) {
            known.push(license);
        }
    }
    let known = known.into_iter();
    evaluator.attrs_from(known.map(|license| (license.spdx, license.value(evaluator))))
}

/// The license of an SPDX identifier, in whatever case.
pub(crate) fn of_spdx<'a>(evaluator: &Evaluator<'a>, id: &[u8]) -> Option<Value<'a>> {
    let mut known = licenses().filter(|license| !license.spdx.is_empty());
    let known = known.find(|license| license.spdx.as_bytes().eq_ignore_ascii_case(id))?;
    Some(known.value(evaluator))
}

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("AND", 1, |evaluator, arguments| {
        let [licenses] = take(arguments)?;
        Ok(expression(
            evaluator,
            "compound",
            "AND",
            [("licenses", licenses)],
        ))
    }),
    Spec::new("OR", 1, |evaluator, arguments| {
        let [licenses] = take(arguments)?;
        Ok(expression(
            evaluator,
            "compound",
            "OR",
            [("licenses", licenses)],
        ))
    }),
    Spec::new("PLUS", 1, |evaluator, arguments| {
        let [license] = take(arguments)?;
        Ok(expression(evaluator, "plus", "+", [("license", license)]))
    }),
    Spec::new("WITH", 2, |evaluator, arguments| {
        let [license, exception] = take(arguments)?;
        let parts = [("license", license), ("exception", exception)];
        Ok(expression(evaluator, "exception", "WITH", parts))
    }),
    Spec::new("containsLicenses", 2, |evaluator, arguments| {
        let [wanted, license] = take(arguments)?;
        let is_wanted = |license| {
            let wanted = evaluator.force_list(wanted)?;
            holds(evaluator, wanted, license).map(Value::bool)
        };
        evaluate(evaluator, &is_wanted, Value::bool(false), license)
    }),
    Spec::new("evaluateNamedProperty", 3, |evaluator, arguments| {
        let [name, permissive, license] = take(arguments)?;
        let ask = |license| get(evaluator, license, evaluator.force_plain_string(name)?);
        evaluate(evaluator, &ask, permissive, license)
    }),
    Spec::new("evaluateProperty", 3, |evaluator, arguments| {
        let [predicate, permissive, license] = take(arguments)?;
        let ask = |license| evaluator.call1(predicate, license);
        evaluate(evaluator, &ask, permissive, license)
    }),
    Spec::new("isFree", 1, |evaluator, arguments| {
        let [license] = take(arguments)?;
        let ask = |license| get(evaluator, license, "free");
        evaluate(evaluator, &ask, Value::bool(true), license)
    }),
    Spec::new("isRedistributable", 1, |evaluator, arguments| {
        let [license] = take(arguments)?;
        let ask = |license| get(evaluator, license, "redistributable");
        evaluate(evaluator, &ask, Value::bool(true), license)
    }),
    Spec::new("toSPDX", 1, |evaluator, arguments| {
        let [license] = take(arguments)?;
        let mut text = Text::new(evaluator);
        spdx(evaluator, &mut text, license)?;
        Ok(text.finish())
    }),
];

fn expression<'a, const N: usize>(
    evaluator: &Evaluator<'a>,
    kind: &'static str,
    operator: &'static str,
    parts: [(&str, Value<'a>); N],
) -> Value<'a> {
    let sort = [
        ("licenseType", evaluator.borrowed_string(kind.as_bytes())),
        ("operator", evaluator.borrowed_string(operator.as_bytes())),
    ];
    evaluator.attrs_from(sort.into_iter().chain(parts))
}

fn kind<'a>(evaluator: &Evaluator<'a>, license: Value<'a>) -> Result<&'a [u8]> {
    let kind = get(evaluator, license, "licenseType")?;
    Ok(evaluator.force_string(kind)?.bytes)
}

/// What holds of an expression of licenses, by what holds of each.
///
/// Permissively, one of the licenses to choose from is enough, and all that apply together must agree; otherwise it is the reverse.
fn evaluate<'a>(
    evaluator: &Evaluator<'a>,
    ask: &dyn Fn(Value<'a>) -> Result<Value<'a>>,
    permissive: Value<'a>,
    license: Value<'a>,
) -> Result<Value<'a>> {
    evaluator.check_stack()?;
    let part = |name: &str| later(evaluator, license, name);
    match kind(evaluator, license)? {
        b"simple" => ask(license),
        b"compound" => {
            let operator = evaluator.force_string(part("operator"))?.bytes;
            let is_choice = match operator {
                b"OR" => true,
                b"AND" => false,
                _ => return Err(throw("Unknown license operator")),
            };
            let one_is_enough = is_choice == evaluator.force_bool(permissive)?;
            for license in evaluator.force_list(part("licenses"))? {
                let answer = evaluate(evaluator, ask, permissive, *license)?;
                if evaluator.force_bool(answer)? == one_is_enough {
                    return Ok(Value::bool(one_is_enough));
                }
            }
            Ok(Value::bool(!one_is_enough))
        }
        b"exception" => {
            for name in ["license", "exception"] {
                let answer = evaluate(evaluator, ask, permissive, part(name))?;
                if !evaluator.force_bool(answer)? {
                    return Ok(Value::bool(false));
                }
            }
            Ok(Value::bool(true))
        }
        b"plus" => evaluate(evaluator, ask, permissive, part("license")),
        _ => Err(throw("Unknown license type or legacy license")),
    }
}

/// Writes an SPDX license expression.
fn spdx<'a>(evaluator: &Evaluator<'a>, text: &mut Text<'_, 'a>, license: Value<'a>) -> Result<()> {
    evaluator.check_stack()?;
    let part = |name: &str| later(evaluator, license, name);
    match kind(evaluator, license)? {
        b"simple" => match find(evaluator, license, "spdxId")? {
            Some(id) => text.push_string(evaluator.force_string(id)?),
            None => {
                text.push("LicenseRef-nixos-");
                text.interpolate(part("shortName"))?;
            }
        },
        b"compound" => {
            for (number, license) in evaluator.force_list(part("licenses"))?.iter().enumerate() {
                if number > 0 {
                    text.push(" ");
                    text.interpolate(part("operator"))?;
                    text.push(" ");
                }
                bracketed(evaluator, text, *license)?;
            }
        }
        b"exception" => {
            bracketed(evaluator, text, part("license"))?;
            text.push(" ");
            text.interpolate(part("operator"))?;
            text.push(" ");
            bracketed(evaluator, text, part("exception"))?;
        }
        b"plus" => {
            bracketed(evaluator, text, part("license"))?;
            text.interpolate(part("operator"))?;
        }
        _ => return Err(throw("Unknown license type")),
    }
    Ok(())
}

fn bracketed<'a>(
    evaluator: &Evaluator<'a>,
    text: &mut Text<'_, 'a>,
    license: Value<'a>,
) -> Result<()> {
    let is_several = matches!(kind(evaluator, license)?, b"compound" | b"exception");
    if is_several {
        text.push("(");
    }
    spdx(evaluator, text, license)?;
    if is_several {
        text.push(")");
    }
    Ok(())
}
