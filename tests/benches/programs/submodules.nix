# nixpkgs' module system: 150 submodules with eight options each.
let
  lib = import <nixpkgs/lib>;
  machine = { name, config, ... }: {
    options = {
      hostName = lib.mkOption { type = lib.types.str; default = name; };
      tags = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
      ports = lib.mkOption { type = lib.types.attrsOf lib.types.port; default = { }; };
      enable = lib.mkEnableOption "the machine";
      limit = lib.mkOption { type = lib.types.nullOr lib.types.ints.positive; default = null; };
      kind = lib.mkOption { type = lib.types.enum [ "server" "laptop" ]; };
      address = lib.mkOption { type = lib.types.either lib.types.str lib.types.int; };
      summary = lib.mkOption { type = lib.types.lines; };
    };
    config.summary = "${config.hostName}: ${config.kind}";
  };
  define = n: lib.nameValuePair "m${toString n}" { kind = if lib.mod n 2 == 0 then "server" else "laptop"; address = n; tags = [ "all" ]; ports.ssh = 22; };
  evaluated = lib.evalModules {
    modules = [
      { options.machines = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule machine); }; }
      { machines = lib.listToAttrs (map define (lib.range 1 150)); }
      { machines = lib.listToAttrs (map (n: lib.nameValuePair "m${toString n}" { enable = true; tags = lib.mkAfter [ "late" ]; }) (lib.range 1 150)); }
    ];
  };
in
builtins.hashString "sha256" (builtins.toJSON evaluated.config)
