let
  packages = [ "git" ];
in
packages ++ "vim"
