let
  check = version: if version < 2 then abort "too old" else version;
in
check 1
