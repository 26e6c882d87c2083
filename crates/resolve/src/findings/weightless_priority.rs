//! `mkForce` and its kin in a layer of a services instance: they do not act on the other layers.

use source::Diagnostic;

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let mut found = vec![];
    for instance in looked
        .inventory
        .instances
        .iter()
        .filter(|each| each.enabled)
    {
        for each in &instance.weightless {
            let function = match each.priority {
                50 => "mkForce",
                1000 => "mkDefault",
                _ => "mkOverride",
            };
            let name = &instance.service.value;
            let path = [std::slice::from_ref(name), each.path.as_slice()]
                .concat()
                .join(".");
            let message = format!("`{function}` does nothing for `clan.{path}`");
            let finding = Diagnostic::warning("weightless-priority", message)
                .label(each.span, "a plain value outside of this layer")
                .help(format!("write the value without `{function}`; to let one layer win, take the setting out of the others"));
            found.push(finding);
        }
    }
    found
}
