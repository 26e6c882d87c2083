let
  tags = [ "laptop" "desk" ];
in
"tags: ${tags}"
