// Documents with the resolved settings of an instance: read only, and asked for anew when a file is saved.

import * as vscode from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";

import { address, instanceOf, SCHEME, type Instance } from "./resolved";

const COMMAND = "clan-inventory.resolvedSettings";

export class ResolvedSettings implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables: vscode.Disposable[];
  readonly onDidChange = this.#changed.event;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidSaveTextDocument(() => this.refresh()),
    ];
  }

  /** Asks anew for what is shown. */
  refresh(): void {
    const shown = vscode.workspace.textDocuments.filter((document) => document.uri.scheme === SCHEME);
    shown.forEach((document) => this.#changed.fire(document.uri));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const instance = instanceOf(uri.query);
    const client = this.client();
    if (!instance || !client) {
      return "# the language server is not running\n";
    }
    try {
      const answer: unknown = await client.sendRequest(ExecuteCommandRequest.type, { command: COMMAND, arguments: [instance] });
      return (answer as { text?: string } | null)?.text ?? "";
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  /** Shows the document beside the text that the lens stands in. */
  async show(instance: Instance): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, ...address(instance) });
    const document = await vscode.workspace.openTextDocument(uri);
    this.#changed.fire(uri);
    await vscode.languages.setTextDocumentLanguage(document, "nix");
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }

  /** Whether a command of the server is the lens for these documents. */
  static isFor(command: string): boolean {
    return command === COMMAND;
  }

  dispose(): void {
    this.#disposables.forEach((each) => each.dispose());
  }
}
