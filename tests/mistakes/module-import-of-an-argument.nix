let lib = import <nixpkgs/lib>; in
(lib.evalModules {
  modules = [
    ({ inputs, ... }: { imports = [ inputs.web ]; })
    { _module.args.inputs.web = ./modules/web.nix; }
  ];
}).config.services.web.version
