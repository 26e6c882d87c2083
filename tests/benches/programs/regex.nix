# builtins.match and builtins.split on 20,000 short texts.
let
  text = n: "machine-${toString n}.clan.lol:${toString (n * 7)}";
  parts = n: builtins.match "([a-z]+)-([0-9]+)\\.([a-z.]+):([0-9]+)" (text n);
  words = n: builtins.length (builtins.split "[-.:]" (text n));
in
builtins.foldl' (sum: n: sum + builtins.stringLength (builtins.elemAt (parts n) 1) + words n) 0 (builtins.genList (n: n) 20000)
