let
  machine = name: builtins.addErrorContext "while making machine '${name}'" { jon = { port = 22; }; }.${name};
in
(machine "sara").port
