// The extension: what starts and ends with the window.

import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";

import { mayBelong } from "./belonging";
import { isFile, Server } from "./server";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const own = new Server();
  server = own;
  context.subscriptions.push(
    own,
    vscode.commands.registerCommand("clan-inventory.restart", () => own.restart()),
    vscode.commands.registerCommand("clan-inventory.showOutput", () => own.showOutput()),
    vscode.commands.registerCommand("clan-inventory.showMembers", showMembers),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const startsAnew = ["server", "semanticTokens"].some((name) => change.affectsConfiguration(`clan-inventory.${name}`));
      return startsAnew ? own.restart() : undefined;
    }),
  );
  await whenNeeded(context, () => own.restart());
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Starts the server as soon as a text is open that may be a part of a clan. */
async function whenNeeded(context: vscode.ExtensionContext, start: () => Promise<void>): Promise<void> {
  const isNeeded = ({ uri }: vscode.TextDocument): boolean => uri.scheme === "file" && mayBelong(uri.fsPath, isFile);
  if (vscode.workspace.textDocuments.some(isNeeded)) {
    return start();
  }
  const waiting = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isNeeded(document)) {
      waiting.dispose();
      void start();
    }
  });
  context.subscriptions.push(waiting);
}

/** The command of the lens `4 machines`: what it is given speaks the protocol's language. */
function showMembers(uri: string, position: Position, locations: readonly Location[]): Thenable<unknown> {
  const at = ({ line, character }: Position): vscode.Position => new vscode.Position(line, character);
  const places = locations.map(({ uri, range }) => new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(at(range.start), at(range.end))));
  return vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), at(position), places);
}
