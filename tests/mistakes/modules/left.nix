{
  imports = [ ./right.nix ];
}
