let
  machines = [ ];
in
builtins.head machines
