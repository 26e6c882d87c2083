{ lib pkgs, ... }: { }
