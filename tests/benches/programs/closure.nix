# builtins.genericClosure over the numbers that doubling and adding three reach.
let
  limit = 60000;
  wrap = n: if n >= limit then n - limit else n;
in
builtins.length (builtins.genericClosure {
  startSet = [ { key = 1; } ];
  operator = { key }: [ { key = wrap (key * 2); } { key = wrap (key + 3); } ];
})
