let
  lib = { version = "24.05"; };
in
lib "version"
