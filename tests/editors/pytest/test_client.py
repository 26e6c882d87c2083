"""pytest-lsp with the capabilities that the editor CLIENT was recorded to have."""

import asyncio
import json
import os
from pathlib import Path

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SCENARIO = json.loads(Path(os.environ["SCENARIO"]).read_text())
FILE = Path(os.environ["CLAN"]) / SCENARIO["file"]
URI = FILE.as_uri()
# What a server may ask of an editor, and pytest-lsp has no answer to.
ASKED = ["client/registerCapability", "workspace/codeLens/refresh", "workspace/inlayHint/refresh"]
HERE = types.TextDocumentIdentifier(uri=URI)


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[os.environ["BINARY"], "lsp"]))
async def client(lsp_client: LanguageClient):
    capabilities = client_capabilities(os.environ["CLIENT"])
    root = FILE.parent.as_uri()
    folders = [types.WorkspaceFolder(uri=root, name="clan")]
    started = await lsp_client.initialize_session(
        types.InitializeParams(capabilities=capabilities, root_uri=root, workspace_folders=folders)
    )
    for asked in ASKED:
        lsp_client.feature(asked)(lambda *_: None)
    lsp_client.pulls = started.capabilities.diagnostic_provider is not None
    lsp_client.text = FILE.read_text()
    lsp_client.version = 1
    document = types.TextDocumentItem(uri=URI, language_id="nix", version=1, text=lsp_client.text)
    lsp_client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=document))
    yield
    await lsp_client.shutdown_session()


def behind(text: str, piece: str, back: int = 0) -> types.Position:
    """The position behind the first occurrence of a piece, less some characters; its line is plain ASCII."""
    before = text[: text.index(piece) + len(piece) - back].split("\n")
    return types.Position(line=len(before) - 1, character=len(before[-1]))


def at(client, piece: str, back: int = 1) -> dict:
    return {"text_document": HERE, "position": behind(client.text, piece, back)}


def replace(client, old: str, new: str):
    """Writes `new` where `old` is first, as an edit of that range."""
    found = types.Range(start=behind(client.text, old, len(old)), end=behind(client.text, old))
    client.text = client.text.replace(old, new, 1)
    client.version += 1
    change = types.TextDocumentContentChangePartial(range=found, text=new)
    document = types.VersionedTextDocumentIdentifier(uri=URI, version=client.version)
    client.text_document_did_change(types.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))


async def finding(client):
    """The finding that the mistake of the scenario has; none if it is not there."""
    if client.pulls:
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=HERE))
        items = report.items
    else:
        # What is pushed comes with the version of the text it is for, or comes later.
        await client.text_document_hover_async(types.HoverParams(text_document=HERE, position=types.Position(0, 0)))
        await asyncio.sleep(0.1)
        items = client.diagnostics.get(URI, [])
    return next((item for item in items if item.code == SCENARIO["mistake"]["code"]), None)


def edits_of(edit: types.WorkspaceEdit) -> list:
    if edit.document_changes:
        return [each for change in edit.document_changes if hasattr(change, "edits") for each in change.edits]
    return [each for changes in edit.changes.values() for each in changes]


async def test_diagnostics(client, record_property):
    mistake = SCENARIO["mistake"]
    assert await finding(client) is None
    replace(client, mistake["right"], mistake["wrong"])
    found = await finding(client)
    assert found is not None, "no finding appears"
    replace(client, mistake["wrong"], mistake["right"])
    assert await finding(client) is None, "the finding stays"
    record_property("detail", f"{'pulled' if client.pulls else 'pushed'}: {found.message}")


async def test_hover(client, record_property):
    hover = await client.text_document_hover_async(types.HoverParams(**at(client, SCENARIO["hover"]["at"])))
    assert SCENARIO["hover"]["says"] in hover.contents.value
    record_property("detail", hover.contents.value.split("\n")[0])


async def test_completion(client, record_property):
    completion = SCENARIO["completion"]
    replace(client, completion["right"], completion["unfinished"])
    answer = await client.text_document_completion_async(types.CompletionParams(**at(client, completion["unfinished"] + "\n")))
    labels = [item.label for item in (answer.items if hasattr(answer, "items") else answer)]
    assert set(completion["offers"]) <= set(labels), labels
    record_property("detail", " ".join(labels))


async def test_definition(client, record_property):
    places = await client.text_document_definition_async(types.DefinitionParams(**at(client, SCENARIO["definition"]["at"])))
    first = places[0]
    found = first.target_range if hasattr(first, "target_range") else first.range
    line = client.text.split("\n")[found.start.line]
    assert line == SCENARIO["definition"]["line"]
    record_property("detail", f"line {found.start.line + 1}: {line.strip()}")


async def test_rename(client, record_property):
    rename = SCENARIO["rename"]
    edit = await client.text_document_rename_async(types.RenameParams(**at(client, rename["at"]), new_name=rename["to"]))
    edits = edits_of(edit)
    assert [each.new_text for each in edits] == [rename["to"]] * rename["places"]
    record_property("detail", f"{len(edits)} places")


async def test_code_action(client, record_property):
    mistake = SCENARIO["mistake"]
    replace(client, mistake["right"], mistake["wrong"])
    found = await finding(client)
    context = types.CodeActionContext(diagnostics=[found])
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(text_document=HERE, range=found.range, context=context)
    )
    titles = [action.title for action in actions]
    assert mistake["fix"] in titles, titles
    record_property("detail", ", ".join(titles))
