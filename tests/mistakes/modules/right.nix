{ ... }:
{
  imports = [ ./left.nix ];
}
