let
  service = { name, port ? 22 }: "${name}:${toString port}";
in
service { name = "ssh"; prot = 2222; }
