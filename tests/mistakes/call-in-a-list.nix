let
  double = number: number * 2;
  numbers = [ double 4 ];
in
builtins.foldl' (a: b: a + b) 0 numbers
