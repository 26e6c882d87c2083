let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    ./modules/home.nix
    ./modules/proxy.nix
    { services.web.port = 443; }
  ];
}).config.services.web.port
