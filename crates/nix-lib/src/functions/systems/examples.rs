//! `lib.systems.examples`: systems to compile for, ready to be elaborated.

use nix_frontend::eval::{Evaluator, Value};

use super::literal::Literal::{Bool, Null, Set, Text};
use super::literal::{Fields, set};
use super::platforms::gcc;

/// A system to compile for.
struct Example {
    name: &'static str,
    config: &'static str,
    /// The platform that tells the options for GCC.
    platform: &'static str,
    more: Fields,
}

const fn plain(name: &'static str, config: &'static str) -> Example {
    with(name, config, &[])
}

const fn with(name: &'static str, config: &'static str, more: Fields) -> Example {
    Example {
        name,
        config,
        platform: "",
        more,
    }
}

const fn on(name: &'static str, config: &'static str, platform: &'static str) -> Example {
    Example {
        name,
        config,
        platform,
        more: &[],
    }
}

const fn embedded(name: &'static str, config: &'static str) -> Example {
    with(name, config, &[("libc", Text("newlib"))])
}

const fn llvm(name: &'static str, config: &'static str) -> Example {
    with(name, config, &[("useLLVM", Bool(true))])
}

const UEFI: Fields = &[
    ("libc", Null),
    ("linker", Text("lld")),
    ("useLLVM", Bool(true)),
];
const MACOS: Fields = &[("platform", Set(&[])), ("xcodePlatform", Text("MacOSX"))];
const MSVCRT: Fields = &[("libc", Text("msvcrt"))];
const UCRT: Fields = &[("libc", Text("ucrt"))];
const UCRT_ARM: Fields = &[
    ("libc", Text("ucrt")),
    (
        "rust",
        Set(&[("rustcTarget", Text("aarch64-pc-windows-gnullvm"))]),
    ),
    ("useLLVM", Bool(true)),
];

const EXAMPLES: &[Example] = &[
    with(
        "aarch64-android",
        "aarch64-unknown-linux-android",
        &[
            ("androidNdkVersion", Text("27")),
            ("androidSdkVersion", Text("35")),
            ("libc", Text("bionic")),
            ("useAndroidPrebuilt", Bool(false)),
            ("useLLVM", Bool(true)),
        ],
    ),
    with(
        "aarch64-android-prebuilt",
        "aarch64-unknown-linux-android",
        &[
            ("androidNdkVersion", Text("27")),
            ("androidSdkVersion", Text("35")),
            (
                "rust",
                Set(&[("rustcTarget", Text("aarch64-linux-android"))]),
            ),
            ("useAndroidPrebuilt", Bool(true)),
        ],
    ),
    with("aarch64-darwin", "arm64-apple-darwin", MACOS),
    with(
        "aarch64-embedded",
        "aarch64-none-elf",
        &[
            ("libc", Text("newlib")),
            (
                "rust",
                Set(&[("rustcTarget", Text("aarch64-unknown-none"))]),
            ),
        ],
    ),
    llvm("aarch64-freebsd", "aarch64-unknown-freebsd"),
    plain("aarch64-multiplatform", "aarch64-unknown-linux-gnu"),
    plain("aarch64-multiplatform-musl", "aarch64-unknown-linux-musl"),
    with("aarch64-unknown-uefi", "aarch64-unknown-uefi", UEFI),
    llvm("aarch64-windows", "aarch64-pc-windows-msvc"),
    embedded("aarch64be-embedded", "aarch64_be-none-elf"),
    plain("arc", "arc-unknown-linux-gnu"),
    embedded("arm-embedded", "arm-none-eabi"),
    with(
        "arm-embedded-nano",
        "arm-none-eabi",
        &[("libc", Text("newlib-nano"))],
    ),
    with(
        "armhf-embedded",
        "arm-none-eabihf",
        &[
            (
                "gcc",
                Set(&[("arch", Text("armv5t")), ("fpu", Text("vfp"))]),
            ),
            ("libc", Text("newlib")),
        ],
    ),
    plain("armv5tel-multiplatform", "armv5tel-unknown-linux-gnueabi"),
    Example {
        platform: "armv7a-android",
        ..with(
            "armv7a-android-prebuilt",
            "armv7a-unknown-linux-androideabi",
            &[
                ("androidNdkVersion", Text("27")),
                ("androidSdkVersion", Text("35")),
                (
                    "rust",
                    Set(&[("rustcTarget", Text("armv7-linux-androideabi"))]),
                ),
                ("useAndroidPrebuilt", Bool(true)),
            ],
        )
    },
    plain("armv7l-hf-multiplatform", "armv7l-unknown-linux-gnueabihf"),
    plain("avr", "avr"),
    on(
        "ben-nanonote",
        "mipsel-unknown-linux-uclibc",
        "ben_nanonote",
    ),
    on("bluefield2", "aarch64-unknown-linux-gnu", "bluefield2"),
    on("fuloongminipc", "mipsel-unknown-linux-gnu", "fuloong2f_n32"),
    plain("ghcjs", "javascript-unknown-ghcjs"),
    plain("gnu32", "i686-unknown-linux-gnu"),
    plain("gnu64", "x86_64-unknown-linux-gnu"),
    embedded("i686-embedded", "i686-elf"),
    with(
        "iphone64",
        "arm64-apple-ios",
        &[
            ("darwinSdkVersion", Text("14.3")),
            ("useiOSPrebuilt", Bool(true)),
            ("xcodePlatform", Text("iPhoneOS")),
            ("xcodeVer", Text("12.3")),
        ],
    ),
    with(
        "iphone64-simulator",
        "x86_64-apple-ios",
        &[
            ("darwinPlatform", Text("ios-simulator")),
            ("darwinSdkVersion", Text("14.3")),
            ("useiOSPrebuilt", Bool(true)),
            ("xcodePlatform", Text("iPhoneSimulator")),
            ("xcodeVer", Text("12.3")),
        ],
    ),
    on(
        "loongarch64-linux",
        "loongarch64-unknown-linux-gnu",
        "loongarch64-multiplatform",
    ),
    with(
        "loongarch64-linux-embedded",
        "loongarch64-unknown-linux-gnu",
        &[(
            "gcc",
            Set(&[
                ("arch", Text("loongarch64")),
                ("cmodel", Text("medium")),
                ("strict-align", Bool(true)),
            ]),
        )],
    ),
    plain("m68k", "m68k-unknown-linux-gnu"),
    embedded("microblaze-embedded", "microblazeel-none-elf"),
    with("mingw-msvcrt-i686", "i686-w64-mingw32", MSVCRT),
    with("mingw-msvcrt-x86_64", "x86_64-w64-mingw32", MSVCRT),
    with("mingw-ucrt-aarch64", "aarch64-w64-mingw32", UCRT_ARM),
    with("mingw-ucrt-x86_64", "x86_64-w64-mingw32", UCRT),
    with(
        "mingw-ucrt-x86_64-llvm",
        "x86_64-w64-mingw32",
        &[
            ("libc", Text("ucrt")),
            (
                "rust",
                Set(&[("rustcTarget", Text("x86_64-pc-windows-gnullvm"))]),
            ),
            ("useLLVM", Bool(true)),
        ],
    ),
    with("mingw32", "i686-w64-mingw32", MSVCRT),
    with("mingwW64", "x86_64-w64-mingw32", MSVCRT),
    embedded("mips-embedded", "mips-none-elf"),
    on(
        "mips-linux-gnu",
        "mips-unknown-linux-gnu",
        "gcc_mips32r2_o32",
    ),
    embedded("mips64-embedded", "mips64-none-elf"),
    on(
        "mips64-linux-gnuabi64",
        "mips64-unknown-linux-gnuabi64",
        "gcc_mips64r2_64",
    ),
    on(
        "mips64-linux-gnuabin32",
        "mips64-unknown-linux-gnuabin32",
        "gcc_mips64r2_n32",
    ),
    on(
        "mips64el-linux-gnuabi64",
        "mips64el-unknown-linux-gnuabi64",
        "gcc_mips64r2_64",
    ),
    on(
        "mips64el-linux-gnuabin32",
        "mips64el-unknown-linux-gnuabin32",
        "gcc_mips64r2_n32",
    ),
    on(
        "mipsel-linux-gnu",
        "mipsel-unknown-linux-gnu",
        "gcc_mips32r2_o32",
    ),
    embedded("mmix", "mmix-unknown-mmixware"),
    embedded("msp430", "msp430-elf"),
    plain("musl-power", "powerpc64le-unknown-linux-musl"),
    plain("musl32", "i686-unknown-linux-musl"),
    plain("musl64", "x86_64-unknown-linux-musl"),
    on("muslpi", "armv6l-unknown-linux-musleabihf", "raspberrypi"),
    embedded("or1k", "or1k-elf"),
    plain("powernv", "powerpc64le-unknown-linux-gnu"),
    embedded("ppc-embedded", "powerpc-none-eabi"),
    with(
        "ppc32",
        "powerpc-unknown-linux-gnu",
        &[(
            "rust",
            Set(&[("rustcTarget", Text("powerpc-unknown-linux-gnu"))]),
        )],
    ),
    plain("ppc64", "powerpc64-unknown-linux-gnuabielfv2"),
    plain("ppc64-elfv1", "powerpc64-unknown-linux-gnuabielfv1"),
    plain("ppc64-elfv2", "powerpc64-unknown-linux-gnuabielfv2"),
    with(
        "ppc64-musl",
        "powerpc64-unknown-linux-musl",
        &[("gcc", Set(&[("abi", Text("elfv2"))]))],
    ),
    embedded("ppcle-embedded", "powerpcle-none-eabi"),
    on(
        "raspberryPi",
        "armv6l-unknown-linux-gnueabihf",
        "raspberrypi",
    ),
    on(
        "remarkable1",
        "armv7l-unknown-linux-gnueabihf",
        "zero-gravitas",
    ),
    on(
        "remarkable2",
        "armv7l-unknown-linux-gnueabihf",
        "zero-sugar",
    ),
    plain("riscv32", "riscv32-unknown-linux-gnu"),
    embedded("riscv32-embedded", "riscv32-none-elf"),
    plain("riscv64", "riscv64-unknown-linux-gnu"),
    embedded("riscv64-embedded", "riscv64-none-elf"),
    plain("riscv64-musl", "riscv64-unknown-linux-musl"),
    embedded("rx-embedded", "rx-none-elf"),
    plain("s390", "s390-unknown-linux-gnu"),
    plain("s390x", "s390x-unknown-linux-gnu"),
    plain("sh4", "sh4-unknown-linux-gnu"),
    with("ucrt64", "x86_64-w64-mingw32", UCRT),
    with("ucrtAarch64", "aarch64-w64-mingw32", UCRT_ARM),
    embedded("vc4", "vc4-elf"),
    llvm("wasi32", "wasm32-unknown-wasi"),
    with(
        "wasm32-unknown-none",
        "wasm32-unknown-none",
        &[
            (
                "rust",
                Set(&[("rustcTarget", Text("wasm32-unknown-unknown"))]),
            ),
            ("useLLVM", Bool(true)),
        ],
    ),
    plain("x86_64-cygwin", "x86_64-pc-cygwin"),
    with("x86_64-darwin", "x86_64-apple-darwin", MACOS),
    embedded("x86_64-embedded", "x86_64-elf"),
    llvm("x86_64-freebsd", "x86_64-unknown-freebsd"),
    plain("x86_64-netbsd", "x86_64-unknown-netbsd"),
    llvm("x86_64-netbsd-llvm", "x86_64-unknown-netbsd"),
    llvm("x86_64-openbsd", "x86_64-unknown-openbsd"),
    with("x86_64-unknown-uefi", "x86_64-unknown-uefi", UEFI),
    llvm("x86_64-windows", "x86_64-pc-windows-msvc"),
];

/// `lib.systems.examples`
pub(super) fn all<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    evaluator.attrs_from(EXAMPLES.iter().map(|example| {
        let config = evaluator.borrowed_string(example.config.as_bytes());
        let platform = match gcc(example.platform) {
            [] => None,
            gcc => Some(("gcc", set(evaluator, gcc))),
        };
        let more = example.more.iter();
        let more = more.map(|(name, value)| (*name, value.value(evaluator)));
        let fields = [("config", config)].into_iter().chain(platform).chain(more);
        (example.name, evaluator.attrs_from(fields))
    }))
}
