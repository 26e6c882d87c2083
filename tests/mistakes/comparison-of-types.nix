let
  version = "24.05";
in
version > 24
