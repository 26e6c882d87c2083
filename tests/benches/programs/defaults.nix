# Functions with formals, defaults and an ellipsis, called with sets.
let
  machine = { name, tags ? [ "all" ], port ? 22, ... }@machine: { inherit name port; wide = builtins.length tags + builtins.length (builtins.attrNames machine); };
  make = n: machine ({ name = "m${toString n}"; } // (if n - (n / 3) * 3 == 0 then { port = n; user = "root"; } else { }));
in
builtins.foldl' (sum: n: sum + (make n).wide + (make n).port) 0 (builtins.genList (n: n) 60000)
