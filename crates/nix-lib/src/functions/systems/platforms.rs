//! `lib.systems.platforms`: how compilers are told of some boards and processors.

use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::version::compare;

use super::examples;
use super::literal::Literal::{Bool, Text};
use super::literal::{Fields, Literal, set};
use super::parts::Parts;
use crate::functions::tools::{find, function, get};

const ARMV7L: Fields = &[("arch", Text("armv7-a")), ("fpu", Text("vfpv3-d16"))];

/// A platform, and the options for GCC.
const PLATFORMS: &[(&str, Fields)] = &[
    ("aarch64-multiplatform", &[("arch", Text("armv8-a"))]),
    (
        "apple-m1",
        &[
            (
                "arch",
                Text("armv8.3-a+crypto+sha2+aes+crc+fp16+lse+simd+ras+rdm+rcpc"),
            ),
            ("cpu", Text("apple-a13")),
        ],
    ),
    ("armv5tel-multiplatform", &[("arch", Text("armv5te"))]),
    (
        "armv7a-android",
        &[
            ("arch", Text("armv7-a")),
            ("float-abi", Text("softfp")),
            ("fpu", Text("vfpv3-d16")),
        ],
    ),
    ("armv7l-hf-multiplatform", ARMV7L),
    (
        "ben_nanonote",
        &[("arch", Text("mips32")), ("float", Text("soft"))],
    ),
    (
        "bluefield2",
        &[("arch", Text("armv8-a+fp+simd+crc+crypto"))],
    ),
    (
        "fuloong2f_n32",
        &[
            ("abi", Text("n32")),
            ("arch", Text("loongson2f")),
            ("float", Text("hard")),
        ],
    ),
    (
        "gcc_mips32r2_o32",
        &[("abi", Text("32")), ("arch", Text("mips32r2"))],
    ),
    (
        "gcc_mips32r6_o32",
        &[("abi", Text("32")), ("arch", Text("mips32r6"))],
    ),
    (
        "gcc_mips64r2_64",
        &[("abi", Text("64")), ("arch", Text("mips64r2"))],
    ),
    (
        "gcc_mips64r2_n32",
        &[("abi", Text("n32")), ("arch", Text("mips64r2"))],
    ),
    (
        "gcc_mips64r6_64",
        &[("abi", Text("64")), ("arch", Text("mips64r6"))],
    ),
    (
        "gcc_mips64r6_n32",
        &[("abi", Text("n32")), ("arch", Text("mips64r6"))],
    ),
    (
        "loongarch64-multiplatform",
        &[
            ("arch", Text("la64v1.0")),
            ("cmodel", Text("medium")),
            ("strict-align", Bool(false)),
        ],
    ),
    (
        "raspberrypi",
        &[("arch", Text("armv6kz")), ("fpu", Text("vfpv2"))],
    ),
    ("raspberrypi2", ARMV7L),
    (
        "zero-gravitas",
        &[("cpu", Text("cortex-a9")), ("fpu", Text("neon"))],
    ),
    (
        "zero-sugar",
        &[
            ("cpu", Text("cortex-a7")),
            ("float-abi", Text("hard")),
            ("fpu", Text("neon-vfpv4")),
        ],
    ),
];

/// The options for GCC on a platform.
pub(super) fn gcc(name: &str) -> Fields {
    let platform = PLATFORMS.iter().find(|(known, _)| *known == name);
    platform.map_or(&[], |(_, fields)| fields)
}

fn platform<'a>(evaluator: &Evaluator<'a>, name: &str) -> Value<'a> {
    evaluator.attrs_from([("gcc", set(evaluator, gcc(name)))])
}

/// `lib.systems.platforms`
pub(super) fn all<'a>(evaluator: &Evaluator<'a>, parts: Parts<'a>) -> Value<'a> {
    let platforms = PLATFORMS.iter();
    let platforms = platforms.map(|(name, gcc)| {
        let gcc = Literal::Set(gcc).value(evaluator);
        (*name, evaluator.attrs_from([("gcc", gcc)]))
    });
    let select = function(evaluator, "select", move |evaluator, platform| {
        select(evaluator, parts, platform)
    });
    evaluator.attrs_from(platforms.chain([("select", select)]))
}

/// What is known of the platform that a name stands for, by its processor.
pub(super) fn select<'a>(
    evaluator: &Evaluator<'a>,
    parts: Parts<'a>,
    of: Value<'a>,
) -> Result<Value<'a>> {
    let is = |name: &str| evaluator.force_bool(get(evaluator, of, name)?);
    if is("isAarch32")? {
        let cpu = get(evaluator, get(evaluator, of, "parsed")?, "cpu")?;
        let version = match find(evaluator, cpu, "version")? {
            Some(version) => evaluator.force(version)?,
            None => Value::Null,
        };
        if let Value::Null = version {
            return Ok(evaluator.attrs(vec![]));
        }
        let version = evaluator.force_string(version)?.bytes;
        let name = match version {
            _ if compare(version, b"6").is_lt() => "armv5tel-multiplatform",
            _ if compare(version, b"7").is_lt() => "raspberrypi",
            _ => "armv7l-hf-multiplatform",
        };
        return Ok(platform(evaluator, name));
    }
    if is("isAarch64")? {
        let name = if is("isDarwin")? {
            "apple-m1"
        } else {
            "aarch64-multiplatform"
        };
        return Ok(platform(evaluator, name));
    }
    if is("isLoongArch64")? {
        return Ok(platform(evaluator, "loongarch64-multiplatform"));
    }
    let cpu = get(evaluator, get(evaluator, of, "parsed")?, "cpu")?;
    if evaluator.equal(cpu, get(evaluator, parts.cpu_types, "mipsel")?)? {
        return get(evaluator, examples::all(evaluator), "mipsel-linux-gnu");
    }
    Ok(evaluator.attrs(vec![]))
}
