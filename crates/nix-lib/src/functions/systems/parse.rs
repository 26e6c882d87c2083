//! `lib.systems.parse`: the names of systems taken apart, and put together.
//!
//! A system string has one to four words. Four are processor, vendor, kernel and binary interface; what fewer mean depends on which they
//! are. The parsed system is a set of four parts, and what the string leaves open follows from the others.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Result, Value};

use super::inspect::Patterns;
use super::parts::{Parts, is_darwin, is_one, name};
use super::types::types;
use crate::functions::formals::{Formals, Given, with_formals};
use crate::functions::tools::{Text, assertion, find, function, get, throw, with};
use nix_frontend::version::compare;

/// What taking names apart needs.
#[derive(Clone, Copy)]
pub(super) struct Parser<'a> {
    pub(super) parts: Parts<'a>,
    pub(super) patterns: Patterns<'a>,
}

const SYSTEM: Formals = &[
    ("cpu", false),
    ("vendor", false),
    ("kernel", false),
    ("abi", false),
];
const DOUBLE: Formals = &[("cpu", false), ("kernel", false), ("abi", false)];
const SKELETON: Formals = &[
    ("cpu", false),
    ("vendor", true),
    ("kernel", false),
    ("abi", true),
];

/// `lib.systems.parse`; the types of `lib` are for the types of parts.
pub(super) fn set<'a>(evaluator: &Evaluator<'a>, parser: Parser<'a>, lib: Value<'a>) -> Value<'a> {
    let parts = parser.parts;
    let compatible = evaluator.native("isCompatible", 2, move |evaluator, arguments| {
        let [runner, program] = take(arguments)?;
        let is_compatible = parts.is_compatible(evaluator, runner, program)?;
        Ok(Value::bool(is_compatible))
    });
    let functions = [
        ("isCompatible", compatible),
        (
            "gnuNetBSDDefaultExecFormat",
            function(
                evaluator,
                "gnuNetBSDDefaultExecFormat",
                move |evaluator, cpu| parts.netbsd_format(evaluator, cpu),
            ),
        ),
        (
            "isSystem",
            function(evaluator, "isSystem", |evaluator, value| {
                is_system(evaluator, value).map(Value::bool)
            }),
        ),
        (
            "mkSystem",
            function(evaluator, "mkSystem", move |evaluator, value| {
                parser.system(evaluator, value)
            }),
        ),
        (
            "mkSkeletonFromList",
            function(evaluator, "mkSkeletonFromList", |evaluator, words| {
                skeleton(evaluator, evaluator.force_list(words)?)
            }),
        ),
        (
            "mkSystemFromSkeleton",
            with_formals(
                evaluator,
                "mkSystemFromSkeleton",
                SKELETON,
                move |evaluator, value| parser.of_skeleton(evaluator, value),
            ),
        ),
        (
            "mkSystemFromString",
            function(evaluator, "mkSystemFromString", move |evaluator, text| {
                parser.parse(evaluator, text)
            }),
        ),
        (
            "kernelName",
            function(evaluator, "kernelName", |evaluator, kernel| {
                let mut text = Text::new(evaluator);
                kernel_name(evaluator, &mut text, kernel)?;
                Ok(text.finish())
            }),
        ),
        (
            "darwinArch",
            function(evaluator, "darwinArch", |evaluator, cpu| {
                Ok(evaluator.borrowed_string(darwin_arch(evaluator, cpu)?))
            }),
        ),
        (
            "doubleFromSystem",
            with_formals(evaluator, "doubleFromSystem", DOUBLE, double),
        ),
        (
            "tripleFromSystem",
            with_formals(
                evaluator,
                "tripleFromSystem",
                SYSTEM,
                move |evaluator, system| parser.triple(evaluator, system),
            ),
        ),
        (
            "mkMuslSystem",
            function(evaluator, "mkMuslSystem", move |evaluator, system| {
                parser.with_musl(evaluator, system)
            }),
        ),
    ];
    let sets = [
        ("significantBytes", parts.significant_bytes),
        ("cpuTypes", parts.cpu_types),
        ("vendors", parts.vendors),
        ("execFormats", parts.exec_formats),
        ("kernelFamilies", parts.kernel_families),
        ("kernels", parts.kernels),
        ("abis", parts.abis),
        ("types", types(evaluator, parser, lib)),
    ];
    evaluator.attrs_from(functions.into_iter().chain(sets))
}

/// The parsed systems are sets of the type `system`.
fn is_system<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    match find(evaluator, value, "_type")? {
        Some(kind) => evaluator.equal(kind, evaluator.borrowed_string(b"system")),
        None => Ok(false),
    }
}

/// What the words of a system string stand for.
pub(super) fn skeleton<'a>(evaluator: &Evaluator<'a>, words: &[Value<'a>]) -> Result<Value<'a>> {
    let mut texts = Vec::with_capacity(words.len());
    for word in words {
        texts.push(evaluator.force_string(*word)?.bytes);
    }
    let word = |text: &'static [u8]| evaluator.borrowed_string(text);
    let shown = || {
        let texts: Vec<_> = texts
            .iter()
            .map(|text| String::from_utf8_lossy(text))
            .collect();
        texts.join("-")
    };
    let fields = match (words, texts.as_slice()) {
        ([cpu], [b"avr"]) => vec![
            ("cpu", *cpu),
            ("kernel", word(b"none")),
            ("abi", word(b"unknown")),
        ],
        ([_], _) => {
            let shown = shown();
            return Err(throw(format!(
                "system string '{shown}' with 1 component is ambiguous"
            )));
        }
        ([cpu, kernel], [_, b"cygwin"]) => {
            vec![("cpu", *cpu), ("vendor", word(b"pc")), ("kernel", *kernel)]
        }
        ([cpu, kernel], [_, b"windows"]) => {
            vec![("cpu", *cpu), ("kernel", *kernel), ("abi", word(b"msvc"))]
        }
        ([cpu, abi], [_, b"elf"]) => vec![
            ("cpu", *cpu),
            ("vendor", word(b"unknown")),
            ("kernel", word(b"none")),
            ("abi", *abi),
        ],
        ([cpu, kernel], _) => vec![("cpu", *cpu), ("kernel", *kernel)],
        ([cpu, kernel, abi], [_, b"linux", _] | [_, _, b"eabi" | b"eabihf" | b"elf" | b"gnu"]) => {
            vec![
                ("cpu", *cpu),
                ("kernel", *kernel),
                ("abi", *abi),
                ("vendor", word(b"unknown")),
            ]
        }
        ([cpu, vendor, _], [_, _, b"mingw32"]) => vec![
            ("cpu", *cpu),
            ("vendor", *vendor),
            ("kernel", word(b"windows")),
        ],
        ([cpu, vendor, kernel], texts) if names_a_vendor(texts) => {
            vec![("cpu", *cpu), ("vendor", *vendor), ("kernel", *kernel)]
        }
        ([_, _, _], _) => {
            let shown = shown();
            return Err(throw(format!(
                "system string '{shown}' with 3 components is ambiguous"
            )));
        }
        ([cpu, vendor, kernel, abi], _) => vec![
            ("cpu", *cpu),
            ("vendor", *vendor),
            ("kernel", *kernel),
            ("abi", *abi),
        ],
        _ => {
            let shown = shown();
            return Err(throw(format!(
                "system string '{shown}' has invalid number of hyphen-separated components"
            )));
        }
    };
    Ok(evaluator.attrs_from(fields))
}

/// Whether the second of three words is a vendor, and the third a kernel.
fn names_a_vendor(words: &[&[u8]]) -> bool {
    const WHOLE: &[&[u8]] = &[b"cygwin", b"ghcjs", b"mmixware", b"redox", b"uefi"];
    const WITH_VERSION: &[&[u8]] = &[b"freebsd", b"genode", b"netbsd", b"openbsd"];
    let [cpu, vendor, kernel] = words else {
        return false;
    };
    *vendor == b"apple"
        || WHOLE.contains(kernel)
        || WITH_VERSION.iter().any(|name| kernel.starts_with(name))
        || cpu.starts_with(b"wasm32")
}

/// A kernel may have the binary interface glued to its name: what is before the last `abi`, and an `e` of it, is the kernel.
fn without_abi(kernel: &[u8]) -> &[u8] {
    // The regular expression takes as much as it can before the word, the `e` too.
    let last = kernel.windows(3).rposition(|window| window == b"abi");
    match last {
        Some(at) => kernel.get(..at).unwrap_or_default(),
        None => kernel,
    }
}

impl<'a> Parser<'a> {
    /// `mkSystemFromString text`
    pub(super) fn parse(&self, evaluator: &Evaluator<'a>, text: Value<'a>) -> Result<Value<'a>> {
        let text = evaluator.force_string(text)?.bytes;
        let words = text.split(|byte| *byte == b'-');
        let words: Vec<_> = words.map(|word| evaluator.borrowed_string(word)).collect();
        self.of_skeleton(evaluator, skeleton(evaluator, &words)?)
    }

    fn of_skeleton(&self, evaluator: &Evaluator<'a>, skeleton: Value<'a>) -> Result<Value<'a>> {
        let given = Given::new(evaluator, "mkSystemFromSkeleton", SKELETON, skeleton)?;
        let parts = &self.parts;
        let cpu = part(
            evaluator,
            parts.cpu_types,
            "CPU type",
            given.required("cpu"),
        )?;
        let vendor = given.get("vendor");
        let vendor = match vendor {
            Some(vendor) => Some(part(evaluator, parts.vendors, "vendor", vendor)?),
            None => None,
        };
        let kernel = evaluator.force_string(given.required("kernel"))?.bytes;
        let kernel = match kernel {
            _ if kernel.starts_with(b"darwin") => b"darwin",
            _ if kernel.starts_with(b"netbsd") => b"netbsd",
            _ => without_abi(kernel),
        };
        let kernel = evaluator.borrowed_string(kernel);
        let kernel = part(evaluator, parts.kernels, "kernel", kernel)?;
        let partly = evaluator.attrs_from([("cpu", cpu), ("kernel", kernel)]);
        let is = |name: &str| self.patterns.says(evaluator, name, partly);
        let vendor = match vendor {
            Some(vendor) => vendor,
            None if is("isDarwin")? => get(evaluator, parts.vendors, "apple")?,
            None if is("isWindows")? || is("isCygwin")? => get(evaluator, parts.vendors, "pc")?,
            None => get(evaluator, parts.vendors, "unknown")?,
        };
        let abi = match given.get("abi") {
            Some(abi) => part(evaluator, parts.abis, "ABI", abi)?,
            None => get(evaluator, parts.abis, self.usual_abi(evaluator, partly)?)?,
        };
        self.system(
            evaluator,
            evaluator.attrs_from([
                ("abi", abi),
                ("cpu", cpu),
                ("kernel", kernel),
                ("vendor", vendor),
            ]),
        )
    }

    /// The binary interface of a system that does not name it.
    fn usual_abi(&self, evaluator: &Evaluator<'a>, system: Value<'a>) -> Result<&'static str> {
        let is = |name: &str| self.patterns.says(evaluator, name, system);
        if !is("isLinux")? && !is("isWindows")? {
            return Ok("unknown");
        }
        if is("isAarch32")? {
            let version = find(evaluator, get(evaluator, system, "cpu")?, "version")?;
            let version = match version {
                Some(version) => evaluator.force_string(version)?.bytes,
                None => b"0",
            };
            return Ok(if compare(version, b"6").is_ge() {
                "gnueabihf"
            } else {
                "gnueabi"
            });
        }
        if is("isPower64")? && is("isBigEndian")? {
            return Ok("gnuabielfv1");
        }
        Ok("gnu")
    }

    /// `mkSystem components`. Errors: one of them is none of the known ones.
    fn system(&self, evaluator: &Evaluator<'a>, components: Value<'a>) -> Result<Value<'a>> {
        if !self.are_parts(evaluator, components)? {
            return Err(assertion("mkSystem: a component of the system is unknown"));
        }
        let kind = evaluator.borrowed_string(b"system");
        let components = evaluator.force_attrs(components)?;
        Ok(Value::Attrs(with(evaluator, components, [("_type", kind)])))
    }

    pub(super) fn are_parts(
        &self,
        evaluator: &Evaluator<'a>,
        components: Value<'a>,
    ) -> Result<bool> {
        let given = Given::new(evaluator, "check", SYSTEM, components)?;
        let parts = &self.parts;
        let kinds = [
            ("cpu", parts.cpu_types),
            ("vendor", parts.vendors),
            ("kernel", parts.kernels),
            ("abi", parts.abis),
        ];
        for (name, known) in kinds {
            if !is_one(evaluator, known, given.required(name))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn triple(&self, evaluator: &Evaluator<'a>, system: Value<'a>) -> Result<Value<'a>> {
        let given = Given::open(evaluator, "tripleFromSystem", SYSTEM, system)?;
        if !is_system(evaluator, system)? {
            return Err(assertion("tripleFromSystem: this is no parsed system"));
        }
        let (cpu, kernel) = (given.required("cpu"), given.required("kernel"));
        let mut text = Text::new(evaluator);
        text.push(match is_darwin(evaluator, kernel)? {
            true => darwin_arch(evaluator, cpu)?,
            false => name(evaluator, cpu)?,
        });
        text.push("-");
        text.push(name(evaluator, given.required("vendor"))?);
        text.push("-");
        kernel_name(evaluator, &mut text, kernel)?;
        if name(evaluator, kernel)? == b"netbsd" {
            let format = get(evaluator, kernel, "execFormat")?;
            if !evaluator.equal(self.parts.netbsd_format(evaluator, cpu)?, format)? {
                text.push(name(evaluator, format)?);
            }
        }
        let abi = evaluator.force(given.required("abi"))?;
        if !evaluator.equal(abi, get(evaluator, self.parts.abis, "unknown")?)? {
            text.push("-");
            text.push(name(evaluator, abi)?);
        }
        Ok(text.finish())
    }

    /// `mkMuslSystem parsed`: the same system with the C library musl.
    fn with_musl(&self, evaluator: &Evaluator<'a>, system: Value<'a>) -> Result<Value<'a>> {
        let attrs = evaluator.force_attrs(system)?;
        let abi = name(evaluator, get(evaluator, system, "abi")?)?;
        let musl = match abi {
            b"gnueabi" | b"musleabi" => "musleabi",
            b"gnueabihf" | b"musleabihf" => "musleabihf",
            b"gnuabin32" | b"muslabin32" => "muslabin32",
            b"gnuabi64" | b"muslabi64" => "muslabi64",
            _ => "musl",
        };
        let abi = get(evaluator, self.parts.abis, musl)?;
        let components = with(evaluator, attrs, [("abi", abi)]);
        let kind = evaluator.symbol("_type");
        let components = evaluator.items(components).iter();
        let components = components.filter(|attr| attr.name != kind).copied();
        self.system(evaluator, evaluator.attrs(components.collect()))
    }
}

/// The part of that name. Errors: there is none.
fn part<'a>(
    evaluator: &Evaluator<'a>,
    parts: Value<'a>,
    kind: &str,
    name: Value<'a>,
) -> Result<Value<'a>> {
    let name = evaluator.force_string(name)?;
    match find(evaluator, parts, name.bytes)? {
        Some(part) => evaluator.force(part),
        None => Err(throw(format!("Unknown {kind}: {}", name.text()))),
    }
}

/// How Apple calls a processor.
pub(super) fn darwin_arch<'a>(evaluator: &Evaluator<'a>, cpu: Value<'a>) -> Result<&'a [u8]> {
    Ok(match name(evaluator, cpu)? {
        b"aarch64" => b"arm64",
        other => other,
    })
}

/// The kernel with its version, if it has one.
fn kernel_name<'a>(
    evaluator: &Evaluator<'a>,
    text: &mut Text<'_, 'a>,
    kernel: Value<'a>,
) -> Result<()> {
    text.push(name(evaluator, kernel)?);
    if let Some(version) = find(evaluator, kernel, "version")? {
        text.push_string(crate::functions::tools::text(evaluator, version)?);
    }
    Ok(())
}

/// `doubleFromSystem system`: processor and kernel, as Nix names systems.
pub(super) fn double<'a>(evaluator: &Evaluator<'a>, system: Value<'a>) -> Result<Value<'a>> {
    let given = Given::open(evaluator, "doubleFromSystem", DOUBLE, system)?;
    let kernel = given.required("kernel");
    let mut text = Text::new(evaluator);
    text.push(name(evaluator, given.required("cpu"))?);
    text.push("-");
    match is_darwin(evaluator, kernel)? {
        true => text.push("darwin"),
        false => kernel_name(evaluator, &mut text, kernel)?,
    }
    Ok(text.finish())
}
