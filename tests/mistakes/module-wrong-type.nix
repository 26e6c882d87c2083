let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ./modules/web.nix
    {
      services.web.hosts.jon = {
        root = /srv;
        tls.level = "stirct";
      };
    }
  ];
}).config.services.web.hosts
