let
  ports = [ 22 80 ];
in
builtins.concatStringsSep ", " ports
