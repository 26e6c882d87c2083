let
  settings = { };
in
settings.port.number + 1 or 22
