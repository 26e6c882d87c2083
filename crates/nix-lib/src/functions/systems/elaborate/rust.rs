//! What Rust calls a platform.
//!
//! All of it can be given as `rust`, and some as `rustc`, which is the former name. Who gives a platform describes a target of their own.

use nix_frontend::eval::{Result, Value};

use super::{Derived, Platform};
use crate::functions::tools::{Text, builtin, get, with};

/// `rust`: what is given, and what follows.
pub(super) fn rust<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    let evaluator = platform.evaluator;
    let given = platform.rust()?.unwrap_or_else(|| evaluator.attrs(vec![]));
    let given = evaluator.force_attrs(given)?;
    let derived = platform.set(RUST);
    let derived = evaluator.force_attrs(derived)?;
    Ok(Value::Attrs(given.update(derived, evaluator.arena)))
}

impl<'a> Platform<'_, 'a> {
    /// What is given for Rust.
    fn rust(&self) -> Result<Option<Value<'a>>> {
        match self.given(&["rust"])? {
            Some(rust) => Ok(Some(rust)),
            None => self.given(&["rustc"]),
        }
    }

    fn given_for_rust(&self, path: &[&str]) -> Result<Option<Value<'a>>> {
        match self.rust()? {
            Some(rust) => self.find(rust, path),
            None => Ok(None),
        }
    }

    /// An attribute of the finished `rust`.
    fn in_rust(&self, name: &str) -> Result<Value<'a>> {
        get(self.evaluator, self.get("rust")?, name)
    }
}

const RUST: Derived = &[
    ("platform", target_platform),
    ("rustcTargetSpec", target_spec),
    ("rustcTarget", |platform| {
        match platform.given_for_rust(&["rustcTarget"])? {
            Some(target) => platform.evaluator.force(target),
            None => platform.in_rust("cargoShortTarget"),
        }
    }),
    ("cargoShortTarget", |platform| {
        let evaluator = platform.evaluator;
        let mut text = Text::new(evaluator);
        text.interpolate(platform.in_rust("rustcTargetSpec")?)?;
        let name = builtin(evaluator, "baseNameOf", &[text.finish()])?;
        let name = evaluator.force_string(name)?;
        let short = name.bytes.strip_suffix(b".json").unwrap_or(name.bytes);
        let mut text = Text::new(evaluator);
        text.push(short);
        text.context_of(name);
        Ok(text.finish())
    }),
    ("cargoEnvVarTarget", |platform| {
        let target = platform.in_rust("cargoShortTarget")?;
        let target = platform.evaluator.force_string(target)?;
        let upper = target.bytes.iter().map(|byte| match byte {
            b'-' => b'_',
            byte => byte.to_ascii_uppercase(),
        });
        let mut text = Text::new(platform.evaluator);
        text.push(upper.collect::<Vec<u8>>());
        text.context_of(target);
        Ok(text.finish())
    }),
    ("isNoStdTarget", |platform| {
        const WITHOUT_STD: &[&str] = &["-none", "nvptx", "switch", "-uefi"];
        let target = platform.text(platform.in_rust("rustcTarget")?)?;
        let has = |part: &&str| {
            let mut windows = target.windows(part.len());
            windows.any(|window| window == part.as_bytes())
        };
        Ok(Value::bool(WITHOUT_STD.iter().any(has)))
    }),
];

/// What programs can ask of the platform while they are compiled.
fn target_platform<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    let evaluator = platform.evaluator;
    let given = match platform.given_for_rust(&["platform"])? {
        Some(given) => given,
        None => match platform.given_for_rust(&["rustcTargetSpec"])? {
            Some(spec) if is_file(platform, spec)? => {
                let text = builtin(evaluator, "readFile", &[spec])?;
                builtin(evaluator, "fromJSON", &[text])?
            }
            _ => evaluator.attrs(vec![]),
        },
    };
    let derived = platform.later(TARGET);
    let derived = derived
        .into_iter()
        .map(|attr| (evaluator.name(attr.name), attr.value));
    let given = evaluator.force_attrs(given)?;
    Ok(Value::Attrs(with(evaluator, given, derived)))
}

/// Whether the specification of a target is a file.
fn is_file<'a>(platform: &Platform<'_, 'a>, spec: Value<'a>) -> Result<bool> {
    Ok(match platform.evaluator.force(spec)? {
        Value::Path(path) => path.bytes.ends_with(b".json"),
        spec => platform.text(spec)?.ends_with(b".json"),
    })
}

const TARGET: Derived = &[
    ("arch", |platform| {
        if let Some(given) = platform.given_for_rust(&["platform"])? {
            return get(platform.evaluator, given, "arch");
        }
        let arches = [
            ("isAarch32", "arm"),
            ("isMips64", "mips64"),
            ("isPower64", "powerpc64"),
        ];
        platform.string_or_cpu(platform.which(&arches)?)
    }),
    ("os", |platform| {
        if platform.given_for_rust(&["platform"])?.is_some() {
            return match platform.given_for_rust(&["platform", "os"])? {
                Some(os) => platform.evaluator.force(os),
                None => Ok(platform.string("none")),
            };
        }
        if platform.is("isDarwin")? {
            return Ok(platform.string("macos"));
        }
        if platform.is("isWasm")? && !platform.is("isWasi")? {
            return Ok(platform.string("unknown"));
        }
        let kernel = platform.named("kernel")?;
        Ok(platform.evaluator.borrowed_string(kernel))
    }),
    ("target-family", target_family),
    ("vendor", |platform| {
        if let Some(vendor) = platform.given_for_rust(&["platform", "vendor"])? {
            return platform.evaluator.force(vendor);
        }
        let vendor = match platform.named("vendor")? {
            b"w64" => b"pc",
            other => other,
        };
        Ok(platform.evaluator.borrowed_string(vendor))
    }),
];

fn target_family<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    let evaluator = platform.evaluator;
    if let Some(given) = platform.given(&["rust", "platform", "target-family"])? {
        return evaluator.force(given);
    }
    if let Some(given) = platform.given(&["rustc", "platform", "target-family"])? {
        let given = evaluator.force(given)?;
        return Ok(match given {
            Value::List(_) => given,
            single => evaluator.list(&[single]),
        });
    }
    let mut families = vec![];
    for (name, family) in [
        ("isUnix", "unix"),
        ("isWindows", "windows"),
        ("isWasm", "wasm"),
    ] {
        if platform.is(name)? {
            families.push(platform.string(family));
        }
    }
    Ok(evaluator.list(&families))
}

/// The name of the target, or the file that describes one that is not Rust's own.
fn target_spec<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    let evaluator = platform.evaluator;
    let given = match platform.given(&["rust", "rustcTargetSpec"])? {
        Some(spec) => Some(spec),
        None => platform.given(&["rustc", "config"])?,
    };
    if let Some(spec) = given {
        return evaluator.force(spec);
    }
    let Some(described) = platform.given_for_rust(&["platform"])? else {
        return match platform.given(&["rust", "rustcTarget"])? {
            Some(target) => evaluator.force(target),
            None => inferred(platform),
        };
    };
    let target = match platform.given_for_rust(&["rustcTarget"])? {
        Some(target) => target,
        None => inferred(platform)?,
    };
    let mut name = Text::new(evaluator);
    name.push_string(evaluator.force_string(target)?);
    name.push(".json");
    let description = builtin(evaluator, "toJSON", &[described])?;
    builtin(evaluator, "toFile", &[name.finish(), description])
}

/// The name of the target after the parsed system. Rust and nixpkgs do not name all alike.
fn inferred<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    const CPUS: &[(&[u8], &[u8])] = &[
        (b"armv5tel", b"armv5te"),
        (b"armv6l", b"arm"),
        (b"armv7a", b"armv7"),
        (b"armv7l", b"armv7"),
        (b"riscv32", b"riscv32gc"),
        (b"riscv64", b"riscv64gc"),
    ];
    let evaluator = platform.evaluator;
    let (cpu, abi) = (platform.named("cpu")?, platform.named("abi")?);
    let mut text = Text::new(evaluator);
    match platform.given_for_rust(&["platform", "arch"])? {
        Some(arch) => text.interpolate(arch)?,
        None => {
            let renamed = CPUS.iter().find(|(name, _)| *name == cpu);
            text.push(renamed.map_or(cpu, |(_, renamed)| renamed));
        }
    }
    if platform.is("isWasi")? {
        text.push("-wasip1");
        return Ok(text.finish());
    }
    text.push("-");
    text.interpolate(get(evaluator, platform.in_rust("platform")?, "vendor")?)?;
    text.push("-");
    text.push(platform.named("kernel")?);
    if abi != b"unknown" {
        let is_elf = cpu.starts_with(b"powerpc") && abi.starts_with(b"gnuabielfv");
        text.push("-");
        text.push(if is_elf { b"gnu" } else { abi });
    }
    Ok(text.finish())
}
