//! `textDocument/codeLens`, and the command that a lens leads to.

use gen_lsp_types::{
    CodeLens, CodeLensParams, CodeLensRequest, Command, ExecuteCommandParams, ExecuteCommandRequest,
};
use ide::name::InstanceName;
use serde_json::{Value as Json, json};

use crate::dispatch::{Answer, Refusal};
use crate::state::State;
use crate::uri;

/// The command that gives the resolved settings of an instance as Nix.
pub(crate) const RESOLVED_SETTINGS: &str = "clan-inventory.resolvedSettings";
/// The command, which is the client's own, that shows places.
const SHOW_MEMBERS: &str = "clan-inventory.showMembers";

pub(crate) fn code_lens(state: &State, parameters: CodeLensParams) -> Answer<CodeLensRequest> {
    let path = uri::to_path(&parameters.text_document.uri);
    let wanted = path.filter(|_| !state.settings.wishes.hides_code_lenses);
    let Some((path, places)) = wanted.and_then(|path| Some((path.clone(), state.places(&path)?)))
    else {
        return Ok(None);
    };
    let mut lenses = vec![];
    for lens in ide::code_lens::code_lenses(places.snapshot, &path) {
        let Some(range) = places.range(lens.span) else {
            continue;
        };
        let uri = &parameters.text_document.uri;
        let members = lens
            .members
            .iter()
            .filter_map(|span| places.location(*span));
        let members: Vec<_> = members.collect();
        let instance = json!({
            "uri": uri,
            "service": lens.instance.service,
            "instance": lens.instance.name,
        });
        lenses.push(with_command(
            range,
            &lens.title,
            SHOW_MEMBERS,
            vec![json!(uri), json!(range.start), json!(members)],
        ));
        lenses.push(with_command(
            range,
            "resolved settings",
            RESOLVED_SETTINGS,
            vec![instance],
        ));
    }
    Ok(Some(lenses))
}

fn with_command(
    range: gen_lsp_types::Range,
    title: &str,
    command: &str,
    arguments: Vec<Json>,
) -> CodeLens {
    CodeLens {
        range,
        command: Some(Command {
            title: title.to_owned(),
            tooltip: None,
            command: command.to_owned(),
            arguments: Some(arguments),
        }),
        data: None,
    }
}

pub(crate) fn execute(
    state: &State,
    parameters: ExecuteCommandParams,
) -> Answer<ExecuteCommandRequest> {
    if parameters.command != RESOLVED_SETTINGS {
        let message = format!("there is no command `{}`", parameters.command);
        return Err(Refusal::because(message));
    }
    let arguments = parameters.arguments.unwrap_or_default();
    let text = |name: &str| {
        let argument = arguments.first()?.get(name)?;
        Some(argument.as_str()?.to_owned())
    };
    let settings = || {
        let path = uri::to_path(&gen_lsp_types::Uri(text("uri")?))?;
        let places = state.places(&path)?;
        let name = InstanceName {
            service: text("service"),
            name: text("instance")?,
        };
        ide::code_lens::resolved_settings(places.snapshot, &name)
    };
    match settings() {
        Some(text) => Ok(Some(json!({ "languageId": "nix", "text": text }))),
        None => Err(Refusal::because("there is no such instance")),
    }
}
