let
  defaults = { port = 22; };
  overrides = [ "port" ];
in
defaults // overrides
