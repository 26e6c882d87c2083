# What the front matter of a module of the services generation says of its roles: `matter` is that text as a value, `roles` their names.
{
  lib,
  matter,
  roles,
}:
let
  inherit (lib) mkOption types;

  unread = mkOption {
    type = types.raw;
    default = null;
  };

  role = types.submodule {
    options = {
      min = mkOption {
        type = types.int;
        default = 0;
      };
      max = mkOption {
        type = types.nullOr types.int;
        default = null;
      };
    };
  };

  constraints = types.submodule {
    options.roles = lib.genAttrs roles (
      _:
      mkOption {
        type = role;
        default = { };
      }
    );
  };
in
(lib.evalModules {
  modules = [
    {
      options = {
        description = unread;
        categories = unread;
        features = unread;
        constraints = mkOption {
          type = constraints;
          default = { };
        };
      };
    }
    matter
  ];
}).config.constraints.roles
