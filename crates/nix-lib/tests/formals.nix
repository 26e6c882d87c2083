# Prints formals.txt anew, from another `lib`: every function that takes a set of named arguments, with these, and whether each has a default.
#
#     nix-instantiate --eval --strict --json formals.nix --arg lib 'import <nixpkgs/lib>' | jq -r . > formals.txt
{ lib }:
let
  # What nixpkgs has outside of its `lib`, and what leads round in circles.
  left-out = [
    "lib"
    "maintainers"
    "teams"
  ];
  is-function = value: builtins.isFunction value || value ? __functor;
  line =
    path: function:
    let
      formals = lib.functionArgs function;
    in
    if formals == { } then [ ] else [ "${path} ${builtins.toJSON formals}" ];
  of-set =
    depth: path: set:
    builtins.concatMap (
      name:
      let
        tried = builtins.tryEval set.${name};
        inner = if path == "" then name else "${path}.${name}";
        is-left-out = depth == 0 && builtins.elem name left-out || depth > 0 && name == "types";
      in
      if is-left-out || !tried.success then
        [ ]
      else if is-function tried.value then
        line inner tried.value
      else if builtins.isAttrs tried.value && depth < 3 then
        of-set (depth + 1) inner tried.value
      else
        [ ]
    ) (builtins.attrNames set);
in
builtins.concatStringsSep "\n" (of-set 0 "" lib)
