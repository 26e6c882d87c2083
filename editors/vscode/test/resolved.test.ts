import assert from "node:assert/strict";
import { test } from "node:test";

import { address, instanceOf, isInstance } from "../src/resolved";

test("an address gives the instance back", () => {
  const instance = { uri: "file:///clan/clan.nix", service: null, instance: "user-jon" };
  assert.deepEqual(instanceOf(address(instance).query), instance);
});

test("a path is for the title: one part, whatever the names are", () => {
  assert.equal(address({ uri: "", service: "borgbackup", instance: "a/b" }).path, "/borgbackup.a∕b resolved.nix");
  assert.equal(address({ uri: "", service: null, instance: "wifi" }).path, "/wifi resolved.nix");
});

test("what is not an instance is none", () => {
  assert.equal(instanceOf("{"), undefined);
  assert.equal(instanceOf('{"uri":1}'), undefined);
  assert.ok(!isInstance(undefined));
  assert.ok(isInstance({ uri: "file:///a", instance: "b" }));
});
