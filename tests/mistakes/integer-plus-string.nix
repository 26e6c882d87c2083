let
  port = "8080";
in
1 + port
