//! `lib.systems.inspect`: what can be asked of a parsed system.
//!
//! A pattern is what the parts of a system must have, or a list of such sets of which one must fit.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use super::literal::Literal;
use super::literal::Literal::{Bool, Int, Text};
use super::parts::Parts;
use crate::functions::attrsets::deep::matches;
use crate::functions::tools::{find, function, get, throw};

/// The patterns by their names, as a set.
#[derive(Clone, Copy)]
pub(super) struct Patterns<'a> {
    pub(super) set: Value<'a>,
}

/// What a part of a system must be.
#[derive(Clone, Copy)]
enum Condition {
    /// The processor has this.
    Cpu(&'static str, Literal),
    /// Its bytes have this order.
    Bytes(&'static str),
    /// The processor is this one.
    CpuIs(&'static str),
    /// The kernel is this one.
    KernelIs(&'static str),
    KernelNamed(&'static str),
    Family(&'static str),
    Format(&'static str),
    /// The binary interface has this.
    Abi(&'static str, Literal),
    /// The binary interface is this one.
    AbiIs(&'static str),
}

use Condition::{Abi, AbiIs, Bytes, Cpu, CpuIs, Family, Format, KernelIs, KernelNamed};

#[derive(Clone, Copy)]
enum Pattern {
    /// All of these conditions.
    All(&'static [Condition]),
    /// All conditions of one of these.
    Any(&'static [&'static [Condition]]),
    /// One of these patterns.
    OneOf(&'static [&'static str]),
}

use Pattern::{All, Any, OneOf};

const BITS_32: Condition = Cpu("bits", Int(32));
const BITS_64: Condition = Cpu("bits", Int(64));

const fn family(name: &'static str) -> Condition {
    Cpu("family", Text(name))
}

const fn arch(name: &'static str) -> Condition {
    Cpu("arch", Text(name))
}

const fn version(name: &'static str) -> Condition {
    Cpu("version", Text(name))
}

const fn abi(name: &'static str) -> Condition {
    Abi("abi", Text(name))
}

const PATTERNS: &[(&str, Pattern)] = &[
    // Processors
    ("is32bit", All(&[BITS_32])),
    ("is64bit", All(&[BITS_64])),
    ("isAarch", All(&[family("arm")])),
    ("isAarch32", All(&[family("arm"), BITS_32])),
    ("isAarch64", All(&[family("arm"), BITS_64])),
    ("isAlpha", All(&[family("alpha")])),
    ("isArc", All(&[family("arc")])),
    (
        "isArmv7",
        Any(&[
            &[arch("armv7-a")],
            &[arch("armv7")],
            &[arch("armv7-m")],
            &[arch("armv7-r")],
        ]),
    ),
    ("isAvr", All(&[family("avr")])),
    ("isBigEndian", All(&[Bytes("bigEndian")])),
    ("isJavaScript", All(&[CpuIs("javascript")])),
    ("isLittleEndian", All(&[Bytes("littleEndian")])),
    ("isLoongArch64", All(&[family("loongarch"), BITS_64])),
    ("isM68k", All(&[family("m68k")])),
    ("isMicroBlaze", All(&[family("microblaze")])),
    ("isMips", All(&[family("mips")])),
    ("isMips32", All(&[family("mips"), BITS_32])),
    ("isMips64", All(&[family("mips"), BITS_64])),
    ("isMmix", All(&[family("mmix")])),
    ("isMsp430", All(&[family("msp430")])),
    ("isOr1k", All(&[family("or1k")])),
    ("isPower", All(&[family("power")])),
    ("isPower64", All(&[family("power"), BITS_64])),
    ("isRiscV", All(&[family("riscv")])),
    ("isRiscV32", All(&[family("riscv"), BITS_32])),
    ("isRiscV64", All(&[family("riscv"), BITS_64])),
    ("isRx", All(&[family("rx")])),
    ("isS390", All(&[family("s390")])),
    ("isS390x", All(&[family("s390"), BITS_64])),
    ("isSh4", All(&[family("sh")])),
    ("isSparc", All(&[family("sparc")])),
    ("isSparc64", All(&[family("sparc"), BITS_64])),
    ("isVc4", All(&[family("vc4")])),
    ("isWasm", All(&[family("wasm")])),
    ("isi686", All(&[CpuIs("i686")])),
    ("isx86", All(&[family("x86")])),
    ("isx86_32", All(&[family("x86"), BITS_32])),
    ("isx86_64", All(&[family("x86"), BITS_64])),
    (
        "isEfi",
        Any(&[
            &[family("arm"), version("6")],
            &[family("arm"), version("7")],
            &[family("arm"), version("8")],
            &[family("riscv")],
            &[family("x86")],
            &[family("loongarch")],
        ]),
    ),
    // Kernels
    ("isBSD", All(&[Family("bsd")])),
    ("isCygwin", All(&[KernelIs("cygwin")])),
    ("isDarwin", All(&[Family("darwin")])),
    ("isElf", All(&[Format("elf")])),
    ("isFreeBSD", All(&[KernelNamed("freebsd")])),
    ("isGenode", All(&[KernelIs("genode")])),
    ("isGhcjs", All(&[KernelIs("ghcjs")])),
    ("isLinux", All(&[KernelIs("linux")])),
    ("isMacOS", All(&[KernelIs("macos")])),
    ("isMacho", All(&[Format("macho")])),
    ("isNetBSD", All(&[KernelIs("netbsd")])),
    ("isNone", All(&[KernelIs("none")])),
    ("isOpenBSD", All(&[KernelIs("openbsd")])),
    ("isPE", All(&[Format("pe")])),
    ("isRedox", All(&[KernelIs("redox")])),
    ("isSunOS", All(&[KernelIs("solaris")])),
    ("isUefi", Any(&[&[KernelIs("uefi")]])),
    (
        "isUnix",
        OneOf(&[
            "isBSD", "isDarwin", "isLinux", "isSunOS", "isCygwin", "isRedox",
        ]),
    ),
    ("isWasi", All(&[KernelIs("wasi")])),
    ("isWindows", All(&[KernelIs("windows")])),
    ("isiOS", All(&[KernelIs("ios")])),
    // Binary interfaces
    ("isAbiElfv1", All(&[abi("elfv1")])),
    (
        "isAbiElfv2",
        Any(&[
            &[abi("elfv2")],
            &[Abi("name", Text("musl")), family("power"), BITS_64],
        ]),
    ),
    (
        "isAndroid",
        Any(&[&[AbiIs("android")], &[AbiIs("androideabi")]]),
    ),
    ("isEabi", All(&[Abi("eabi", Bool(true))])),
    (
        "isGnu",
        Any(&[
            &[AbiIs("gnuabi64")],
            &[AbiIs("gnuabin32")],
            &[AbiIs("gnu")],
            &[AbiIs("gnueabi")],
            &[AbiIs("gnueabihf")],
            &[AbiIs("gnuabielfv1")],
            &[AbiIs("gnuabielfv2")],
        ]),
    ),
    (
        "isILP32",
        Any(&[
            &[family("wasm"), BITS_32],
            &[abi("n32")],
            &[abi("ilp32")],
            &[abi("x32")],
        ]),
    ),
    ("isMinGW", All(&[KernelIs("windows"), AbiIs("gnu")])),
    ("isMips64n32", All(&[family("mips"), BITS_64, abi("n32")])),
    ("isMips64n64", All(&[family("mips"), BITS_64, abi("64")])),
    ("isMsvc", All(&[KernelIs("windows"), AbiIs("msvc")])),
    (
        "isMusl",
        Any(&[
            &[AbiIs("musl")],
            &[AbiIs("musleabi")],
            &[AbiIs("musleabihf")],
            &[AbiIs("muslabin32")],
            &[AbiIs("muslabi64")],
        ]),
    ),
    (
        "isUClibc",
        Any(&[
            &[AbiIs("uclibc")],
            &[AbiIs("uclibceabi")],
            &[AbiIs("uclibceabihf")],
        ]),
    ),
];

/// The names of all patterns.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PATTERNS.iter().map(|(name, _)| *name)
}

impl<'a> Patterns<'a> {
    pub(super) fn new(evaluator: &Evaluator<'a>, parts: Parts<'a>) -> Patterns<'a> {
        let set = evaluator.lazy(move |evaluator| {
            let patterns = PATTERNS.iter().map(|(name, pattern)| {
                let value = evaluator.lazy(move |evaluator| pattern.value(evaluator, parts));
                (name, value)
            });
            Ok(evaluator.attrs_from(patterns))
        });
        Patterns { set }
    }

    /// Whether a parsed system fits the pattern of that name.
    pub(super) fn says(
        &self,
        evaluator: &Evaluator<'a>,
        name: &str,
        system: Value<'a>,
    ) -> Result<bool> {
        fits(evaluator, get(evaluator, self.set, name)?, system)
    }
}

impl Pattern {
    fn value<'a>(self, evaluator: &Evaluator<'a>, parts: Parts<'a>) -> Result<Value<'a>> {
        let mut values = vec![];
        match self {
            All(conditions) => return together(evaluator, parts, conditions),
            Any(alternatives) => {
                for conditions in alternatives {
                    values.push(together(evaluator, parts, conditions)?);
                }
            }
            OneOf(names) => {
                for (_, pattern) in names.iter().filter_map(|name| named(name)) {
                    values.push(pattern.value(evaluator, parts)?);
                }
            }
        }
        Ok(evaluator.list(&values))
    }
}

fn named(name: &str) -> Option<&'static (&'static str, Pattern)> {
    PATTERNS.iter().find(|(known, _)| *known == name)
}

/// The set of all conditions.
fn together<'a>(
    evaluator: &Evaluator<'a>,
    parts: Parts<'a>,
    conditions: &'static [Condition],
) -> Result<Value<'a>> {
    let part_of = |parts, name: &str| get(evaluator, parts, name);
    let set = |name: &'static str, value| evaluator.attrs_from([(name, value)]);
    let mut fields: Vec<(&str, Value<'a>)> = vec![];
    let mut cpu = vec![];
    for condition in conditions {
        match *condition {
            Cpu(name, value) => cpu.push((name, value.value(evaluator))),
            Bytes(order) => cpu.push(("significantByte", part_of(parts.significant_bytes, order)?)),
            CpuIs(name) => fields.push(("cpu", part_of(parts.cpu_types, name)?)),
            KernelIs(name) => fields.push(("kernel", part_of(parts.kernels, name)?)),
            KernelNamed(name) => {
                fields.push((
                    "kernel",
                    set("name", evaluator.borrowed_string(name.as_bytes())),
                ));
            }
            Family(name) => {
                let family = set(name, part_of(parts.kernel_families, name)?);
                fields.push(("kernel", set("families", family)));
            }
            Format(name) => {
                let format = part_of(parts.exec_formats, name)?;
                fields.push(("kernel", set("execFormat", format)));
            }
            Abi(name, value) => fields.push(("abi", set(name, value.value(evaluator)))),
            AbiIs(name) => fields.push(("abi", parts.bare_abi(evaluator, name)?)),
        }
    }
    if !cpu.is_empty() {
        fields.push(("cpu", evaluator.attrs_from(cpu)));
    }
    Ok(evaluator.attrs_from(fields))
}

/// `matchAnyAttrs pattern system`
fn fits<'a>(evaluator: &Evaluator<'a>, pattern: Value<'a>, system: Value<'a>) -> Result<bool> {
    let pattern = evaluator.force(pattern)?;
    let Value::List(alternatives) = pattern else {
        return matches(evaluator, pattern, system);
    };
    for pattern in alternatives.items {
        if matches(evaluator, *pattern, system)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `lib.systems.inspect`
pub(super) fn set<'a>(evaluator: &Evaluator<'a>, patterns: Patterns<'a>) -> Value<'a> {
    let predicates = evaluator.lazy(move |evaluator| {
        let predicates = names().map(|name| {
            let predicate = function(evaluator, name, move |evaluator, system| {
                patterns.says(evaluator, name, system).map(Value::bool)
            });
            (name, predicate)
        });
        Ok(evaluator.attrs_from(predicates))
    });
    let whole = evaluator.attrs_from([
        ("isStatic", Value::bool(true)),
        ("parsed", evaluator.attrs(vec![])),
    ]);
    let fits_any = evaluator.native("matchAnyAttrs", 2, |evaluator, arguments| {
        let [pattern, system] = take(arguments)?;
        fits(evaluator, pattern, system).map(Value::bool)
    });
    evaluator.attrs_from([
        ("patterns", patterns.set),
        ("predicates", predicates),
        (
            "platformPatterns",
            evaluator.attrs_from([("isStatic", whole)]),
        ),
        ("matchAnyAttrs", fits_any),
        (
            "patternLogicalAnd",
            evaluator.native("patternLogicalAnd", 2, |evaluator, arguments| {
                let [left, right] = take(arguments)?;
                both(evaluator, left, right)
            }),
        ),
    ])
}

/// A pattern that fits what two patterns fit: each alternative of the one with each of the other.
fn both<'a>(evaluator: &Evaluator<'a>, left: Value<'a>, right: Value<'a>) -> Result<Value<'a>> {
    let alternatives = |pattern: Value<'a>| -> Result<Vec<Value<'a>>> {
        Ok(match evaluator.force(pattern)? {
            Value::List(list) => list.items.to_vec(),
            single => vec![single],
        })
    };
    let rights = alternatives(right)?;
    let mut combined = vec![];
    for left in alternatives(left)? {
        for right in &rights {
            let right = *right;
            combined.push(evaluator.lazy(move |evaluator| united(evaluator, left, right)));
        }
    }
    Ok(evaluator.list(&combined))
}

/// Both sets; what both have must be equal, or have no attribute in common (then the right one counts).
fn united<'a>(evaluator: &Evaluator<'a>, left: Value<'a>, right: Value<'a>) -> Result<Value<'a>> {
    let (left, right) = (evaluator.force_attrs(left)?, evaluator.force_attrs(right)?);
    let overlapping = evaluator.items(right).iter();
    let checked = overlapping.filter_map(|attr| {
        let (name, other, own) = (attr.name, left.value(attr.name)?, attr.value);
        let value = evaluator.lazy(move |evaluator| {
            if have_nothing_in_common(evaluator, other, own)? || evaluator.equal(other, own)? {
                return evaluator.force(own);
            }
            Err(throw(format!(
                "pattern conflict at path {}:\n  {}\n  {}\n",
                evaluator.name_text(name),
                json(evaluator, other)?,
                json(evaluator, own)?,
            )))
        });
        Some(Attr { value, ..*attr })
    });
    let checked = evaluator.attrs_ref(checked.collect());
    let all = left.update(right, evaluator.arena);
    Ok(Value::Attrs(all.update(checked, evaluator.arena)))
}

fn have_nothing_in_common<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
) -> Result<bool> {
    for attr in evaluator.items(evaluator.force_attrs(left)?) {
        if find(evaluator, right, evaluator.name(attr.name))?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn json<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<String> {
    let text = crate::functions::tools::builtin(evaluator, "toJSON", &[value])?;
    Ok(evaluator.force_string(text)?.text())
}
