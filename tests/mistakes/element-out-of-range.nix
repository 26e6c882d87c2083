let
  disks = [ "sda" "sdb" ];
in
builtins.elemAt disks 2
