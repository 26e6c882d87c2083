{ lib, ... }:
{
  options.services.web = {
    port = lib.mkOption {
      type = lib.types.port;
    };
    hosts = lib.mkOption {
      type = lib.types.attrsOf (lib.types.submodule ./host.nix);
      default = { };
    };
    version = lib.mkOption {
      type = lib.types.str;
      default = "2";
      readOnly = true;
    };
  };
}
