// Which program is started, and with what.

import * as path from "node:path";

/** What the user's settings say of the program. */
export interface Wish {
  readonly path: string;
  readonly arguments: readonly string[];
}

/** What is around: everything that the choice depends on beside the settings. */
export interface Surroundings {
  readonly home: string;
  /** The first folder of the workspace, if there is one. */
  readonly folder: string | undefined;
  /** The directories to look in for a bare name. */
  readonly search: readonly string[];
  /** Endings that a program's name may lack, the empty one among them. */
  readonly endings: readonly string[];
  readonly isFile: (path: string) => boolean;
}

/** A program that is there, with its arguments; or why there is none. */
export type Program =
  | { readonly command: string; readonly arguments: readonly string[] }
  | { readonly lacking: string };

/** The program of the settings. A bare name is one of the search path, a relative one starts at the first folder. */
export function program(wish: Wish, around: Surroundings): Program {
  const name = expanded(wish.path.trim() || "clan-inventory", around);
  const isBare = !/[\\/]/.test(name);
  const places = isBare ? around.search.map((directory) => path.join(directory, name)) : [path.resolve(around.folder ?? around.home, name)];
  const candidates = places.flatMap((place) => around.endings.map((ending) => place + ending));
  const command = candidates.find((candidate) => around.isFile(candidate));
  if (command === undefined) {
    return { lacking: isBare ? `There is no \`${name}\` in PATH.` : `There is no file \`${places[0]}\`.` };
  }
  return { command, arguments: ["lsp", ...wish.arguments.map((argument) => expanded(argument, around))] };
}

function expanded(text: string, around: Surroundings): string {
  const home = text.replace(/^~(?=$|[\\/])/, () => around.home);
  return home.replaceAll("${workspaceFolder}", () => around.folder ?? around.home);
}
