let
  even = n: if n == 0 then true else ! odd (n - 1);
  odd = n: ! even (n - 1);
in
odd 4
