//! What Go, Node.js and Nim call a platform.

use nix_frontend::eval::Result;

use super::{Derived, Platform};
use crate::functions::tools::find;

const GO_ARCHES: &[(&str, &str)] = &[
    ("aarch64", "arm64"),
    ("arm", "arm"),
    ("armv5tel", "arm"),
    ("armv6l", "arm"),
    ("armv7l", "arm"),
    ("i686", "386"),
    ("loongarch64", "loong64"),
    ("mips", "mips"),
    ("mips64el", "mips64le"),
    ("mipsel", "mipsle"),
    ("powerpc64", "ppc64"),
    ("powerpc64le", "ppc64le"),
    ("riscv64", "riscv64"),
    ("s390x", "s390x"),
    ("wasm32", "wasm"),
    ("x86_64", "amd64"),
];

/// `go`
pub(super) const GO: Derived = &[
    ("GOARCH", |platform| {
        let cpu = platform.named("cpu")?;
        let mut arches = GO_ARCHES.iter();
        let arch = arches.find(|(name, _)| name.as_bytes() == cpu);
        Ok(platform.string_or_null(arch.map(|(_, arch)| *arch)))
    }),
    ("GOARM", |platform| {
        let version = find(platform.evaluator, platform.part("cpu")?, "version")?;
        let version = match version {
            Some(version) => platform.text(version)?,
            None => b"",
        };
        let is_known = matches!(version, b"5" | b"6" | b"7");
        let version = if is_known { version } else { b"" };
        Ok(platform.evaluator.borrowed_string(version))
    }),
    ("GOOS", |platform| {
        if platform.is("isWasi")? {
            return Ok(platform.string("wasip1"));
        }
        let kernel = platform.named("kernel")?;
        Ok(platform.evaluator.borrowed_string(kernel))
    }),
];

/// `node`
pub(super) const NODE: Derived = &[
    ("arch", |platform| {
        let arch = node_arch(platform)?;
        Ok(platform.string_or_null(arch))
    }),
    ("platform", |platform| {
        let platforms = [
            ("isAndroid", "android"),
            ("isDarwin", "darwin"),
            ("isFreeBSD", "freebsd"),
            ("isLinux", "linux"),
            ("isOpenBSD", "openbsd"),
            ("isSunOS", "sunos"),
            ("isWindows", "win32"),
            ("isCygwin", "win32"),
        ];
        Ok(platform.string_or_null(platform.which(&platforms)?))
    }),
];

fn node_arch(platform: &Platform<'_, '_>) -> Result<Option<&'static str>> {
    let one_of = |flag: &str, yes, no| -> Result<Option<&'static str>> {
        Ok(Some(if platform.is(flag)? { yes } else { no }))
    };
    if platform.is("isAarch")? {
        return one_of("is64bit", "arm64", "arm");
    }
    if platform.is("isMips32")? {
        return one_of("isLittleEndian", "mipsel", "mips");
    }
    if platform.is("isMips64")? && platform.is("isLittleEndian")? {
        return Ok(Some("mips64el"));
    }
    if platform.is("isPower")? {
        return one_of("is64bit", "ppc64", "ppc");
    }
    platform.which(&[
        ("isx86_64", "x64"),
        ("isx86_32", "ia32"),
        ("isS390x", "s390x"),
        ("isRiscV64", "riscv64"),
        ("isLoongArch64", "loong64"),
    ])
}

/// `nim`
pub(super) const NIM: Derived = &[
    ("cpu", |platform| {
        let cpu = nim_cpu(platform)?;
        Ok(platform.string_or_null(cpu))
    }),
    ("os", |platform| {
        let systems = [
            ("isAndroid", "Android"),
            ("isDarwin", "MacOSX"),
            ("isFreeBSD", "FreeBSD"),
            ("isGenode", "Genode"),
            ("isLinux", "Linux"),
            ("isNetBSD", "NetBSD"),
            ("isNone", "Standalone"),
            ("isOpenBSD", "OpenBSD"),
            ("isWindows", "Windows"),
            ("isiOS", "iOS"),
        ];
        Ok(platform.string_or_null(platform.which(&systems)?))
    }),
];

fn nim_cpu(platform: &Platform<'_, '_>) -> Result<Option<&'static str>> {
    let early = [
        ("isAarch32", "arm"),
        ("isAarch64", "arm64"),
        ("isAlpha", "alpha"),
        ("isAvr", "avr"),
    ];
    if let Some(cpu) = platform.which(&early)? {
        return Ok(Some(cpu));
    }
    // nixpkgs asks for attributes that no platform has, so that this fails unless someone gives them.
    if platform.is("isMips")? {
        if platform.is("is32Bit")? {
            return Ok(Some("mips"));
        }
        if platform.is("is64Bit")? {
            return Ok(Some("mips64"));
        }
    }
    if platform.is("isMsp430")? {
        return Ok(Some("msp430"));
    }
    if platform.is("isPower")? {
        let is_narrow = platform.is("is32bit")?;
        return Ok(Some(if is_narrow { "powerpc" } else { "powerpc64" }));
    }
    if platform.is("isRiscV")? && platform.is("is64bit")? {
        return Ok(Some("riscv64"));
    }
    platform.which(&[
        ("isSparc", "sparc"),
        ("isx86_32", "i386"),
        ("isx86_64", "amd64"),
    ])
}
