# nixpkgs' module system: 2,000 options, each with three definitions (a default, a value, a forced or merged one).
let
  lib = import <nixpkgs/lib>;
  count = 2000;
  numbers = lib.range 1 count;
  name = i: "option${toString i}";
  type = i: [ lib.types.str (lib.types.listOf lib.types.int) lib.types.bool (lib.types.attrsOf lib.types.str) ];
  kind = i: i - (i / 4) * 4;
  value = n: i: builtins.elemAt [ "text ${toString n}" [ n i ] true { "k${toString n}" = "v"; } ] (kind i);
  declare = { options.services = lib.listToAttrs (map (i: {
    name = name i;
    value = lib.mkOption { type = builtins.elemAt (type i) (kind i); description = "number ${toString i}"; };
  }) numbers); };
  define = wrap: n: { config.services = lib.listToAttrs (map (i: { name = name i; value = wrap i (value n i); }) numbers); };
  evaluated = lib.evalModules {
    modules = [
      declare
      (define (i: lib.mkDefault) 1)
      (define (i: x: if kind i == 0 || kind i == 2 then lib.mkIf true x else x) 2)
      (define (i: x: if kind i == 0 then lib.mkForce x else lib.mkOrder 400 x) 3)
    ];
  };
in
builtins.hashString "sha256" (builtins.toJSON evaluated.config.services)
