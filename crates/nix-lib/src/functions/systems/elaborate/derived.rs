//! What is derived for each platform.

use nix_frontend::eval::{Result, Value};

use super::{Derived, FUNCTIONS, Platform, languages, rust, without};
use crate::functions::systems::parse::{darwin_arch, double};
use crate::functions::systems::platforms;
use crate::functions::tools::{find, get};

/// The systems whose C library has a name of its own.
const LIBCS: &[(&str, &str)] = &[
    ("isRedox", "relibc"),
    ("isMusl", "musl"),
    ("isUClibc", "uclibc"),
    ("isAndroid", "bionic"),
    ("isLinux", "glibc"),
    ("isFreeBSD", "fblibc"),
    ("isOpenBSD", "oblibc"),
    ("isNetBSD", "nblibc"),
    ("isAvr", "avrlibc"),
];

fn libc<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    const BEFORE_WASM: &[(&str, &str)] = &[
        ("isDarwin", "libSystem"),
        ("isMsvc", "ucrt"),
        ("isMinGW", "msvcrt"),
        ("isCygwin", "cygwin"),
        ("isWasi", "wasilibc"),
    ];
    if let Some(libc) = platform.which(BEFORE_WASM)? {
        return Ok(platform.string(libc));
    }
    if platform.is("isWasm")? {
        return Ok(Value::Null);
    }
    if let Some(libc) = platform.which(LIBCS)? {
        return Ok(platform.string(libc));
    }
    if platform.is("isGhcjs")? {
        return Ok(Value::Null);
    }
    let other = if platform.is("isNone")? {
        "newlib"
    } else {
        "native/impure"
    };
    Ok(platform.string(other))
}

/// Where there are shared libraries, unless all is linked statically.
const WITH_SHARED_LIBRARIES: &[&str] = &[
    "isAndroid",
    "isGnu",
    "isMusl",
    "isDarwin",
    "isSunOS",
    "isOpenBSD",
    "isFreeBSD",
    "isNetBSD",
    "isCygwin",
    "isMinGW",
    "isWindows",
    "isWasm",
];

/// How the architectures are called in Linux.
const LINUX_ARCHES: &[(&str, &str)] = &[
    ("isAarch32", "arm"),
    ("isAarch64", "arm64"),
    ("isx86_32", "i386"),
    ("isx86_64", "x86_64"),
    ("isMicroBlaze", "microblaze"),
    ("isMips32", "mips"),
    ("isMips64", "mips"),
    ("isPower", "powerpc"),
    ("isRiscV", "riscv"),
    ("isSh4", "sh"),
    ("isS390", "s390"),
    ("isLoongArch64", "loongarch"),
];

/// What `uname -s` says.
const UNAMES: &[(&str, &str)] = &[
    ("cygwin", "CYGWIN_NT"),
    ("darwin", "Darwin"),
    ("freebsd", "FreeBSD"),
    ("genode", "Genode"),
    ("linux", "Linux"),
    ("netbsd", "NetBSD"),
    ("openbsd", "OpenBSD"),
    ("redox", "Redox"),
    ("wasi", "Wasi"),
    ("windows", "Windows"),
];

/// What follows from the parsed system, unless it is given.
pub(super) const DERIVED: Derived = &[
    ("_withoutFunctions", |platform| {
        let ignored = [FUNCTIONS, &["_withoutFunctions"]].concat();
        without(platform.evaluator, platform.last(), &ignored)
    }),
    ("parsed", |platform| {
        let (evaluator, own) = (platform.evaluator, platform.own);
        let name = match platform.given(&["config"])? {
            Some(config) => config,
            None => get(evaluator, own.all_args, "system")?,
        };
        own.parser.parse(evaluator, name)
    }),
    ("system", |platform| {
        double(platform.evaluator, platform.get("parsed")?)
    }),
    ("config", |platform| {
        let parser = platform.own.parser;
        parser.triple(platform.evaluator, platform.get("parsed")?)
    }),
    ("useLLVM", |platform| {
        let uses = platform.is("isFreeBSD")? || platform.is("isOpenBSD")?;
        Ok(Value::bool(uses))
    }),
    ("libc", libc),
    ("linker", |platform| {
        let linkers = [("useLLVM", "lld"), ("isDarwin", "cctools")];
        Ok(platform.string(platform.which(&linkers)?.unwrap_or("bfd")))
    }),
    ("libDir", |platform| {
        if !platform.is("isLinux")? {
            return Ok(Value::Null);
        }
        let wide = ["isx86_64", "isMips64", "isPower64"].map(|name| (name, "lib64"));
        Ok(platform.string(platform.which(&wide)?.unwrap_or("lib")))
    }),
    ("extensions", extensions),
    ("useAndroidPrebuilt", |_| Ok(Value::bool(false))),
    ("useiOSPrebuilt", |_| Ok(Value::bool(false))),
    ("uname", |platform| Ok(platform.set(UNAME))),
    ("hasSharedLibraries", |platform| {
        for name in WITH_SHARED_LIBRARIES {
            if platform.is(name)? {
                return Ok(Value::bool(!platform.is("isStatic")?));
            }
        }
        Ok(Value::bool(false))
    }),
    ("isStatic", |platform| {
        let is_static = platform.is("isWasi")? || platform.is("isRedox")?;
        Ok(Value::bool(is_static))
    }),
    ("gcc", |platform| {
        let (evaluator, parts) = (platform.evaluator, platform.own.parser.parts);
        let selected = platforms::select(evaluator, parts, platform.last())?;
        let given = || platform.given(&["gcc"]);
        match find(evaluator, selected, "gcc")?.map_or_else(given, |gcc| Ok(Some(gcc)))? {
            Some(gcc) => evaluator.force(gcc),
            None => Ok(evaluator.attrs(vec![])),
        }
    }),
    ("rustc", |platform| match platform.given(&["rustc"])? {
        Some(rustc) => platform.evaluator.force(rustc),
        None => Ok(platform.evaluator.attrs(vec![])),
    }),
    ("linuxArch", |platform| {
        platform.string_or_cpu(platform.which(LINUX_ARCHES)?)
    }),
    ("ubootArch", |platform| {
        let others = [("isx86_32", "x86"), ("isMips64", "mips64")];
        match platform.which(&others)? {
            Some(arch) => Ok(platform.string(arch)),
            None => platform.get("linuxArch"),
        }
    }),
    ("qemuArch", qemu_arch),
    ("efiArch", |platform| {
        let arches = [
            ("isx86_32", "ia32"),
            ("isx86_64", "x64"),
            ("isAarch32", "arm"),
            ("isAarch64", "aa64"),
        ];
        platform.string_or_cpu(platform.which(&arches)?)
    }),
    ("darwinArch", |platform| {
        let arch = darwin_arch(platform.evaluator, platform.part("cpu")?)?;
        Ok(platform.evaluator.borrowed_string(arch))
    }),
    ("darwinPlatform", |platform| {
        let platforms = [("isMacOS", "macos"), ("isiOS", "ios")];
        Ok(platform.string_or_null(platform.which(&platforms)?))
    }),
    ("darwinSdkVersion", |platform| {
        match platform.find(platform.last(), &["sdkVer"])? {
            Some(version) => platform.evaluator.force(version),
            None => Ok(platform.string("14.4")),
        }
    }),
    ("darwinMinVersion", |platform| Ok(platform.string("14.0"))),
    ("darwinMinVersionVariable", |platform| {
        let variables = [
            ("isMacOS", "MACOSX_DEPLOYMENT_TARGET"),
            ("isiOS", "IPHONEOS_DEPLOYMENT_TARGET"),
        ];
        Ok(platform.string_or_null(platform.which(&variables)?))
    }),
    ("androidSdkVersion", |_| Ok(Value::Null)),
    ("androidNdkVersion", |_| Ok(Value::Null)),
];

const UNAME: Derived = &[
    ("system", |platform| {
        let kernel = platform.named("kernel")?;
        let mut known = UNAMES.iter();
        let known = known.find(|(name, _)| name.as_bytes() == kernel);
        Ok(platform.string_or_null(known.map(|(_, system)| *system)))
    }),
    ("processor", |platform| {
        let little = |little, big| -> Result<Value<'_>> {
            let is_little = platform.is("isLittleEndian")?;
            Ok(platform.string(if is_little { little } else { big }))
        };
        if platform.is("isPower64")? {
            return little("ppc64le", "ppc64");
        }
        if platform.is("isPower")? {
            return little("ppcle", "ppc");
        }
        if platform.is("isMips64")? {
            return Ok(platform.string("mips64"));
        }
        if platform.is("isDarwin")? {
            return platform.get("darwinArch");
        }
        platform.string_or_cpu(None)
    }),
    ("release", |_| Ok(Value::Null)),
];

fn qemu_arch<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    let one_of = |flag: &str, yes, no| -> Result<Value<'a>> {
        Ok(platform.string(if platform.is(flag)? { yes } else { no }))
    };
    if platform.is("isAarch32")? {
        return Ok(platform.string("arm"));
    }
    if platform.is("isAarch64")? {
        return one_of("isBigEndian", "aarch64_be", "aarch64");
    }
    if platform.is("isS390")? && !platform.is("isS390x")? {
        return Ok(Value::Null);
    }
    if platform.is("isx86_64")? {
        return Ok(platform.string("x86_64"));
    }
    if platform.is("isx86")? {
        return Ok(platform.string("i386"));
    }
    if platform.is("isMips64n32")? {
        return one_of("isLittleEndian", "mipsn32el", "mipsn32");
    }
    if platform.is("isMips64")? {
        return one_of("isLittleEndian", "mips64el", "mips64");
    }
    platform
        .get("uname")
        .and_then(|uname| get(platform.evaluator, uname, "processor"))
}

/// How names of files end. There is one for shared libraries where there are any.
fn extensions<'a>(platform: &Platform<'_, 'a>) -> Result<Value<'a>> {
    const SURE: Derived = &[
        ("executable", |platform| {
            let is_windows = platform.is("isWindows")? || platform.is("isCygwin")?;
            Ok(platform.string(if is_windows { ".exe" } else { "" }))
        }),
        ("library", |platform| {
            let kind = if platform.is("isStatic")? {
                "staticLibrary"
            } else {
                "sharedLibrary"
            };
            get(platform.evaluator, platform.get("extensions")?, kind)
        }),
        ("staticLibrary", |platform| {
            let is_windows = platform.is("isWindows")?;
            Ok(platform.string(if is_windows { ".lib" } else { ".a" }))
        }),
    ];
    const SHARED: Derived = &[("sharedLibrary", |platform| {
        let extensions = [
            ("isDarwin", ".dylib"),
            ("isWindows", ".dll"),
            ("isCygwin", ".dll"),
        ];
        Ok(platform.string(platform.which(&extensions)?.unwrap_or(".so")))
    })];
    let mut attrs = platform.later(SURE);
    if platform.is("hasSharedLibraries")? {
        attrs.extend(platform.later(SHARED));
    }
    Ok(platform.evaluator.attrs(attrs))
}

/// What compilers and their tools call the platform. These stand whatever is given.
pub(super) const TOOLS: Derived = &[
    ("rust", rust::rust),
    ("go", |platform| Ok(platform.set(languages::GO))),
    ("node", |platform| Ok(platform.set(languages::NODE))),
    ("nim", |platform| Ok(platform.set(languages::NIM))),
];
