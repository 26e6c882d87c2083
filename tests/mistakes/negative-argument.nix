let
  absolute = n: if n < 0 then 0 - n else n;
in
absolute -5
