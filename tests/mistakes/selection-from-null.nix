let
  machine = null;
in
machine.name
