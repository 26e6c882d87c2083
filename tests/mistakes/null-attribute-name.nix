let
  name = null;
  machines = { jon = 1; };
in
machines.${name}
