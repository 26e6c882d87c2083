# nixpkgs' lib on a fleet of 2,000 machines: text, lists and sets.
let
  lib = import <nixpkgs/lib>;
  fleet = lib.listToAttrs (map (n: lib.nameValuePair "machine-${lib.fixedWidthNumber 4 n}" { index = n; groups = lib.optional (lib.mod n 7 == 0) "seven" ++ [ "all" ]; }) (lib.range 1 2000));
  named = lib.filterAttrs (name: machine: lib.hasSuffix "7" name && lib.elem "all" machine.groups) fleet;
  grouped = lib.groupBy (machine: lib.concatStringsSep "+" machine.groups) (lib.attrValues fleet);
  changed = lib.recursiveUpdate fleet (lib.mapAttrs (_: machine: { index = machine.index * 2; extra.deep = true; }) named);
in
[
  (lib.length (lib.attrNames named))
  (lib.mapAttrs (_: lib.length) grouped)
  (lib.foldl' lib.max 0 (lib.mapAttrsToList (_: machine: machine.index) changed))
  (builtins.hashString "sha256" (lib.concatMapStringsSep "," lib.toUpper (lib.attrNames changed)))
]
