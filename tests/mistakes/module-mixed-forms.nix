let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    {
      config.services.web.port = 80;
      services.web.version = "3";
    }
  ];
}).config.services.web.port
