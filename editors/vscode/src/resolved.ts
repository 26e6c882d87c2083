// The addresses of documents with the resolved settings of an instance.

/** The scheme of these addresses. */
export const SCHEME = "clan-inventory";

/** What the lens hands to the server's command. */
export interface Instance {
  readonly uri: string;
  readonly service?: string | null;
  readonly instance: string;
}

/** The parts of an address: a path to show, and a query to ask the server with. */
export interface Address {
  readonly path: string;
  readonly query: string;
}

/** The address of an instance's document. */
export function address(instance: Instance): Address {
  const names = [instance.service, instance.instance].filter((name) => typeof name === "string");
  const shown = names.join(".").replaceAll("/", "∕");
  return { path: `/${shown} resolved.nix`, query: JSON.stringify(instance) };
}

/** The instance of an address; none if the address is not one of ours. */
export function instanceOf(query: string): Instance | undefined {
  try {
    const read: unknown = JSON.parse(query);
    return isInstance(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a command's argument is that of the lens. */
export function isInstance(argument: unknown): argument is Instance {
  if (typeof argument !== "object" || argument === null) {
    return false;
  }
  const read = argument as Record<string, unknown>;
  return typeof read["uri"] === "string" && typeof read["instance"] === "string";
}
