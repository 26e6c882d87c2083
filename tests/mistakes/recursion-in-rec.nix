let
  pkgs = { hello = "hello-2.12"; };
in
rec {
  pkgs = pkgs // { mine = 1; };
  all = pkgs.mine;
}
