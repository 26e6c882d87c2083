// Has mermaid parse the drawings in the files that are named.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
for (const file of process.argv.slice(2)) await mermaid.parse(readFileSync(file, "utf8"));

let broken = false;
try {
  await mermaid.parse('flowchart LR\n  a["x');
} catch {
  broken = true;
}
if (!broken) throw new Error("mermaid takes anything");
const manifest = createRequire(import.meta.url).resolve("mermaid").replace(/node_modules\/mermaid\/.*/, "node_modules/mermaid/package.json");
console.log(`mermaid ${JSON.parse(readFileSync(manifest, "utf8")).version}, ${process.argv.length - 2} drawings`);
