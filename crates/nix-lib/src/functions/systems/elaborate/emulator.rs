//! Programs that run what is made for a platform on another.

use nix_frontend::eval::{Result, Value};

use super::Platform;
use crate::functions::meta::get_exe;
use crate::functions::tools::{Text, get, throw};

impl<'a> Platform<'_, 'a> {
    /// The program of a package, as a string.
    fn program(
        &self,
        packages: Value<'a>,
        package: &str,
        below: &[&[u8]],
    ) -> Result<Option<Value<'a>>> {
        let mut text = Text::new(self.evaluator);
        text.interpolate(get(self.evaluator, packages, package)?)?;
        text.push("/bin/");
        below.iter().for_each(|part| text.push(part));
        Ok(Some(text.finish()))
    }

    /// The emulator among `packages`, which run on a host of their own; none if nobody knows one.
    pub(super) fn select_emulator(&self, packages: Value<'a>) -> Result<Option<Value<'a>>> {
        let evaluator = self.evaluator;
        let environment = get(evaluator, packages, "stdenv")?;
        let host = get(evaluator, environment, "hostPlatform")?;
        let runs = evaluator.call1(get(evaluator, host, "canExecute")?, self.last())?;
        if evaluator.force_bool(runs)? {
            let write = get(evaluator, packages, "writeShellScriptBin")?;
            let script = self.string("exec \"$@\"");
            let package = evaluator.call2(write, self.string("exec"), script)?;
            return get_exe(evaluator, &[package]).map(Some);
        }
        if self.is("isWindows")? {
            return self.wine(packages).map(Some);
        }
        if self.is("isLinux")? && evaluator.force_bool(get(evaluator, host, "isLinux")?)? {
            let arch = self.get("qemuArch")?;
            if !matches!(arch, Value::Null) {
                let arch = self.text(arch)?;
                return self.program(packages, "qemu-user", &[b"qemu-", arch]);
            }
        }
        if self.is("isWasi")? {
            return self.program(packages, "wasmtime", &[b"wasmtime"]);
        }
        if self.is("isGhcjs")? {
            return self.program(packages, "nodejs-slim", &[b"node"]);
        }
        if self.is("isMmix")? {
            return self.program(packages, "mmixware", &[b"mmix"]);
        }
        Ok(None)
    }

    fn wine(&self, packages: Value<'a>) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let bits = evaluator.force_int(get(evaluator, self.part("cpu")?, "bits")?)?;
        let choose = get(evaluator, packages, "winePackagesFor")?;
        let wines = evaluator.call1(choose, evaluator.string(format!("wine{bits}")))?;
        let mut text = Text::new(evaluator);
        text.interpolate(get(evaluator, wines, "minimal")?)?;
        text.push("/bin/wine");
        Ok(text.finish())
    }

    /// Whether the emulator works when it is linked statically.
    pub(super) fn has_static_emulator(&self, packages: Value<'a>) -> Result<bool> {
        let available = self.get("emulatorAvailable")?;
        let available = self.evaluator.call1(available, packages)?;
        Ok(self.evaluator.force_bool(available)?
            && (self.is("isLinux")? || self.is("isWasi")? || self.is("isMmix")?))
    }

    pub(super) fn emulator(&self, packages: Value<'a>) -> Result<Value<'a>> {
        let available = self.get("emulatorAvailable")?;
        let available = self.evaluator.call1(available, packages)?;
        if self.evaluator.force_bool(available)?
            && let Some(emulator) = self.select_emulator(packages)?
        {
            return Ok(emulator);
        }
        let config = self.get("config")?;
        let config = self.evaluator.force_string(config)?.text();
        Err(throw(format!(
            "Don't know how to run {config} executables."
        )))
    }
}
