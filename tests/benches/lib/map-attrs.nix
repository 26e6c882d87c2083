# `lib.mapAttrs'` over 100,000 attributes: each gets a new name and a new value, and each value is read.
let
  lib = import <nixpkgs/lib>;
  set = lib.genAttrs (map toString (lib.range 1 100000)) (name: 1);
  renamed = lib.mapAttrs' (name: value: lib.nameValuePair "new-${name}" (value + 1)) set;
in
lib.foldl' builtins.add 0 (lib.attrValues renamed)
