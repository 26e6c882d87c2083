# Sets that grow by `//`, wide sets merged, mapped, intersected and thinned.
let
  name = n: "attribute-${toString n}";
  wide = from: builtins.listToAttrs (builtins.genList (n: { name = name (from + n); value = n; }) 15000);
  grown = builtins.foldl' (set: n: set // { ${name n} = n; }) { } (builtins.genList (n: n) 2500);
  both = wide 0 // wide 8000;
  mapped = builtins.mapAttrs (_: value: value + 1) both;
  thin = removeAttrs mapped (builtins.genList (n: name (n * 3)) 5000);
  sum = set: builtins.foldl' builtins.add 0 (builtins.attrValues set);
in
map sum [ grown both thin (builtins.intersectAttrs (wide 4000) thin) ]
