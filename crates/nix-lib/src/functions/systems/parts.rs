//! What the name of a system is made of: processors, vendors, kernels and binary interfaces.
//!
//! Each is a set that says its kind in `_type` and its own name in `name`.

use nix_frontend::eval::{Evaluator, Result, Value};

use super::literal::Fields;
use super::literal::Literal::{Bool, Text};
use crate::functions::tools::{find, function, get, holds};

/// Every kind of part, as sets by their names.
///
/// The sets are made once for a library: a binary interface can hold functions, which equal nothing but themselves.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) significant_bytes: Value<'a>,
    pub(super) cpu_types: Value<'a>,
    pub(super) vendors: Value<'a>,
    pub(super) exec_formats: Value<'a>,
    pub(super) kernel_families: Value<'a>,
    pub(super) kernels: Value<'a>,
    pub(super) abis: Value<'a>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(evaluator: &Evaluator<'a>) -> Parts<'a> {
        let significant_bytes =
            evaluator.lazy(|evaluator| Ok(plain(evaluator, "significant-byte", BYTES)));
        let vendors = evaluator.lazy(|evaluator| Ok(plain(evaluator, "vendor", VENDORS)));
        let exec_formats =
            evaluator.lazy(|evaluator| Ok(plain(evaluator, "exec-format", EXEC_FORMATS)));
        // The families have the kind of the formats: so it is in nixpkgs.
        let kernel_families =
            evaluator.lazy(|evaluator| Ok(plain(evaluator, "exec-format", KERNEL_FAMILIES)));
        Parts {
            significant_bytes,
            cpu_types: evaluator.lazy(move |evaluator| cpu_types(evaluator, significant_bytes)),
            vendors,
            exec_formats,
            kernel_families,
            kernels: evaluator
                .lazy(move |evaluator| kernels(evaluator, exec_formats, kernel_families)),
            abis: evaluator.lazy(abis),
        }
    }
}

fn part<'a>(
    evaluator: &Evaluator<'a>,
    kind: &'static str,
    name: &'static str,
    more: impl IntoIterator<Item = (&'static str, Value<'a>)>,
) -> Value<'a> {
    let named = [
        ("_type", evaluator.borrowed_string(kind.as_bytes())),
        ("name", evaluator.borrowed_string(name.as_bytes())),
    ];
    evaluator.attrs_from(named.into_iter().chain(more))
}

/// Parts of which there is nothing to say but their names.
fn plain<'a>(
    evaluator: &Evaluator<'a>,
    kind: &'static str,
    names: &'static [&'static str],
) -> Value<'a> {
    let names = names.iter();
    evaluator.attrs_from(names.map(|name| (name, part(evaluator, kind, name, []))))
}

const BYTES: &[&str] = &["bigEndian", "littleEndian"];
const VENDORS: &[&str] = &["apple", "knuth", "none", "pc", "unknown", "w64"];
const EXEC_FORMATS: &[&str] = &["aout", "elf", "macho", "pe", "unknown", "wasm"];
const KERNEL_FAMILIES: &[&str] = &["bsd", "darwin"];

/// Which byte of a number comes first.
#[derive(Clone, Copy)]
enum Order {
    Big,
    Little,
    /// A processor with bytes only.
    None,
}

use Order::{Big, Little};

struct Cpu {
    name: &'static str,
    bits: i64,
    order: Order,
    family: &'static str,
    version: Option<&'static str>,
    arch: Option<&'static str>,
}

const fn cpu(name: &'static str, bits: i64, order: Order, family: &'static str) -> Cpu {
    Cpu {
        name,
        bits,
        order,
        family,
        version: None,
        arch: None,
    }
}

/// An ARM processor, with the version of its instruction set and how compilers call it.
const fn arm(
    name: &'static str,
    bits: i64,
    order: Order,
    version: &'static str,
    arch: &'static str,
) -> Cpu {
    Cpu {
        version: Some(version),
        arch: Some(arch),
        ..cpu(name, bits, order, "arm")
    }
}

const fn x86(name: &'static str, bits: i64, arch: &'static str) -> Cpu {
    Cpu {
        arch: Some(arch),
        ..cpu(name, bits, Little, "x86")
    }
}

const CPUS: &[Cpu] = &[
    cpu("alpha", 64, Little, "alpha"),
    cpu("arc", 32, Little, "arc"),
    cpu("arm", 32, Little, "arm"),
    arm("armv5tel", 32, Little, "5", "armv5t"),
    arm("armv6l", 32, Little, "6", "armv6"),
    arm("armv6m", 32, Little, "6", "armv6-m"),
    arm("armv7a", 32, Little, "7", "armv7-a"),
    arm("armv7l", 32, Little, "7", "armv7"),
    arm("armv7m", 32, Little, "7", "armv7-m"),
    arm("armv7r", 32, Little, "7", "armv7-r"),
    arm("armv8a", 32, Little, "8", "armv8-a"),
    arm("armv8m", 32, Little, "8", "armv8-m"),
    arm("armv8r", 32, Little, "8", "armv8-a"),
    arm("aarch64", 64, Little, "8", "armv8-a"),
    arm("aarch64_be", 64, Big, "8", "armv8-a"),
    cpu("avr", 8, Order::None, "avr"),
    cpu("javascript", 32, Little, "javascript"),
    cpu("loongarch64", 64, Little, "loongarch"),
    cpu("m68k", 32, Big, "m68k"),
    cpu("microblaze", 32, Big, "microblaze"),
    cpu("microblazeel", 32, Little, "microblaze"),
    cpu("mips", 32, Big, "mips"),
    cpu("mips64", 64, Big, "mips"),
    cpu("mips64el", 64, Little, "mips"),
    cpu("mipsel", 32, Little, "mips"),
    cpu("mmix", 64, Big, "mmix"),
    cpu("msp430", 16, Little, "msp430"),
    cpu("or1k", 32, Big, "or1k"),
    cpu("powerpc", 32, Big, "power"),
    cpu("powerpc64", 64, Big, "power"),
    cpu("powerpc64le", 64, Little, "power"),
    cpu("powerpcle", 32, Little, "power"),
    cpu("riscv32", 32, Little, "riscv"),
    cpu("riscv64", 64, Little, "riscv"),
    cpu("rx", 32, Little, "rx"),
    cpu("s390", 32, Big, "s390"),
    cpu("s390x", 64, Big, "s390"),
    cpu("sh4", 32, Little, "sh"),
    cpu("sparc", 32, Big, "sparc"),
    cpu("sparc64", 64, Big, "sparc"),
    cpu("vc4", 32, Little, "vc4"),
    cpu("wasm32", 32, Little, "wasm"),
    cpu("wasm64", 64, Little, "wasm"),
    x86("i386", 32, "i386"),
    x86("i486", 32, "i486"),
    x86("i586", 32, "i586"),
    x86("i686", 32, "i686"),
    x86("x86_64", 64, "x86-64"),
];

/// Other names: Apple's for its processors.
const CPU_ALIASES: &[(&str, &str)] = &[("arm64", "aarch64")];

fn cpu_types<'a>(evaluator: &Evaluator<'a>, significant_bytes: Value<'a>) -> Result<Value<'a>> {
    let order = |name: &str| get(evaluator, significant_bytes, name);
    let (big, little) = (order("bigEndian")?, order("littleEndian")?);
    let text = |text: &'static str| evaluator.borrowed_string(text.as_bytes());
    let value = |cpu: &Cpu| {
        let order = match cpu.order {
            Big => Some(big),
            Little => Some(little),
            Order::None => None,
        };
        let sure = [("bits", Value::Int(cpu.bits)), ("family", text(cpu.family))];
        let order = order.map(|order| ("significantByte", order));
        let version = cpu.version.map(|version| ("version", text(version)));
        let arch = cpu.arch.map(|arch| ("arch", text(arch)));
        let fields = sure.into_iter().chain(order).chain(version).chain(arch);
        part(evaluator, "cpu-type", cpu.name, fields)
    };
    let types = evaluator.attrs_from(CPUS.iter().map(|cpu| (cpu.name, value(cpu))));
    with_aliases(evaluator, types, CPU_ALIASES)
}

/// A kernel: its name in the table, its own name, the format of its programs, and its family.
type Kernel = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const KERNELS: &[Kernel] = &[
    ("cygwin", "cygwin", "pe", None),
    ("freebsd", "freebsd", "elf", Some("bsd")),
    ("genode", "genode", "elf", None),
    ("ghcjs", "ghcjs", "unknown", None),
    ("ios", "ios", "macho", Some("darwin")),
    ("linux", "linux", "elf", None),
    ("macos", "darwin", "macho", Some("darwin")),
    ("mmixware", "mmixware", "unknown", None),
    ("netbsd", "netbsd", "elf", Some("bsd")),
    ("none", "none", "unknown", None),
    ("openbsd", "openbsd", "elf", Some("bsd")),
    ("redox", "redox", "elf", None),
    ("solaris", "solaris", "elf", None),
    ("uefi", "uefi", "pe", None),
    ("wasi", "wasi", "wasm", None),
    ("windows", "windows", "pe", None),
];

/// A `darwin` that says no more is taken for macOS.
const KERNEL_ALIASES: &[(&str, &str)] = &[
    ("darwin", "macos"),
    ("tvos", "ios"),
    ("watchos", "ios"),
    ("win32", "windows"),
];

fn kernels<'a>(
    evaluator: &Evaluator<'a>,
    formats: Value<'a>,
    families: Value<'a>,
) -> Result<Value<'a>> {
    let mut kernels = vec![];
    for (key, name, format, family) in KERNELS {
        let mut own = vec![];
        if let Some(family) = family {
            own.push((*family, get(evaluator, families, family)?));
        }
        let fields = [
            ("execFormat", get(evaluator, formats, format)?),
            ("families", evaluator.attrs_from(own)),
        ];
        kernels.push((*key, part(evaluator, "kernel", name, fields)));
    }
    with_aliases(evaluator, evaluator.attrs_from(kernels), KERNEL_ALIASES)
}

fn with_aliases<'a>(
    evaluator: &Evaluator<'a>,
    parts: Value<'a>,
    aliases: &'static [(&'static str, &'static str)],
) -> Result<Value<'a>> {
    let parts = evaluator.force_attrs(parts)?;
    let named = |name: &str| parts.value(evaluator.symbol(name));
    let aliases = aliases.iter();
    let aliases = aliases.filter_map(|(alias, name)| Some((alias, named(name)?)));
    let more = evaluator.force_attrs(evaluator.attrs_from(aliases))?;
    Ok(Value::Attrs(parts.update(more, evaluator.arena)))
}

const SOFT: Fields = &[("eabi", Bool(true)), ("float", Text("soft"))];
const HARD: Fields = &[("eabi", Bool(true)), ("float", Text("hard"))];

const ABIS: &[(&str, Fields)] = &[
    ("android", &[]),
    ("androideabi", &[("eabi", Bool(true))]),
    ("eabi", SOFT),
    ("eabihf", HARD),
    ("elf", &[]),
    ("gnu", &[]),
    ("gnuabi64", &[("abi", Text("64"))]),
    ("gnuabielfv1", &[("abi", Text("elfv1"))]),
    ("gnuabielfv2", &[("abi", Text("elfv2"))]),
    ("gnuabin32", &[("abi", Text("n32"))]),
    ("gnueabi", SOFT),
    ("gnueabihf", HARD),
    ("msvc", &[]),
    ("musl", &[]),
    ("muslabi64", &[("abi", Text("64"))]),
    ("muslabin32", &[("abi", Text("n32"))]),
    ("musleabi", SOFT),
    ("musleabihf", HARD),
    ("uclibc", &[]),
    ("uclibceabi", SOFT),
    ("uclibceabihf", HARD),
    ("unknown", &[]),
];

/// A binary interface, the platforms that must not name it so (they are all of these), and what to say then.
type Ambiguity = (&'static str, &'static [&'static str], &'static str);

const AMBIGUITIES: &[Ambiguity] = &[
    (
        "android",
        &["isAarch32"],
        "The \"android\" ABI is not for 32-bit ARM. Use \"androideabi\" instead.\n",
    ),
    (
        "gnu",
        &["isAarch32"],
        "The \"gnu\" ABI is ambiguous on 32-bit ARM. Use \"gnueabi\" or \"gnueabihf\" instead.\n",
    ),
    (
        "gnu",
        &["isPower64", "isBigEndian"],
        "The \"gnu\" ABI is ambiguous on big-endian 64-bit PowerPC. Use \"gnuabielfv2\" or \"gnuabielfv1\" instead.\n",
    ),
];

fn abis<'a>(evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
    let abi = |(name, fields): &(&'static str, Fields)| {
        let own = AMBIGUITIES.iter().filter(|(abi, ..)| abi == name);
        let assertions: Vec<Value<'a>> = own.map(|this| assertion(evaluator, this)).collect();
        let assertions = match assertions.as_slice() {
            [] => None,
            some => Some(("assertions", evaluator.list(some))),
        };
        let fields = fields.iter();
        let fields = fields.map(|(name, value)| (*name, value.value(evaluator)));
        (
            *name,
            part(evaluator, "abi", name, fields.chain(assertions)),
        )
    };
    Ok(evaluator.attrs_from(ABIS.iter().map(abi)))
}

fn assertion<'a>(evaluator: &Evaluator<'a>, (_, all, message): &'static Ambiguity) -> Value<'a> {
    let assertion = function(evaluator, "assertion", move |evaluator, platform| {
        for name in *all {
            if !evaluator.force_bool(get(evaluator, platform, name)?)? {
                return Ok(Value::bool(true));
            }
        }
        Ok(Value::bool(false))
    });
    evaluator.attrs_from([
        ("assertion", assertion),
        ("message", Text(message).value(evaluator)),
    ])
}

/// Which processor runs the programs of another as well.
///
/// The relation goes on: what runs the programs of the second runs those of the first.
const RUN_BY: &[(&str, &str)] = &[
    ("i386", "i486"),
    ("i486", "i586"),
    ("i586", "i686"),
    ("i686", "x86_64"),
    ("arm", "armv5tel"),
    ("armv5tel", "armv6l"),
    ("armv6m", "armv6l"),
    ("armv6l", "armv7l"),
    ("armv7l", "armv7a"),
    ("armv7l", "armv7r"),
    ("armv7m", "armv7a"),
    ("armv7m", "armv7r"),
    ("armv8a", "aarch64"),
    ("powerpc", "powerpc64"),
    ("powerpcle", "powerpc64le"),
    ("mips", "mips64"),
    ("mipsel", "mips64el"),
    ("sparc", "sparc64"),
];

impl<'a> Parts<'a> {
    /// `isCompatible runner program`: whether a processor runs what is made for another.
    pub(super) fn is_compatible(
        &self,
        evaluator: &Evaluator<'a>,
        runner: Value<'a>,
        program: Value<'a>,
    ) -> Result<bool> {
        if evaluator.equal(program, runner)? {
            return Ok(true);
        }
        for (name, stronger) in RUN_BY {
            if evaluator.equal(program, get(evaluator, self.cpu_types, name)?)? {
                let stronger = get(evaluator, self.cpu_types, stronger)?;
                if self.is_compatible(evaluator, runner, stronger)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// `gnuNetBSDDefaultExecFormat cpu`: the format that GNU tools take for granted on NetBSD.
    pub(super) fn netbsd_format(
        &self,
        evaluator: &Evaluator<'a>,
        cpu: Value<'a>,
    ) -> Result<Value<'a>> {
        let family = get(evaluator, cpu, "family")?;
        let is_narrow = evaluator.equal(get(evaluator, cpu, "bits")?, Value::Int(32))?;
        let is_old = is_narrow
            && matches!(
                evaluator.force_string(family)?.bytes,
                b"arm" | b"m68k" | b"sparc" | b"x86"
            );
        get(
            evaluator,
            self.exec_formats,
            if is_old { "aout" } else { "elf" },
        )
    }

    /// The binary interfaces without the functions in them.
    pub(super) fn bare_abi(&self, evaluator: &Evaluator<'a>, name: &str) -> Result<Value<'a>> {
        let abi = evaluator.force_attrs(get(evaluator, self.abis, name)?)?;
        let assertions = evaluator.symbol("assertions");
        let fields = evaluator.items(abi).iter();
        let fields = fields.filter(|attr| attr.name != assertions).copied();
        Ok(evaluator.attrs(fields.collect()))
    }
}

/// The name of a part.
pub(super) fn name<'a>(evaluator: &Evaluator<'a>, part: Value<'a>) -> Result<&'a [u8]> {
    evaluator.force_plain_string(get(evaluator, part, "name")?)
}

/// Whether a kernel is of a family.
pub(super) fn is_darwin<'a>(evaluator: &Evaluator<'a>, kernel: Value<'a>) -> Result<bool> {
    let families = get(evaluator, kernel, "families")?;
    Ok(find(evaluator, families, "darwin")?.is_some())
}

/// Whether something is one of these parts.
pub(super) fn is_one<'a>(
    evaluator: &Evaluator<'a>,
    parts: Value<'a>,
    part: Value<'a>,
) -> Result<bool> {
    let known = evaluator.items(evaluator.force_attrs(parts)?).iter();
    let known: Vec<Value<'a>> = known.map(|attr| attr.value).collect();
    holds(evaluator, &known, part)
}
