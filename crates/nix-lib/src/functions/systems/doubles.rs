//! `lib.systems.doubles`, which is `lib.platforms`: systems by what they have in common.

use nix_frontend::eval::{Evaluator, Result, Value};

use super::literal::strings;
use super::parse::{Parser, double};
use crate::functions::tools::get;

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

/// A group, and the pattern that its systems fit.
const GROUPS: &[(&str, &str)] = &[
    ("aarch", "isAarch"),
    ("aarch64", "isAarch64"),
    ("arc", "isArc"),
    ("arm", "isAarch32"),
    ("armv7", "isArmv7"),
    ("bigEndian", "isBigEndian"),
    ("cygwin", "isCygwin"),
    ("darwin", "isDarwin"),
    ("embedded", "isNone"),
    ("freebsd", "isFreeBSD"),
    ("genode", "isGenode"),
    ("i686", "isi686"),
    ("illumos", "isSunOS"),
    ("js", "isJavaScript"),
    ("linux", "isLinux"),
    ("littleEndian", "isLittleEndian"),
    ("loongarch64", "isLoongArch64"),
    ("m68k", "isM68k"),
    ("microblaze", "isMicroBlaze"),
    ("mips", "isMips"),
    ("mmix", "isMmix"),
    ("netbsd", "isNetBSD"),
    ("openbsd", "isOpenBSD"),
    ("or1k", "isOr1k"),
    ("power", "isPower"),
    ("redox", "isRedox"),
    ("riscv", "isRiscV"),
    ("riscv32", "isRiscV32"),
    ("riscv64", "isRiscV64"),
    ("rx", "isRx"),
    ("s390", "isS390"),
    ("s390x", "isS390x"),
    ("sh4", "isSh4"),
    ("uefi", "isUefi"),
    ("unix", "isUnix"),
    ("vc4", "isVc4"),
    ("wasi", "isWasi"),
    ("windows", "isWindows"),
    ("x86", "isx86"),
    ("x86_64", "isx86_64"),
];

/// The binary interfaces of the group `gnu`, which is in their order.
const GNU: &[&str] = &[
    "gnu",
    "gnueabi",
    "gnueabihf",
    "gnuabin32",
    "gnuabi64",
    "gnuabielfv1",
    "gnuabielfv2",
];

/// `lib.systems.doubles`
pub(super) fn doubles<'a>(evaluator: &Evaluator<'a>, parser: Parser<'a>) -> Value<'a> {
    let parsed = evaluator.lazy(move |evaluator| {
        let mut parsed = vec![];
        for system in ALL {
            let system = evaluator.borrowed_string(system.as_bytes());
            parsed.push(parser.parse(evaluator, system)?);
        }
        Ok(evaluator.list(&parsed))
    });
    let groups = GROUPS.iter().map(|(name, pattern)| {
        let group = evaluator.lazy(move |evaluator| {
            select(evaluator, parsed, |system| {
                parser.patterns.says(evaluator, pattern, system)
            })
        });
        (*name, group)
    });
    let gnu = evaluator.lazy(move |evaluator| {
        let mut systems = vec![];
        for abi in GNU {
            let abi = get(evaluator, parser.parts.abis, abi)?;
            let group = select(evaluator, parsed, |system| {
                let own = get(evaluator, system, "abi")?;
                Ok(parser.patterns.says(evaluator, "isLinux", system)?
                    && evaluator.equal(own, abi)?)
            })?;
            systems.extend_from_slice(evaluator.force_list(group)?);
        }
        Ok(evaluator.list(&systems))
    });
    evaluator.attrs_from(groups.chain([
        ("all", strings(evaluator, ALL.iter().copied())),
        ("gnu", gnu),
        ("none", evaluator.list_of(&[])),
    ]))
}

/// The names of the systems that are wanted.
fn select<'a>(
    evaluator: &Evaluator<'a>,
    systems: Value<'a>,
    is_wanted: impl Fn(Value<'a>) -> Result<bool>,
) -> Result<Value<'a>> {
    let mut names = vec![];
    for system in evaluator.force_list(systems)? {
        if is_wanted(*system)? {
            names.push(double(evaluator, *system)?);
        }
    }
    Ok(evaluator.list(&names))
}
