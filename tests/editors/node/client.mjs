// The protocol stack of VS Code, with the newest capabilities: pulled findings, hints, lenses, renaming with folders, cancelling.
// ENCODING says what positions count: the server has to speak UTF-8 to whom offers it, and UTF-16 to all others.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as lsp from "vscode-languageserver-protocol/node";

const { BINARY, CLAN, OUT, SCENARIO, CHECKS, ENCODING } = process.env;
const scenario = JSON.parse(readFileSync(SCENARIO, "utf8"));
const file = join(CLAN, scenario.file);
const uri = pathToFileURL(file).href;
const original = readFileSync(file, "utf8");
const deadline = setTimeout(() => process.exit(1), 100_000);

const server = spawn(BINARY, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
const refreshed = { count: 0, wake: () => {} };
const pushed = new Map();
const registered = [];
connection.onRequest(lsp.DiagnosticRefreshRequest.type, () => {
  refreshed.count++;
  refreshed.wake();
});
connection.onRequest(lsp.InlayHintRefreshRequest.type, () => {});
connection.onRequest(lsp.CodeLensRefreshRequest.type, () => {});
connection.onRequest(lsp.RegistrationRequest.type, ({ registrations }) => void registered.push(...registrations.map(({ method }) => method)));
connection.onRequest(lsp.WorkDoneProgressCreateRequest.type, () => {});
connection.onRequest(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => ({ inlayHints: true })));
connection.onNotification(lsp.PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => void pushed.set(uri, diagnostics));
connection.listen();

let version = 1;
let text = original;

/** A position in the text: behind the first occurrence of a piece, less `back` characters. */
function behind(piece, back = 0) {
  const offset = text.indexOf(piece) + piece.length - back;
  assert.ok(offset >= piece.length - back, `the text has ${piece}`);
  const before = text.slice(0, offset).split("\n");
  const last = before.at(-1);
  return { line: before.length - 1, character: ENCODING === "utf-8" ? Buffer.byteLength(last) : last.length };
}

/** Writes `next` where `old` is first, as an edit of that range. */
async function replace(old, next) {
  const range = { start: behind(old, old.length), end: behind(old) };
  text = text.replace(old, () => next);
  version++;
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges: [{ range, text: next }] });
}

async function codes() {
  const report = await connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument: { uri } });
  return report.items;
}

const at = (piece) => ({ textDocument: { uri }, position: behind(piece, 1) });
const plain = (markup) => (typeof markup === "string" ? markup : markup.value);

/** The text after edits, which count as the client does. */
function applied(edits) {
  const lines = text.split("\n");
  const offset = ({ line, character }) => {
    const column = ENCODING === "utf-8" ? Buffer.from(lines[line]).subarray(0, character).toString().length : character;
    return lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0) + column;
  };
  const sorted = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce((result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)), text);
}

const checks = {
  async diagnostics() {
    const { right, wrong, code } = scenario.mistake;
    const isThere = (items) => items.find((item) => item.code === code);
    const had = isThere(await codes());
    await replace(right, wrong);
    const found = isThere(await codes());
    await replace(wrong, right);
    const left = isThere(await codes());
    return [!had && found && !left && found.codeDescription?.href, found?.message];
  },
  async hover() {
    const hover = await connection.sendRequest(lsp.HoverRequest.type, at(scenario.hover.at));
    const shown = plain(hover.contents);
    return [shown.includes(scenario.hover.says), shown.split("\n")[0]];
  },
  async completion() {
    const { right, unfinished, offers } = scenario.completion;
    await replace(right, unfinished);
    const list = await connection.sendRequest(lsp.CompletionRequest.type, { textDocument: { uri }, position: behind(`${unfinished}\n`, 1) });
    const labels = list.items.map(({ label }) => label);
    await replace(`${unfinished}\n`, `${right}\n`);
    return [offers.every((name) => labels.includes(name)), labels.join(" ")];
  },
  async definition() {
    const links = await connection.sendRequest(lsp.DefinitionRequest.type, at(scenario.definition.at));
    const [{ targetUri, targetRange }] = links;
    const line = readFileSync(new URL(targetUri), "utf8").split("\n")[targetRange.start.line];
    return [line === scenario.definition.line, `line ${targetRange.start.line + 1}: ${line.trim()}`];
  },
  async rename() {
    const { to, places } = scenario.rename;
    const { documentChanges } = await connection.sendRequest(lsp.RenameRequest.type, { ...at(scenario.rename.at), newName: to });
    const count = applied(documentChanges[0].edits).split(to).length - 1;
    return [count === places, `${count} places`];
  },
  async "rename with a folder"() {
    const { from, to } = scenario.move;
    const { documentChanges } = await connection.sendRequest(lsp.RenameRequest.type, { ...at(scenario.move.at), newName: to });
    const move = documentChanges.find(({ kind }) => kind === "rename");
    const ends = [move.oldUri.endsWith(`/${from}`), move.newUri.endsWith(`/machines/${to}`), existsSync(new URL(move.oldUri))];
    return [ends.every(Boolean), `${from} → machines/${to}`];
  },
  async "code action"() {
    const { right, wrong, at: place, code, fix } = scenario.mistake;
    await replace(right, wrong);
    const diagnostics = (await codes()).filter((item) => item.code === code);
    const range = { start: behind(place, 1), end: behind(place, 1) };
    const actions = await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument: { uri }, range, context: { diagnostics } });
    const action = actions.find(({ title }) => title === fix);
    const mended = applied(action.edit.documentChanges[0].edits) === original;
    await replace(wrong, right);
    return [mended && action.diagnostics.length === 1, actions.map(({ title }) => title).join(", ")];
  },
  async lens() {
    const lenses = await connection.sendRequest(lsp.CodeLensRequest.type, { textDocument: { uri } });
    const here = lenses.filter(({ range }) => text.split("\n")[range.start.line].includes(scenario.lens.at));
    const titles = here.map(({ command }) => command.title);
    const shown = await connection.sendRequest(lsp.ExecuteCommandRequest.type, here[1].command);
    return [String(titles) === String(scenario.lens.titles) && shown.text.includes(scenario.lens.settings), titles.join(", ")];
  },
  async hint() {
    const { line } = behind(scenario.hint.behind);
    const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
    const [hint] = await connection.sendRequest(lsp.InlayHintRequest.type, { textDocument: { uri }, range });
    return [hint.label === scenario.hint.says, hint.label];
  },
  async "refresh and registration"() {
    const before = refreshed.count;
    const { right, wrong } = scenario.mistake;
    const woken = new Promise((resolve) => (refreshed.wake = resolve));
    await replace(right, wrong);
    await woken;
    await replace(wrong, right);
    const wanted = ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"];
    return [refreshed.count > before && wanted.every((method) => registered.includes(method)), `${registered.length} registrations`];
  },
  async "astral characters"() {
    // The mistake behind a character of four bytes, or two units of UTF-16.
    const { right, wrong, code } = scenario.mistake;
    await replace(right, `/* 🦀 */ ${wrong}`);
    const found = (await codes()).find((item) => item.code === code);
    const start = behind("/* 🦀 */ roles.default.machines.");
    await replace(`/* 🦀 */ ${wrong}`, right);
    return [found.range.start.character === start.character && found.range.start.line === start.line, `column ${found.range.start.character}`];
  },
};

const encodings = ENCODING === "utf-8" ? ["utf-8", "utf-16"] : ["utf-16"];
const dynamicRegistration = true;
const started = await connection.sendRequest(lsp.InitializeRequest.type, {
  processId: process.pid,
  rootUri: pathToFileURL(CLAN).href,
  workspaceFolders: [{ uri: pathToFileURL(CLAN).href, name: "clan" }],
  capabilities: {
    general: { positionEncodings: encodings },
    window: { workDoneProgress: true },
    workspace: {
      configuration: true,
      workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
      didChangeConfiguration: { dynamicRegistration },
      didChangeWatchedFiles: { dynamicRegistration },
      diagnostics: { refreshSupport: true },
      inlayHint: { refreshSupport: true },
      codeLens: { refreshSupport: true },
    },
    textDocument: {
      diagnostic: { dynamicRegistration, relatedDocumentSupport: true },
      publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
      definition: { linkSupport: true },
      rename: { prepareSupport: true },
      completion: { completionItem: { snippetSupport: true } },
      codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "refactor.rewrite"] } }, isPreferredSupport: true },
    },
  },
});
assert.equal(started.capabilities.positionEncoding, ENCODING);
await connection.sendNotification(lsp.InitializedNotification.type, {});
await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: "nix", version, text } });
for (const check of CHECKS.split(",")) {
  let passed, detail;
  try {
    [passed, detail] = await checks[check]();
  } catch (error) {
    detail = error.message;
  }
  appendFileSync(OUT, `${passed ? "ok" : "no"}\t${check}\t${String(detail).replaceAll(/\s+/g, " ")}\n`);
  if (text !== original) {
    await replace(text, original);
  }
}
await connection.sendRequest(lsp.ShutdownRequest.type);
const ended = new Promise((resolve) => server.on("exit", resolve));
await connection.sendNotification(lsp.ExitNotification.type);
assert.equal(await ended, 0);
clearTimeout(deadline);
connection.dispose();
