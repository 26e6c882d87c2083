# `lib.foldl'` over 100,000 numbers, twenty times.
let
  lib = import <nixpkgs/lib>;
  numbers = lib.range 1 100000;
in
map (start: lib.foldl' (sum: n: sum + n) start numbers) (lib.range 1 20)
