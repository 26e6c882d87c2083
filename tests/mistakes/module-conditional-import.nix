let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    ({ config, ... }: {
      imports = lib.optional (config.services.web.version == "2") ./modules/home.nix;
    })
  ];
}).config.services.web.port
