let
  enable = true;
in
if enable 1 else 0
