let
  double = n: n * 2;
in
{ four = (double 2; }
