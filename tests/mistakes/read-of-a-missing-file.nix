builtins.readFile ./machnes/jon.nix
