//! From an expression to its value in one of the forms that `eval` prints. The first byte chooses the form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use project::evaluate::Form;
use suite::evaluated_as;

fuzz_target!(|data: &[u8]| {
    let Some((first, expression)) = data.split_first() else {
        return;
    };
    let form = match first % 8 {
        0 => Form::Json,
        1 => Form::Xml,
        2 => Form::Raw,
        _ => Form::Nix,
    };
    let evaluated = evaluated_as(form, expression);
    let internal = evaluated.diagnostics.iter().find(|each| each.code == "internal-error");
    assert!(internal.is_none(), "{internal:?}");
});
