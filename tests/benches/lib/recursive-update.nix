# `lib.recursiveUpdate` of two sets of 100,000 sets: half of the names are in both, and each value is read.
let
  lib = import <nixpkgs/lib>;
  set = from: make: lib.listToAttrs (map (n: lib.nameValuePair (toString n) (make n)) (lib.range from (from + 99999)));
  both = lib.recursiveUpdate (set 1 (n: { left = n; })) (set 50001 (n: { right = n; }));
in
lib.foldl' (sum: item: sum + (item.left or 0) + (item.right or 0)) 0 (lib.attrValues both)
