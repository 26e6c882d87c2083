let
  port = 22;
in
if port = 22 then "ssh" else "other"
