let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    ({ config, ... }: {
      options.url = lib.mkOption {
        default = "http://jon:${toString config.services.web.port}";
      };
    })
  ];
}).config.url
