let
  base = [ "git" ];
in
base + [ "vim" ]
