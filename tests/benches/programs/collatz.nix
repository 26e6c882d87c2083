# Tail calls: the longest way from a number below 3,000 to one.
let
  half = n: n / 2;
  steps = n: count: if n == 1 then count else steps (if half n * 2 == n then half n else 3 * n + 1) (count + 1);
  longest = best: n: let length = steps n 0; in if length > best then length else best;
in
builtins.foldl' longest 0 (builtins.genList (n: n + 1) 3000)
