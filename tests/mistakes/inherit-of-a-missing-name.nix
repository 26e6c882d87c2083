let
  machines = { jon = 1; };
in
{ inherit machnes; }
