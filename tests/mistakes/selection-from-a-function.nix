let
  mkMachine = { name }: { inherit name; system = "x86_64-linux"; };
in
mkMachine.system
