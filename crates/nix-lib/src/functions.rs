//! The functions of `lib` beside the module system.

use nix_frontend::eval::{Attr, Evaluator};

/// Every function, by its name in `lib`.
pub fn all<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    const TEXT: &str = include_str!("functions.nix");
    let file = evaluator
        .session
        .add(std::path::Path::new("/«lib»"), TEXT.into());
    let value = file
        .ok()
        .and_then(|file| evaluator.evaluate_text(file, None, &[]).ok());
    match value.map(|value| evaluator.force_attrs(value)) {
        Some(Ok(attrs)) => evaluator.items(attrs).to_vec(),
        _ => vec![],
    }
}
