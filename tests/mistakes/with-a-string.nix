let
  pkgs = "nixpkgs";
in
with pkgs; [ git ]
