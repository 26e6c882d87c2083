# Prints names.txt anew, from another `lib`: every attribute, and every attribute of the sets in it.
#
#     nix-instantiate --eval --strict --json names.nix --arg lib 'import <nixpkgs/lib>' | jq -r . > names.txt
{ lib }:
let
  # Not `maintainers` and `teams`: nixpkgs has these outside of its `lib`.
  topics = [
    "asserts"
    "attrsets"
    "cli"
    "customisation"
    "debug"
    "derivations"
    "fetchers"
    "fileset"
    "filesystem"
    "fixedPoints"
    "flakes"
    "generators"
    "gvariant"
    "kernel"
    "licenses"
    "lists"
    "meta"
    "misc"
    "modules"
    "network.ipv6"
    "options"
    "path"
    "path.subpath"
    "platforms"
    "sourceTypes"
    "sources"
    "strings"
    "stringsWithDeps"
    "systems"
    "systems.architectures"
    "systems.examples"
    "systems.inspect"
    "systems.inspect.patterns"
    "systems.parse"
    "systems.parse.types"
    "systems.platforms"
    "trivial"
    "types"
    "versions"
  ];
  at = builtins.foldl' (set: name: set.${name}) lib;
  members =
    topic:
    let
      words = builtins.filter builtins.isString (builtins.split "[.]" topic);
    in
    map (name: "${topic}.${name}") (builtins.attrNames (at words));
in
builtins.concatStringsSep "\n" (builtins.attrNames lib ++ builtins.concatMap members topics)
