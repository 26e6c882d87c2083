# Forty thousand objects to JSON, back, and to JSON again.
let
  object = n: { id = n; name = "object ${toString n}"; tags = [ "a" "b" "c" ]; at = { x = n + 0.5; y = -n; inside = n > 100; }; none = null; };
  text = builtins.toJSON (builtins.genList object 40000);
in
builtins.hashString "sha256" (builtins.toJSON (builtins.fromJSON text))
