let
  port = 22;
in
"localhost:" + port
