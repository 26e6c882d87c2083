{ imports = import ./machines/hardware-configuraton.nix; }
