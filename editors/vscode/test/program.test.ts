import assert from "node:assert/strict";
import { test } from "node:test";

import { program, type Surroundings } from "../src/program";

const around = (...files: string[]): Surroundings => ({
  home: "/home/jon",
  folder: "/home/jon/clan",
  search: ["/usr/bin", "/opt/bin"],
  endings: [""],
  isFile: (path) => files.includes(path),
});

const wish = (path: string, ...parameters: string[]) => ({ path, arguments: parameters });

test("a bare name is the first of the search path", () => {
  const found = program(wish("clan-inventory"), around("/opt/bin/clan-inventory", "/usr/bin/other"));
  assert.deepEqual(found, { command: "/opt/bin/clan-inventory", arguments: ["lsp"] });
});

test("an empty setting means the usual name", () => {
  const found = program(wish("  "), around("/usr/bin/clan-inventory"));
  assert.deepEqual(found, { command: "/usr/bin/clan-inventory", arguments: ["lsp"] });
});

test("home and folder are filled in, in arguments too", () => {
  const parameters = ["--services", "~/clan-core", "--override-input", "a=${workspaceFolder}/a", "x~"];
  const found = program(wish("~/bin/ci", ...parameters), around("/home/jon/bin/ci"));
  const expected = ["lsp", "--services", "/home/jon/clan-core", "--override-input", "a=/home/jon/clan/a", "x~"];
  assert.deepEqual(found, { command: "/home/jon/bin/ci", arguments: expected });
});

test("a relative path starts at the first folder", () => {
  const found = program(wish("result/bin/clan-inventory"), around("/home/jon/clan/result/bin/clan-inventory"));
  assert.deepEqual(found, { command: "/home/jon/clan/result/bin/clan-inventory", arguments: ["lsp"] });
});

test("an ending may be lacking", () => {
  const windows = { ...around("/opt/bin/clan-inventory.exe"), endings: [".exe", ""] };
  assert.deepEqual(program(wish("clan-inventory"), windows), { command: "/opt/bin/clan-inventory.exe", arguments: ["lsp"] });
});

test("what is not there is named", () => {
  assert.deepEqual(program(wish("clan-inventory"), around()), { lacking: "There is no `clan-inventory` in PATH." });
  assert.deepEqual(program(wish("/no/such"), around()), { lacking: "There is no file `/no/such`." });
});
