{ lib, ... }:
{
  options.root = lib.mkOption {
    type = lib.types.path;
  };
  options.tls.level = lib.mkOption {
    type = lib.types.enum [ "off" "strict" ];
    default = "off";
  };
}
