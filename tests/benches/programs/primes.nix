# A sieve of lists: the primes below 4,000.
let
  divides = d: n: (n / d) * d == n;
  sieve = list: if list == [ ] then [ ] else let first = builtins.head list; in [ first ] ++ sieve (builtins.filter (n: !divides first n) (builtins.tail list));
in
builtins.length (sieve (builtins.genList (n: n + 2) 3998))
