let
  system = "sparc";
  packages.x86_64-linux = [ ];
in
packages.${system} or (throw "no packages for ${system}")
