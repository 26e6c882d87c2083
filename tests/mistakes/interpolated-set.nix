let
  machine = { name = "jon"; system = "x86_64-linux"; };
in
"deploy ${machine}"
