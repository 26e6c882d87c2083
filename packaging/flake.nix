# The sources lie around this directory: `nix build "git+file:.?dir=packaging"`.
{
  description = "Tells which machine of a clan runs what, with which settings, and why";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      eachSystem = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      package =
        pkgs:
        pkgs.rustPlatform.buildRustPackage {
          pname = "clan-inventory";
          version = (lib.importTOML ../Cargo.toml).workspace.package.version;
          src = lib.cleanSource ../.;
          cargoLock.lockFile = ../Cargo.lock;
          cargoBuildFlags = [ "--package=clan-inventory" ];
          # `.ci/run` is what runs them.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            installShellCompletion --cmd clan-inventory \
              --bash <($out/bin/clan-inventory completions bash) \
              --zsh <($out/bin/clan-inventory completions zsh) \
              --fish <($out/bin/clan-inventory completions fish)
            $out/bin/clan-inventory man --dir pages
            installManPage pages/*
          '';
          meta = {
            description = "Tells which machine of a clan runs what, with which settings, and why";
            license = [
              lib.licenses.mit
              lib.licenses.asl20
            ];
            mainProgram = "clan-inventory";
          };
        };
    in
    {
      packages = eachSystem (pkgs: {
        default = package pkgs;
      });
      overlays.default = final: _: { clan-inventory = package final; };
      devShells = eachSystem (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.cargo
            pkgs.clippy
            pkgs.rustc
            pkgs.rustfmt
            pkgs.nix
          ];
        };
      });
    };
}
