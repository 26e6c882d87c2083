let
  lib = { mkForce = x: x; mkDefault = x: x; };
  inherit (lib) mkFroce;
in
mkFroce 1
