# Two million calls that do nothing but add: Fibonacci numbers by their definition.
let
  number = n: if n < 2 then n else number (n - 1) + number (n - 2);
in
number 29
