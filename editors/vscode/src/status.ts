// What the status bar says of the server.

import * as vscode from "vscode";

export class Status implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("clan-inventory.status", vscode.StatusBarAlignment.Left);

  constructor() {
    this.#item.name = "clan inventory";
    this.#item.command = "clan-inventory.showOutput";
  }

  starting(): void {
    this.#show("$(loading~spin) clan", "The language server is starting.");
  }

  running(version: string | undefined): void {
    this.#show("$(check) clan", `clan-inventory ${version ?? ""} is running.`);
  }

  failed(reason: string): void {
    this.#show("$(error) clan", reason, new vscode.ThemeColor("statusBarItem.errorBackground"));
  }

  stopped(): void {
    this.#show("$(circle-slash) clan", "The language server is not running.");
  }

  #show(text: string, tooltip: string, background?: vscode.ThemeColor): void {
    const links = "[Restart](command:clan-inventory.restart) · [Output](command:clan-inventory.showOutput)";
    const markdown = new vscode.MarkdownString(`${tooltip}\n\n${links}`);
    markdown.isTrusted = { enabledCommands: ["clan-inventory.restart", "clan-inventory.showOutput"] };
    this.#item.text = text;
    this.#item.tooltip = markdown;
    this.#item.backgroundColor = background;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
