import assert from "node:assert/strict";
import { test } from "node:test";

import { mayBelong } from "../src/belonging";

const clan = (path: string): boolean => path === "/clan/flake.nix";

test("Nix files and inventories may belong to a clan wherever they are", () => {
  assert.ok(mayBelong("/anywhere/default.nix", () => false));
  assert.ok(mayBelong("/anywhere/inventory.json", () => false));
});

test("other JSON belongs to a clan if it lies below one", () => {
  assert.ok(mayBelong("/clan/data/users.json", clan));
  assert.ok(!mayBelong("/web/package.json", clan));
});

test("other files do not", () => {
  assert.ok(!mayBelong("/clan/README.md", clan));
});
