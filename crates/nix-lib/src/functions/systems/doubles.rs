//! `lib.systems.doubles`, which is `lib.platforms`: systems by what they have in common.

use nix_frontend::eval::{Evaluator, Value};

/// The systems that nixpkgs' flake has packages for.
const FLAKE_EXPOSED: &[&str] = &[
    "x86_64-linux",
    "aarch64-linux",
    "x86_64-darwin",
    "armv6l-linux",
    "armv7l-linux",
    "i686-linux",
    "aarch64-darwin",
    "powerpc64le-linux",
    "riscv64-linux",
    "x86_64-freebsd",
];

fn strings<'a>(
    evaluator: &Evaluator<'a>,
    strings: impl IntoIterator<Item = &'static str>,
) -> Value<'a> {
    let strings = strings.into_iter();
    let strings = strings.map(|string| evaluator.borrowed_string(string.as_bytes()));
    evaluator.list(&strings.collect::<Vec<_>>())
}

/// `lib.systems.flakeExposed`
pub fn flake_exposed<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    strings(evaluator, FLAKE_EXPOSED.iter().copied())
}

/// Every system.
const ALL: &[&str] = &[
    "i686-cygwin",
    "x86_64-cygwin",
    "x86_64-darwin",
    "aarch64-darwin",
    "i686-freebsd",
    "x86_64-freebsd",
    "aarch64-freebsd",
    "aarch64-genode",
    "i686-genode",
    "x86_64-genode",
    "x86_64-solaris",
    "javascript-ghcjs",
    "aarch64-linux",
    "arc-linux",
    "armv5tel-linux",
    "armv6l-linux",
    "armv7a-linux",
    "armv7l-linux",
    "i686-linux",
    "loongarch64-linux",
    "m68k-linux",
    "sh4-linux",
    "microblaze-linux",
    "microblazeel-linux",
    "mips-linux",
    "mips64-linux",
    "mips64el-linux",
    "mipsel-linux",
    "powerpc-linux",
    "powerpc64-linux",
    "powerpc64le-linux",
    "riscv32-linux",
    "riscv64-linux",
    "s390-linux",
    "s390x-linux",
    "x86_64-linux",
    "mmix-mmixware",
    "aarch64-netbsd",
    "armv6l-netbsd",
    "armv7a-netbsd",
    "armv7l-netbsd",
    "i686-netbsd",
    "m68k-netbsd",
    "mipsel-netbsd",
    "powerpc-netbsd",
    "riscv32-netbsd",
    "riscv64-netbsd",
    "x86_64-netbsd",
    "aarch64_be-none",
    "aarch64-none",
    "arm-none",
    "armv6l-none",
    "avr-none",
    "i686-none",
    "microblaze-none",
    "microblazeel-none",
    "mips-none",
    "mips64-none",
    "msp430-none",
    "or1k-none",
    "m68k-none",
    "powerpc-none",
    "powerpcle-none",
    "riscv32-none",
    "riscv64-none",
    "rx-none",
    "s390-none",
    "s390x-none",
    "vc4-none",
    "x86_64-none",
    "i686-openbsd",
    "x86_64-openbsd",
    "x86_64-redox",
    "wasm64-wasi",
    "wasm32-wasi",
    "aarch64-windows",
    "x86_64-windows",
    "i686-windows",
    "aarch64-uefi",
    "x86_64-uefi",
];

/// Groups of systems that have the same word behind the dash.
const KERNELS: &[(&str, &[&str])] = &[
    ("cygwin", &["cygwin"]),
    ("darwin", &["darwin"]),
    ("embedded", &["none"]),
    ("freebsd", &["freebsd"]),
    ("genode", &["genode"]),
    ("gnu", &["linux"]),
    ("illumos", &["solaris"]),
    ("js", &["ghcjs"]),
    ("linux", &["linux"]),
    ("netbsd", &["netbsd"]),
    ("openbsd", &["openbsd"]),
    ("redox", &["redox"]),
    ("uefi", &["uefi"]),
    (
        "unix",
        &[
            "cygwin", "darwin", "freebsd", "linux", "netbsd", "openbsd", "redox", "solaris",
        ],
    ),
    ("wasi", &["wasi"]),
    ("windows", &["cygwin", "uefi", "windows"]),
];

/// Groups of systems by their processors.
const PROCESSORS: &[(&str, &[&str])] = &[
    (
        "aarch",
        &[
            "aarch64",
            "aarch64_be",
            "arm",
            "armv5tel",
            "armv6l",
            "armv7a",
            "armv7l",
        ],
    ),
    ("aarch64", &["aarch64", "aarch64_be"]),
    ("arc", &["arc"]),
    ("arm", &["arm", "armv5tel", "armv6l", "armv7a", "armv7l"]),
    ("armv7", &["armv7a", "armv7l"]),
    ("i686", &["i686"]),
    ("loongarch64", &["loongarch64"]),
    ("m68k", &["m68k"]),
    ("microblaze", &["microblaze", "microblazeel"]),
    ("mips", &["mips", "mips64", "mips64el", "mipsel"]),
    ("mmix", &["mmix"]),
    ("or1k", &["or1k"]),
    (
        "power",
        &["powerpc", "powerpc64", "powerpc64le", "powerpcle"],
    ),
    ("riscv", &["riscv32", "riscv64"]),
    ("riscv32", &["riscv32"]),
    ("riscv64", &["riscv64"]),
    ("rx", &["rx"]),
    ("s390", &["s390"]),
    ("s390x", &["s390x"]),
    ("sh4", &["sh4"]),
    ("vc4", &["vc4"]),
    ("x86", &["i686", "x86_64"]),
    ("x86_64", &["x86_64"]),
];

const BIG_ENDIAN: &[&str] = &[
    "aarch64_be",
    "m68k",
    "microblaze",
    "mips",
    "mips64",
    "mmix",
    "or1k",
    "powerpc",
    "powerpc64",
    "s390",
    "s390x",
];

/// `lib.systems.doubles`
pub fn doubles<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let named = |name: &'static str,
                 wanted: fn(&str, &str, &[&str]) -> bool,
                 words: &'static [&'static str]| {
        let group = evaluator.lazy(move |evaluator| {
            let group = ALL.iter().copied().filter(|system| {
                let (processor, kernel) = system.split_once('-').unwrap_or((system, ""));
                wanted(processor, kernel, words)
            });
            Ok(strings(evaluator, group))
        });
        (name, group)
    };
    let mut groups = vec![
        named("all", |_, _, _| true, &[]),
        named("none", |_, _, _| false, &[]),
        named(
            "bigEndian",
            |processor, _, big| big.contains(&processor),
            BIG_ENDIAN,
        ),
        named(
            "littleEndian",
            |processor, _, big| !big.contains(&processor),
            BIG_ENDIAN,
        ),
    ];
    for (name, words) in KERNELS {
        groups.push(named(
            name,
            |_, kernel, words| words.contains(&kernel),
            words,
        ));
    }
    for (name, words) in PROCESSORS {
        groups.push(named(
            name,
            |processor, _, words| words.contains(&processor),
            words,
        ));
    }
    evaluator.attrs_from(groups)
}
