let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [ ./modules/left.nix ];
}).config
