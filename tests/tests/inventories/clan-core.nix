# What the clan-core in the directory `core` makes of the clans in `files`, with nixpkgs' `lib`: tags, members with settings, and checks. No
# machine is built.
{
  core,
  lib,
  files,
}:
let
  nixpkgs = {
    lib = import lib;
  };
  clan-core = {
    _type = "flake";
    outPath = core;
    inputs = {
      inherit nixpkgs;
      nix-darwin = { };
    };
    nixosModules.clanCore = { };
    packages = { };
    clan.modules = { };
    modules.clan.default = nixpkgs.lib.modules.importApply (core + "/modules/clan") { inherit clan-core; };
    clanLib = nixpkgs.lib.fix (
      nixpkgs.lib.extends
        (_: _: {
          clan = import (core + "/lib/clan") {
            inherit clan-core;
            inherit (nixpkgs) lib;
          };
        })
        (import (core + "/lib") { inherit (nixpkgs) lib; }).__unfix__
    );
  };
  directory = "/var/empty";
  self = {
    _type = "flake";
    outPath = directory;
    inputs = {
      inherit nixpkgs self;
    };
  };
  attempt = value: builtins.tryEval (builtins.deepSeq value value);
  answer =
    file:
    let
      clan = clan-core.clanLib.clan {
        inherit self directory;
        imports = [ file ];
      };
      services = builtins.attrValues clan.config._services.allServices;
      instances = builtins.foldl' (all: service: all // service.instances) { } services;
    in
    {
      tags = builtins.mapAttrs (_: machine: machine.tags) clan.config.inventory.machines;
      instances = builtins.mapAttrs (
        _: instance:
        builtins.mapAttrs (
          _: role: builtins.mapAttrs (_: member: attempt member.finalSettings.config) role.machines
        ) instance.roles
      ) instances;
      checks = map (check: check.id) (builtins.concatMap (service: service.result.cliChecks) services);
    };
in
map answer files
