# Prints licenses.tsv anew, from another `lib`:
#
#     nix-instantiate --eval --strict --json refresh.nix --arg lib 'import <nixpkgs/lib>' | jq -r > licenses.tsv
{ lib }:
let
  line =
    name: license:
    lib.concatStringsSep "\t" [
      name
      (if license.shortName == name then "" else license.shortName)
      (license.spdxId or "")
      (license.fullName or "")
      (if license ? spdxId then "" else license.url or "")
      (lib.concatStringsSep " " (
        lib.optional (!license.free) "unfree"
        ++ lib.optional (license.redistributable != license.free) "redistributable"
        ++ lib.optional license.deprecated "deprecated"
      ))
    ];
  licenses = lib.filterAttrs (_: builtins.isAttrs) lib.licenses;
in
lib.concatStringsSep "\n" (lib.mapAttrsToList line licenses)
