# genList, map, filter, concatMap and foldl' over half a million numbers.
let
  numbers = builtins.genList (n: n * 3) 500000;
  even = builtins.filter (n: (n / 2) * 2 == n) (map (n: n + 1) numbers);
  twice = builtins.concatMap (n: [ n n ]) even;
in
builtins.foldl' builtins.add 0 twice
