# Interpolation, substrings, replacing and joining.
let
  line = n: "line ${toString n}: ${builtins.substring 0 (n - (n / 20) * 20) "abcdefghijklmnopqrstuvwxyz"}";
  lines = builtins.genList line 50000;
  joined = builtins.concatStringsSep "\n" lines;
  replaced = builtins.replaceStrings [ "abc" "line" "\n" ] [ "ABC" "row" ";" ] joined;
in
builtins.hashString "sha256" (replaced + builtins.foldl' (text: n: if builtins.stringLength text > 2000 then "" else text + toString n) "" (builtins.genList (n: n) 20000))
