let
  port = 8080;
in
"http://localhost:${port}/"
