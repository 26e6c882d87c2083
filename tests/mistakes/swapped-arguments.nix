builtins.filter [ 1 2 3 ] (n: n > 1)
