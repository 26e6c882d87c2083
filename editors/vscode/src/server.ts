// The language server: found, started, started anew, stopped.

import { statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter } from "node:path";
import * as vscode from "vscode";
import { LanguageClient, State, type LanguageClientOptions, type Middleware } from "vscode-languageclient/node";

import { ResolvedSettings } from "./documents";
import { program, type Surroundings } from "./program";
import { isInstance } from "./resolved";
import { Status } from "./status";

const SECTION = "clan-inventory";

export class Server implements vscode.Disposable {
  readonly #output = vscode.window.createOutputChannel("clan inventory", { log: true });
  readonly #status = new Status();
  readonly #settings = new ResolvedSettings(() => (this.#client?.state === State.Running ? this.#client : undefined));
  #client: LanguageClient | undefined;
  /** What was asked for last; what is asked for meanwhile comes after it. */
  #turn: Promise<void> = Promise.resolve();

  /** Starts the server; one that runs is ended before. */
  restart(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#stop()).then(() => this.#start());
    return this.#turn;
  }

  stop(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#stop());
    return this.#turn;
  }

  showOutput(): void {
    this.#output.show(true);
  }

  async #start(): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    const wish = { path: configuration.get("server.path", ""), arguments: configuration.get<string[]>("server.arguments", []) };
    const found = program(wish, surroundings());
    if ("lacking" in found) {
      return this.#fail(`${found.lacking} Install it, or say in the setting \`clan-inventory.server.path\` where it is.`);
    }
    this.#output.info([found.command, ...found.arguments].join(" "));
    this.#status.starting();
    const options = { command: found.command, args: [...found.arguments] };
    const client = new LanguageClient(SECTION, "clan inventory", options, this.#options());
    this.#client = client;
    client.onDidChangeState(({ newState }) => this.#changed(client, newState));
    try {
      await client.start();
    } catch (error) {
      await this.#fail(`The language server did not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.dispose().catch((error: unknown) => this.#output.warn(String(error)));
  }

  #changed(client: LanguageClient, state: State): void {
    if (client !== this.#client) {
      return;
    }
    if (state === State.Running) {
      this.#status.running(client.initializeResult?.serverInfo?.version);
      this.#settings.refresh();
    } else if (state === State.Starting) {
      this.#status.starting();
    } else {
      this.#status.stopped();
    }
  }

  async #fail(reason: string): Promise<void> {
    this.#output.error(reason);
    this.#status.failed(reason);
    // Not waited for: it stays until the user looks at it.
    void vscode.window.showErrorMessage(`clan inventory: ${reason}`, "Settings", "Output").then((choice) => {
      if (choice === "Settings") {
        void vscode.commands.executeCommand("workbench.action.openSettings", "clan-inventory.server");
      } else if (choice === "Output") {
        this.showOutput();
      }
    });
  }

  #options(): LanguageClientOptions {
    const documents = ["**/*.nix", "**/*.json", "**/clan-inventory.toml", "**/flake.lock"];
    return {
      documentSelector: documents.map((pattern) => ({ scheme: "file", pattern })),
      // What is asked for later, by `workspace/configuration`, is the same section; this is for what counts at the start only.
      initializationOptions: () => JSON.parse(JSON.stringify(vscode.workspace.getConfiguration(SECTION))) as unknown,
      outputChannel: this.#output,
      traceOutputChannel: this.#output,
      middleware: this.#middleware(),
    };
  }

  #middleware(): Middleware {
    return {
      executeCommand: (command, parameters, next) => {
        const [instance] = parameters as unknown[];
        return ResolvedSettings.isFor(command) && isInstance(instance) ? this.#settings.show(instance) : next(command, parameters);
      },
    };
  }

  dispose(): void {
    this.#settings.dispose();
    this.#status.dispose();
    this.#output.dispose();
  }
}

function surroundings(): Surroundings {
  const isWindows = process.platform === "win32";
  return {
    home: homedir(),
    folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    search: (process.env["PATH"] ?? "").split(delimiter).filter((directory) => directory !== ""),
    endings: isWindows ? [".exe", ""] : [""],
    isFile,
  };
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
