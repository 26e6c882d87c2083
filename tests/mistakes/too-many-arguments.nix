let
  increment = n: n + 1;
in
increment 1 2
