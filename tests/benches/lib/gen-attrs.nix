# `lib.genAttrs` of 100,000 names; each value is read.
let
  lib = import <nixpkgs/lib>;
  names = map toString (lib.range 1 100000);
in
lib.foldl' builtins.add 0 (lib.attrValues (lib.genAttrs names (name: builtins.stringLength name)))
