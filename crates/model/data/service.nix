# The options of a service module of the instances generation, as far as memberships and settings need them.
{
  lib,
  module,
  specialArgs,
}:
let
  inherit (lib) mkOption types;

  bound = mkOption {
    type = types.nullOr types.int;
    default = null;
  };

  tolerant = {
    freeformType = types.lazyAttrsOf types.raw;
  };

  role = {
    imports = [ tolerant ];
    options = {
      interface = mkOption {
        type = types.deferredModule;
        default = { };
      };
      description = mkOption {
        type = types.nullOr types.str;
        default = null;
      };
    };
  };

  constraints = {
    imports = [ tolerant ];
    options = {
      maxInstances = bound;
      roles = mkOption {
        default = { };
        type = types.attrsOf (
          types.submodule {
            imports = [ tolerant ];
            options = {
              minMachines = bound;
              maxMachines = bound;
            };
          }
        );
      };
    };
  };

  manifest = {
    imports = [ tolerant ];
    options = {
      name = mkOption { type = types.str; };
      constraints = mkOption {
        type = types.submodule { imports = [ constraints ]; };
        default = { };
      };
    };
  };

  service = {
    imports = [ tolerant ];
    options = {
      manifest = mkOption {
        type = types.submodule { imports = [ manifest ]; };
        default = { };
      };
      roles = mkOption {
        default = { };
        type = types.attrsOf (types.submodule { imports = [ role ]; });
      };
    };
  };
in
(lib.evalModules {
  class = "clan.service";
  inherit specialArgs;
  modules = [
    service
    module
  ];
}).config
