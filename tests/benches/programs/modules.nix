# nixpkgs' module system: 1,500 options of four types, three definitions each.
let
  lib = import <nixpkgs/lib>;
  numbers = lib.range 1 1500;
  kinds = [ lib.types.int lib.types.str (lib.types.listOf lib.types.str) (lib.types.attrsOf lib.types.int) ];
  kind = n: lib.mod n 4;
  value = round: n: builtins.elemAt [ 7 "same" [ "r${toString round}" ] { "k${toString round}" = n; } ] (kind n);
  each = make: lib.listToAttrs (map (n: lib.nameValuePair "o${toString n}" (make n)) numbers);
  evaluated = lib.evalModules {
    modules = [
      { options.all = each (n: lib.mkOption { type = builtins.elemAt kinds (kind n); }); }
      { config.all = each (n: lib.mkDefault (value 1 n)); }
      { config.all = each (n: lib.mkIf (n > 0) (value 2 n)); }
      { config.all = each (n: if kind n < 2 then lib.mkForce (value 3 n) else lib.mkBefore (value 3 n)); }
    ];
  };
in
builtins.hashString "sha256" (builtins.toJSON evaluated.config.all)
