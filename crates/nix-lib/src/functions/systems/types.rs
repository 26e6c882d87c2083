//! `lib.systems.parse.types`: the types of what a parsed system consists of.

use nix_frontend::eval::{Evaluator, Result, Value};

use super::parse::Parser;
use super::parts::{Parts, is_one};
use crate::functions::tools::{find, function, get, holds, later};

/// A kind of part: the name of its open type, of its closed one, and what the open one is called and described as.
type Kind = (&'static str, &'static str, &'static str, &'static str);

const KINDS: &[Kind] = &[
    (
        "openSignificantByte",
        "significantByte",
        "significant-byte",
        "Endianness",
    ),
    (
        "openCpuType",
        "cpuType",
        "cpu-type",
        "instruction set architecture name and information",
    ),
    ("openVendor", "vendor", "vendor", "vendor for the platform"),
    (
        "openExecFormat",
        "execFormat",
        "exec-format",
        "executable container used by the kernel",
    ),
    (
        "openKernelFamily",
        "kernelFamily",
        "exec-format",
        "executable container used by the kernel",
    ),
    (
        "openKernel",
        "kernel",
        "kernel",
        "kernel name and information",
    ),
    (
        "openAbi",
        "abi",
        "abi",
        "binary interface for compiled code and syscalls",
    ),
];

const WIDTHS: &[i64] = &[8, 16, 32, 64, 128];

/// `lib.systems.parse.types`: the types of parts, open (what a part has to tell) and closed (one of the known ones).
pub(super) fn types<'a>(
    evaluator: &Evaluator<'a>,
    parser: Parser<'a>,
    lib: Value<'a>,
) -> Value<'a> {
    let parts = parser.parts;
    let known = [
        parts.significant_bytes,
        parts.cpu_types,
        parts.vendors,
        parts.exec_formats,
        parts.kernel_families,
        parts.kernels,
        parts.abis,
    ];
    let mut types = vec![];
    for ((open, closed, name, description), known) in KINDS.iter().zip(known) {
        let check = match *open {
            "openCpuType" => Some(function(evaluator, "check", move |evaluator, cpu| {
                check_cpu(evaluator, parts, cpu).map(Value::bool)
            })),
            "openKernel" => Some(function(evaluator, "check", move |evaluator, kernel| {
                check_kernel(evaluator, parts, kernel).map(Value::bool)
            })),
            _ => None,
        };
        types.push((*open, option_type(evaluator, lib, name, description, check)));
        let values = evaluator.lazy(move |evaluator| {
            let known = evaluator.ordered(evaluator.force_attrs(known)?).iter();
            Ok(evaluator.list(&known.map(|attr| attr.value).collect::<Vec<_>>()))
        });
        types.push((*closed, one_of(evaluator, lib, values)));
    }
    let widths: Vec<_> = WIDTHS.iter().copied().map(Value::Int).collect();
    types.push(("bitWidth", one_of(evaluator, lib, evaluator.list(&widths))));
    let check = function(evaluator, "check", move |evaluator, components| {
        parser.are_parts(evaluator, components).map(Value::bool)
    });
    let description = "fully parsed representation of llvm- or nix-style platform tuple";
    types.push((
        "parsedPlatform",
        option_type(evaluator, lib, "system", description, Some(check)),
    ));
    evaluator.attrs_from(types)
}

fn one_of<'a>(evaluator: &Evaluator<'a>, lib: Value<'a>, values: Value<'a>) -> Value<'a> {
    let make = later(evaluator, later(evaluator, lib, "types"), "enum");
    evaluator.lazy_call(make, &[values], source::Span::NONE)
}

fn option_type<'a>(
    evaluator: &Evaluator<'a>,
    lib: Value<'a>,
    name: &'static str,
    description: &'static str,
    check: Option<Value<'a>>,
) -> Value<'a> {
    let make = later(evaluator, lib, "mkOptionType");
    let fields = [
        ("name", evaluator.borrowed_string(name.as_bytes())),
        (
            "description",
            evaluator.borrowed_string(description.as_bytes()),
        ),
        ("merge", later(evaluator, lib, "mergeOneOption")),
    ];
    let fields = fields
        .into_iter()
        .chain(check.map(|check| ("check", check)));
    let fields = evaluator.attrs_from(fields);
    evaluator.lazy_call(make, &[fields], source::Span::NONE)
}

/// More than eight bits have an order of their bytes.
fn check_cpu<'a>(evaluator: &Evaluator<'a>, parts: Parts<'a>, cpu: Value<'a>) -> Result<bool> {
    let bits = get(evaluator, cpu, "bits")?;
    let widths: Vec<_> = WIDTHS.iter().copied().map(Value::Int).collect();
    if !holds(evaluator, &widths, bits)? {
        return Ok(false);
    }
    if evaluator.is_less(Value::Int(8), bits)? {
        let order = get(evaluator, cpu, "significantByte")?;
        return is_one(evaluator, parts.significant_bytes, order);
    }
    Ok(find(evaluator, cpu, "significantByte")?.is_none())
}

fn check_kernel<'a>(
    evaluator: &Evaluator<'a>,
    parts: Parts<'a>,
    kernel: Value<'a>,
) -> Result<bool> {
    let format = get(evaluator, kernel, "execFormat")?;
    if !is_one(evaluator, parts.exec_formats, format)? {
        return Ok(false);
    }
    let families = evaluator.force_attrs(get(evaluator, kernel, "families")?)?;
    for family in evaluator.ordered(families) {
        if !is_one(evaluator, parts.kernel_families, family.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}
