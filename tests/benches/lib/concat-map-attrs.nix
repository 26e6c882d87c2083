# `lib.concatMapAttrs` over 100,000 attributes: each gives one attribute of another name, and each value is read.
let
  lib = import <nixpkgs/lib>;
  set = lib.genAttrs (map toString (lib.range 1 100000)) (name: 1);
  renamed = lib.concatMapAttrs (name: value: { "new-${name}" = value + 1; }) set;
in
lib.foldl' builtins.add 0 (lib.attrValues renamed)
