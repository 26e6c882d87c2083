{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.clan-core.inputs.nixpkgs.follows = "nixpkgs";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.site = { url = "https://example.org/site.tar.gz"; flake = false; };
  inputs.tools.url = "gitlab:team/tools?host=git.example.org&dir=nix";
  inputs.tools.inputs.nixpkgs.follows = "nixpkgs";

  outputs = { self, clan-core, ... }: {
    clan = clan-core.lib.clan { inherit self; meta.name = "demo"; };
  };
}
