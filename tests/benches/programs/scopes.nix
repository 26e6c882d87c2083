# Variables of let, rec, with and inherit, ten scopes deep.
let
  base = { one = 1; two = 2; three = 3; };
  work = n: with base; let a = n + one; b = a + two; in rec { inherit a b; c = b + three; d = let e = c + a; in with { f = e; }; f + one; }.d;
in
builtins.foldl' (sum: n: sum + work n) 0 (builtins.genList (n: n) 100000)
