# Sorting 60,000 numbers and 20,000 texts.
let
  scramble = n: let m = n * 7919 + 104729; in m - (m / 65521) * 65521;
  numbers = builtins.genList scramble 60000;
  texts = map (n: "text ${toString (scramble n)}") (builtins.genList (n: n) 20000);
in
[ (builtins.elemAt (builtins.sort (a: b: a > b) numbers) 30000) (builtins.elemAt (builtins.sort builtins.lessThan texts) 10000) ]
