# `lib.foldl'` over 100,000 numbers.
let
  lib = import <nixpkgs/lib>;
in
lib.foldl' (sum: n: sum + n) 0 (lib.range 1 100000)
