let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    { services.web.version = "3"; }
  ];
}).config.services.web.version
