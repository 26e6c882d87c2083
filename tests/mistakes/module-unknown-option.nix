let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    { services.web.prot = 80; }
  ];
}).config.services.web.version
