import "machines/jon.nix"
