let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    { options.services.web.port = lib.mkOption { type = lib.types.str; }; }
  ];
}).config.services.web.port
