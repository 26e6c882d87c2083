let
  service = { name, port }: "${name}:${toString port}";
in
service { name = "ssh"; }
