# `lib.zipAttrsWith` over four sets of 100,000 attributes with the same names; each result is read.
let
  lib = import <nixpkgs/lib>;
  set = lib.genAttrs (map toString (lib.range 1 100000)) (name: 1);
  zipped = lib.zipAttrsWith (name: values: lib.length values) [ set set set set ];
in
lib.foldl' builtins.add 0 (lib.attrValues zipped)
