let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    { services.web.port = "80"; }
  ];
}).config.services.web.port
