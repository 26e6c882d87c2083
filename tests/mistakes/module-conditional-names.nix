let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    ({ config, ... }: {
      config = lib.optionalAttrs (config.services.web.hosts == { }) {
        services.web.port = 80;
      };
    })
  ];
}).config.services.web.port
