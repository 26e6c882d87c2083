let
  machines = { jon = { }; sara = { }; };
in
map (machine: machine.name) machines
