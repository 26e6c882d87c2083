let
  pkgs = { git = "git-2.45"; vim = "vim-9"; };
in
with pkgs; [ git vmi ]
