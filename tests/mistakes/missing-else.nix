let
  enable = true;
in
{ port = if enable then 22; }
