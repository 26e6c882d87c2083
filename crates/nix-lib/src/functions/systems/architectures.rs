//! `lib.systems.architectures`: what the names of GCC's architectures stand for.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Result, Value};

use super::literal::strings;
use crate::functions::tools::function;

/// Architectures that have the same features.
type Features = (&'static [&'static str], &'static [&'static str]);

const FEATURES: &[Features] = &[
    (
        &[
            "default",
            "x86-64",
            "armv5te",
            "armv6",
            "armv7-a",
            "armv8-a",
            "mips32",
            "loongson2f",
        ],
        &[],
    ),
    (
        &["x86-64-v2", "nehalem", "westmere", "silvermont", "btver1"],
        &["sse3", "ssse3", "sse4_1", "sse4_2"],
    ),
    (
        &["sandybridge", "ivybridge"],
        &["sse3", "ssse3", "sse4_1", "sse4_2", "avx"],
    ),
    (
        &["x86-64-v3", "haswell", "broadwell"],
        &["sse3", "ssse3", "sse4_1", "sse4_2", "avx", "avx2", "fma"],
    ),
    (
        &["x86-64-v4"],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "avx", "avx2", "avx512", "fma",
        ],
    ),
    (
        &["skylake", "alderlake", "sierraforest"],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "aes", "avx", "avx2", "fma",
        ],
    ),
    (
        &[
            "skylake-avx512",
            "cannonlake",
            "icelake-client",
            "icelake-server",
            "rocketlake",
            "cascadelake",
            "cooperlake",
            "tigerlake",
            "sapphirerapids",
            "emeraldrapids",
        ],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "aes", "avx", "avx2", "avx512", "fma",
        ],
    ),
    (
        &["btver2"],
        &["sse3", "ssse3", "sse4_1", "sse4_2", "aes", "avx"],
    ),
    (
        &["bdver1", "bdver2", "bdver3"],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "sse4a", "aes", "avx", "fma", "fma4",
        ],
    ),
    (
        &["bdver4"],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "sse4a", "aes", "avx", "avx2", "fma", "fma4",
        ],
    ),
    (
        &["znver1", "znver2", "znver3"],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "sse4a", "aes", "avx", "avx2", "fma",
        ],
    ),
    (
        &["znver4", "znver5"],
        &[
            "sse3", "ssse3", "sse4_1", "sse4_2", "sse4a", "aes", "avx", "avx2", "avx512", "fma",
        ],
    ),
    (&["loongarch64"], &["fpu64"]),
    (&["la64v1.0"], &["fpu64", "lsx"]),
    (&["la464"], &["fpu64", "lsx", "lasx"]),
    (
        &["la64v1.1"],
        &[
            "fpu64",
            "lsx",
            "div32",
            "frecipe",
            "lam-bh",
            "lamcas",
            "ld-seq-sa",
        ],
    ),
    (
        &["la664"],
        &[
            "fpu64",
            "lsx",
            "lasx",
            "div32",
            "frecipe",
            "lam-bh",
            "lamcas",
            "ld-seq-sa",
        ],
    ),
];

/// An architecture, and those whose programs it runs; it runs what they run, too.
const INFERIORS: &[(&str, &[&str])] = &[
    ("default", &[]),
    ("x86-64", &[]),
    ("x86-64-v2", &["x86-64"]),
    ("x86-64-v3", &["x86-64-v2"]),
    ("x86-64-v4", &["x86-64-v3"]),
    ("nehalem", &["x86-64-v2"]),
    ("westmere", &["nehalem"]),
    ("sandybridge", &["westmere"]),
    ("ivybridge", &["sandybridge"]),
    ("haswell", &["ivybridge", "x86-64-v3"]),
    ("broadwell", &["haswell"]),
    ("skylake", &["broadwell"]),
    ("skylake-avx512", &["skylake", "x86-64-v4"]),
    ("cannonlake", &["skylake-avx512"]),
    ("icelake-client", &["cannonlake"]),
    ("icelake-server", &["icelake-client"]),
    ("cascadelake", &["cannonlake"]),
    ("cooperlake", &["cascadelake"]),
    ("tigerlake", &["icelake-server"]),
    ("sapphirerapids", &["tigerlake"]),
    ("emeraldrapids", &["sapphirerapids"]),
    ("rocketlake", &["x86-64-v4"]),
    ("alderlake", &["skylake"]),
    ("sierraforest", &["alderlake"]),
    ("btver1", &["x86-64"]),
    ("btver2", &["x86-64-v2"]),
    ("bdver1", &["x86-64-v2"]),
    ("bdver2", &["x86-64-v2"]),
    ("bdver3", &["x86-64-v2"]),
    ("bdver4", &["x86-64-v3"]),
    ("znver1", &["skylake"]),
    ("znver2", &["znver1"]),
    ("znver3", &["znver2"]),
    ("znver4", &["znver3", "x86-64-v4"]),
    ("znver5", &["znver4"]),
    ("armv8-a", &[]),
    ("armv8.1-a", &["armv8-a"]),
    ("armv8.2-a", &["armv8.1-a"]),
    ("armv8.3-a", &["armv8.2-a"]),
    ("armv8.4-a", &["armv8.3-a"]),
    ("armv8.5-a", &["armv8.4-a"]),
    ("armv8.6-a", &["armv8.5-a"]),
    ("armv8.7-a", &["armv8.6-a"]),
    ("armv8.8-a", &["armv8.7-a"]),
    ("armv8.9-a", &["armv8.8-a"]),
    ("armv9-a", &["armv8.5-a"]),
    ("armv9.1-a", &["armv9-a", "armv8.6-a"]),
    ("armv9.2-a", &["armv9.1-a", "armv8.7-a"]),
    ("armv9.3-a", &["armv9.2-a", "armv8.8-a"]),
    ("armv9.4-a", &["armv9.3-a"]),
    ("cortex-a53", &["armv8-a"]),
    ("cortex-a72", &["armv8-a"]),
    ("cortex-a55", &["armv8.2-a", "cortex-a53", "cortex-a72"]),
    ("cortex-a76", &["armv8.2-a", "cortex-a53", "cortex-a72"]),
    ("ampere1", &["armv8.6-a", "cortex-a55", "cortex-a76"]),
    ("ampere1a", &["ampere1"]),
    ("ampere1b", &["ampere1a"]),
    ("loongarch64", &[]),
    ("la64v1.0", &["loongarch64"]),
    ("la464", &["la64v1.0"]),
    ("la64v1.1", &["la64v1.0"]),
    ("la664", &["la464", "la64v1.1"]),
    ("armv5te", &[]),
    ("armv6", &[]),
    ("armv7-a", &[]),
    ("mips32", &[]),
    ("loongson2f", &[]),
];

/// Questions that an elaborated platform answers, and the feature that each asks for.
pub(super) const SUPPORTS: &[(&str, &str)] = &[
    ("aesSupport", "aes"),
    ("avx2Support", "avx2"),
    ("avx512Support", "avx512"),
    ("avxSupport", "avx"),
    ("fma4Support", "fma4"),
    ("fmaSupport", "fma"),
    ("lasxSupport", "lasx"),
    ("lsxSupport", "lsx"),
    ("sse3Support", "sse3"),
    ("sse4_1Support", "sse4_1"),
    ("sse4_2Support", "sse4_2"),
    ("sse4_aSupport", "sse4a"),
    ("ssse3Support", "ssse3"),
];

/// Whether an architecture has a feature.
pub(super) fn supports(architecture: &[u8], feature: &str) -> bool {
    let is_this = |name: &&str| name.as_bytes() == architecture;
    let mut features = FEATURES.iter();
    features.any(|(names, features)| names.iter().any(&is_this) && features.contains(&feature))
}

/// All architectures whose programs one runs, the nearest first.
fn inferiors(architecture: &str) -> Vec<&'static str> {
    let own = INFERIORS.iter().find(|(name, _)| *name == architecture);
    let direct = own.map_or(&[][..], |(_, direct)| direct);
    let mut all: Vec<&'static str> = direct.to_vec();
    for direct in direct {
        for inferior in inferiors(direct) {
            if !all.contains(&inferior) {
                all.push(inferior);
            }
        }
    }
    all
}

fn has_inferior(architecture: &[u8], inferior: &[u8]) -> bool {
    let own = INFERIORS.iter();
    let mut own = own.filter(|(name, _)| name.as_bytes() == architecture);
    own.any(|(name, _)| {
        inferiors(name)
            .iter()
            .any(|name| name.as_bytes() == inferior)
    })
}

/// Whether one architecture runs what is made for another.
pub(super) fn can_execute(architecture: &[u8], program: &[u8]) -> bool {
    architecture == program || has_inferior(architecture, program)
}

/// `lib.systems.architectures`
pub(super) fn set<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let features = FEATURES.iter().flat_map(|(names, features)| {
        let features = strings(evaluator, features.iter().copied());
        names.iter().map(move |name| (*name, features))
    });
    let inferiors = INFERIORS.iter().map(|(name, _)| {
        let inferiors = evaluator.lazy(move |evaluator| Ok(strings(evaluator, inferiors(name))));
        (*name, inferiors)
    });
    let predicates = SUPPORTS.iter().map(|(name, feature)| {
        let predicate = function(evaluator, name, move |evaluator, architecture| {
            let architecture = evaluator.force_string(architecture)?.bytes;
            Ok(Value::bool(supports(architecture, feature)))
        });
        (*name, predicate)
    });
    evaluator.attrs_from([
        ("features", evaluator.attrs_from(features)),
        ("inferiors", evaluator.attrs_from(inferiors)),
        (
            "hasInferior",
            comparison(evaluator, "hasInferior", has_inferior),
        ),
        (
            "canExecute",
            comparison(evaluator, "canExecute", can_execute),
        ),
        ("predicates", evaluator.attrs_from(predicates)),
    ])
}

fn comparison<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    compare: fn(&[u8], &[u8]) -> bool,
) -> Value<'a> {
    evaluator.native(name, 2, move |evaluator, arguments| -> Result<Value<'a>> {
        let [left, right] = take(arguments)?;
        let left = evaluator.force_string(left)?.bytes;
        Ok(Value::bool(compare(
            left,
            evaluator.force_string(right)?.bytes,
        )))
    })
}
