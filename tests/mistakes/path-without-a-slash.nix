{ imports = [ configuration.nix ]; }
