# The options of a service module of the instances generation, as far as memberships and settings need them. What clan-core declares
# at any time is declared: a name beside it is a mistake.
{
  lib,
  module,
  specialArgs,
}:
let
  inherit (lib) mkOption types;

  bound =
    type:
    mkOption {
      type = types.nullOr type;
      default = null;
    };

  text = mkOption {
    type = types.str;
    default = "";
  };

  # Not looked at here, and defined as often as one likes.
  unread = mkOption {
    type = types.deferredModule;
    default = { };
  };

  unreadValue = mkOption {
    type = types.raw;
    default = { };
  };

  role = {
    options = {
      interface = unread;
      perInstance = unread;
      description = mkOption {
        type = types.nullOr types.str;
        default = null;
      };
    };
  };

  constraints = {
    options = {
      maxInstances = bound types.ints.positive;
      roles = mkOption {
        default = { };
        type = types.attrsOf (
          types.submodule {
            options = {
              minMachines = bound types.ints.unsigned;
              maxMachines = bound types.ints.positive;
            };
          }
        );
      };
    };
  };

  manifest = {
    options = {
      name = mkOption { type = types.str; };
      description = text;
      readme = text;
      categories = mkOption {
        type = types.listOf types.str;
        default = [ ];
      };
      features = unread;
      exports = unread;
      constraints = mkOption {
        type = types.submodule { imports = [ constraints ]; };
        default = { };
      };
    };
  };

  service = {
    options = {
      manifest = mkOption {
        type = types.submodule { imports = [ manifest ]; };
        default = { };
      };
      roles = mkOption {
        default = { };
        type = types.attrsOf (types.submodule { imports = [ role ]; });
      };
      perMachine = unread;
      exports = unread;
      instances = unreadValue;
      result = unreadValue;
      module = unreadValue;
      _docs_rendering = unreadValue;
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
