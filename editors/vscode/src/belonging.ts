// For which texts the server is started.

import * as path from "node:path";

/** Files that make a directory a clan, or a part of one. */
const CLAN_FILES = ["flake.nix", "clan.nix", "inventory.nix"];

/**
 * Whether a file may be a part of a clan: a Nix file always, JSON if it is an inventory by its name or lies below a clan. Whether it is one, the server
 * knows; this is to leave it asleep among the JSON of other projects.
 */
export function mayBelong(file: string, isFile: (path: string) => boolean): boolean {
  const name = path.basename(file);
  if (name.endsWith(".nix") || name === "inventory.json") {
    return true;
  }
  if (!name.endsWith(".json")) {
    return false;
  }
  const above = directories(path.dirname(file));
  return above.some((directory) => CLAN_FILES.some((clan) => isFile(path.join(directory, clan))));
}

function directories(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [directory, ...directories(parent)];
}
