//! `lib.systems.elaborate`: all that follows from the name of a system.
//!
//! The result refers to itself: what is derived is derived from the final values, so that whoever elaborates a system can replace any of
//! them and the rest follows. Only the parsed system and its double are never replaced.

mod emulator;
mod languages;
mod rust;

use std::cell::Cell;

use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use super::architectures::{SUPPORTS, can_execute, supports};
use super::inspect;
use super::parse::{Parser, darwin_arch, double};
use super::parts::name;
use super::platforms;
use crate::functions::tools::assertion;
use crate::functions::tools::{find, function, get, throw};

/// The attributes that are functions; two platforms are compared without them.
pub(super) const FUNCTIONS: &[&str] = &[
    "canExecute",
    "emulator",
    "emulatorAvailable",
    "staticEmulatorAvailable",
];

/// A platform, of which some is derived already.
#[derive(Clone, Copy)]
struct Platform<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    own: &'a Own<'a>,
}

/// What a platform is made of.
struct Own<'a> {
    parser: Parser<'a>,
    /// What is given, without what is always derived.
    args: Value<'a>,
    /// All that is given.
    all_args: Value<'a>,
    last: Cell<Value<'a>>,
}

/// Derives one attribute.
type Derive = for<'a> fn(&Platform<'_, 'a>) -> Result<Value<'a>>;

/// Attributes that are derived when they are needed.
type Derived = &'static [(&'static str, Derive)];

/// `systemToAttrs system`
pub(super) fn to_attrs<'a>(evaluator: &Evaluator<'a>, system: Value<'a>) -> Result<Value<'a>> {
    match evaluator.force(system)? {
        given @ (Value::Attrs(_) | Value::OutOfReach(_)) => Ok(given),
        name => Ok(evaluator.attrs_from([("system", name)])),
    }
}

/// `elaborate system`
pub(super) fn elaborate<'a>(
    evaluator: &Evaluator<'a>,
    parser: Parser<'a>,
    system: Value<'a>,
) -> Result<Value<'a>> {
    const ALWAYS_DERIVED: &[&str] = &["parsed", "system", "_withoutFunctions"];
    let all_args = to_attrs(evaluator, system)?;
    let args = without(evaluator, all_args, ALWAYS_DERIVED)?;
    if find(evaluator, args, "linux-kernel")?.is_some() {
        return Err(throw(
            "lib.systems.elaborate: linux-kernel has been removed; see the 26.11 release notes",
        ));
    }
    let own: &'a Own<'a> = evaluator.arena.alloc(Own {
        parser,
        args,
        all_args,
        last: Cell::new(Value::Null),
    });
    let platform = Platform { evaluator, own };
    let last = platform.all()?;
    own.last.set(last);
    platform.check()?;
    Ok(last)
}

fn without<'a>(evaluator: &Evaluator<'a>, set: Value<'a>, names: &[&str]) -> Result<Value<'a>> {
    let names: Vec<_> = names.iter().map(|name| evaluator.symbol(name)).collect();
    let attrs = evaluator.items(evaluator.force_attrs(set)?).iter();
    let attrs = attrs.filter(|attr| !names.contains(&attr.name)).copied();
    Ok(evaluator.attrs(attrs.collect()))
}

impl<'e, 'a> Platform<'e, 'a> {
    /// Every attribute; of several with one name the last counts.
    fn all(&self) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let mut attrs: Vec<Attr<'a>> = self.later(DERIVED);
        attrs.extend(self.functions());
        for name in inspect::names() {
            attrs.push(self.attr(name, move |platform| {
                let system = platform.get("parsed")?;
                let patterns = platform.own.parser.patterns;
                patterns
                    .says(platform.evaluator, name, system)
                    .map(Value::bool)
            }));
        }
        for (name, feature) in SUPPORTS {
            attrs.push(self.attr(name, move |platform| {
                let architecture = platform.find(platform.last(), &["gcc", "arch"])?;
                let architecture = match architecture {
                    Some(architecture) => platform.text(architecture)?,
                    None => b"default",
                };
                Ok(Value::bool(supports(architecture, feature)))
            }));
        }
        attrs.extend_from_slice(evaluator.items(evaluator.force_attrs(self.own.args)?));
        attrs.extend(self.later(TOOLS));
        Ok(evaluator.attrs(attrs))
    }

    /// What contradicts itself is no platform.
    fn check(&self) -> Result<()> {
        if self.is("useAndroidPrebuilt")? && !self.is("isAndroid")? {
            return Err(assertion(
                "lib.systems.elaborate: `useAndroidPrebuilt` is for Android only",
            ));
        }
        let Some(assertions) = self.find(self.last(), &["parsed", "abi", "assertions"])? else {
            return Ok(());
        };
        let evaluator = self.evaluator;
        for assertion in evaluator.force_list(assertions)? {
            let holds = evaluator.call1(get(evaluator, *assertion, "assertion")?, self.last())?;
            if !evaluator.force_bool(holds)? {
                let message = get(evaluator, *assertion, "message")?;
                return Err(throw(evaluator.force_string(message)?.text()));
            }
        }
        Ok(())
    }

    fn attr(
        &self,
        name: &str,
        derive: impl Fn(&Platform<'_, 'a>) -> Result<Value<'a>> + 'a,
    ) -> Attr<'a> {
        let own = self.own;
        let value = self
            .evaluator
            .lazy(move |evaluator| derive(&Platform { evaluator, own }));
        self.evaluator.attr(name, value)
    }

    fn later(&self, derived: Derived) -> Vec<Attr<'a>> {
        let derived = derived.iter();
        derived
            .map(|(name, derive)| self.attr(name, derive))
            .collect()
    }

    /// A set of derived attributes.
    fn set(&self, derived: Derived) -> Value<'a> {
        self.evaluator.attrs(self.later(derived))
    }

    /// The finished platform.
    fn last(&self) -> Value<'a> {
        self.own.last.get()
    }

    fn get(&self, name: &str) -> Result<Value<'a>> {
        get(self.evaluator, self.last(), name)
    }

    /// The attribute at a path, if everything on the way is there.
    fn find(&self, from: Value<'a>, path: &[&str]) -> Result<Option<Value<'a>>> {
        let mut value = from;
        for name in path {
            match find(self.evaluator, value, name)? {
                Some(inner) => value = inner,
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }

    /// What is given at a path.
    fn given(&self, path: &[&str]) -> Result<Option<Value<'a>>> {
        self.find(self.own.args, path)
    }

    fn is(&self, name: &str) -> Result<bool> {
        self.evaluator.force_bool(self.get(name)?)
    }

    /// The first of these that it is.
    fn which(&self, of: &[(&'static str, &'static str)]) -> Result<Option<&'static str>> {
        for (name, answer) in of {
            if self.is(name)? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// A part of the parsed system.
    fn part(&self, part: &str) -> Result<Value<'a>> {
        get(self.evaluator, self.get("parsed")?, part)
    }

    /// The name of a part of the parsed system.
    fn named(&self, part: &str) -> Result<&'a [u8]> {
        name(self.evaluator, self.part(part)?)
    }

    fn text(&self, value: Value<'a>) -> Result<&'a [u8]> {
        Ok(self.evaluator.force_string(value)?.bytes)
    }

    fn string(&self, text: &'static str) -> Value<'a> {
        self.evaluator.borrowed_string(text.as_bytes())
    }

    fn string_or_null(&self, text: Option<&'static str>) -> Value<'a> {
        text.map_or(Value::Null, |text| self.string(text))
    }

    fn string_or_cpu(&self, text: Option<&'static str>) -> Result<Value<'a>> {
        match text {
            Some(text) => Ok(self.string(text)),
            None => Ok(self.evaluator.borrowed_string(self.named("cpu")?)),
        }
    }

    fn functions(&self) -> Vec<Attr<'a>> {
        let own = self.own;
        let function =
            |name: &'static str,
             run: for<'p> fn(&Platform<'p, 'a>, Value<'a>) -> Result<Value<'a>>| {
                let function = function(self.evaluator, name, move |evaluator, argument| {
                    run(&Platform { evaluator, own }, argument)
                });
                self.evaluator.attr(name, function)
            };
        vec![
            function("canExecute", |platform, other| {
                platform.can_execute(other).map(Value::bool)
            }),
            function("emulator", |platform, packages| platform.emulator(packages)),
            function("emulatorAvailable", |platform, packages| {
                let emulator = platform.select_emulator(packages)?;
                Ok(Value::bool(emulator.is_some()))
            }),
            function("staticEmulatorAvailable", |platform, packages| {
                let available = platform.has_static_emulator(packages)?;
                Ok(Value::bool(available))
            }),
        ]
    }

    /// Whether it runs what is made for another platform.
    fn can_execute(&self, other: Value<'a>) -> Result<bool> {
        let evaluator = self.evaluator;
        let of_other = |path: &[&str]| -> Result<Value<'a>> {
            let mut value = other;
            for name in path {
                value = get(evaluator, value, name)?;
            }
            Ok(value)
        };
        let cpus = [self.part("cpu")?, of_other(&["parsed", "cpu"])?];
        let parts = &self.own.parser.parts;
        if !evaluator.equal(self.get("isAndroid")?, of_other(&["isAndroid"])?)?
            || !parts.is_compatible(evaluator, cpus[0], cpus[1])?
            || !evaluator.equal(self.part("kernel")?, of_other(&["parsed", "kernel"])?)?
        {
            return Ok(false);
        }
        if !evaluator.equal(cpus[0], cpus[1])? {
            return Ok(true);
        }
        let Some(program) = self.find(other, &["gcc", "arch"])? else {
            return Ok(true);
        };
        match self.find(self.last(), &["gcc", "arch"])? {
            Some(own) => Ok(can_execute(self.text(own)?, self.text(program)?)),
            None => Ok(false),
        }
    }
}

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

const DERIVED: Derived = &[
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
const TOOLS: Derived = &[
    ("rust", rust::rust),
    ("go", |platform| Ok(platform.set(languages::GO))),
    ("node", |platform| Ok(platform.set(languages::NODE))),
    ("nim", |platform| Ok(platform.set(languages::NIM))),
];
