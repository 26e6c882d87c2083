# The options of a clan and of its inventory, at the state of clan-core of one day.
#
# `is` tells which facts hold by then, `user` the user's modules in order, `called` whether they are the argument of `buildClan` or `clan`, `coreModules`
# clan-core's own modules of the services generation by name, `folders` the names of the directories below `machines/`, `json` the content of
# `inventory.json` (null without one) and `jsonFile` where it lies. The result is the list of modules to evaluate, nested as clan-core
# nests them: the order of definitions in lists depends on it.
{
  lib,
  is,
  user,
  called,
  directory,
  coreModules,
  folders,
  json,
  jsonFile,
}:
let
  inherit (lib) mkOption types;

  ifSince = holds: value: if holds then value else { };

  text = mkOption { type = types.str; };
  optionalText = mkOption {
    type = types.nullOr types.str;
    default = null;
  };

  # A name that defaults to the attribute's, and two texts.
  described = name: {
    name = mkOption {
      type = types.str;
      default = name;
    };
    description = optionalText;
    icon = optionalText;
  };

  metaName = mkOption {
    type = if is.strictMetaName then types.strMatching "[a-zA-Z0-9_-]*" else types.str;
  };

  domainLabel = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  meta =
    { config, ... }:
    {
      options = {
        name = metaName;
        description = optionalText;
        icon = optionalText;
      }
      // ifSince is.tld {
        tld = mkOption {
          type = types.nullOr (types.strMatching "[a-z]+");
          default = null;
        };
      }
      // ifSince is.domain {
        domain = mkOption {
          type = types.strMatching "${domainLabel}(\\.${domainLabel})*";
          default = if config.tld != null then config.tld else "clan";
        };
      };
    };

  anySettings = mkOption {
    type = types.attrsOf types.anything;
    default = { };
  };

  # --- machines and tags

  machineOptions =
    { name, ... }:
    {
      options =
        described name
        // {
          tags = mkOption {
            type = types.listOf types.str;
            default = [ ];
            apply = lib.unique;
          };
          deploy = {
            targetHost = optionalText;
          }
          // ifSince is.buildHost { buildHost = optionalText; }
          // ifSince is.forwardAgent {
            forwardAgent = mkOption {
              type = types.nullOr types.bool;
              default = null;
            };
          };
        }
        // ifSince is.machineClass {
          machineClass = mkOption {
            type = types.enum [
              "nixos"
              "darwin"
            ];
            default = "nixos";
          };
        }
        // ifSince is.installedAt {
          installedAt = mkOption {
            type = types.nullOr types.int;
            default = null;
          };
        }
        // (
          if is.noMachineSystem then
            { }
          else
            {
              system = optionalText;
            }
        );
    };

  carriedTags =
    tags:
    { name, ... }:
    {
      tags = builtins.attrNames (lib.filterAttrs (_: members: builtins.elem name members) tags);
    };

  machinesOption =
    tags:
    mkOption {
      default = { };
      type =
        if is.tagsOfClass then
          types.lazyAttrsOf (
            types.submoduleWith {
              modules = [
                (carriedTags tags)
                machineOptions
              ];
            }
          )
        else
          types.attrsOf (types.submodule machineOptions);
    };

  tagList = mkOption { type = types.listOf types.str; };

  tagsOption =
    machines:
    mkOption {
      default = { };
      type = types.submoduleWith {
        specialArgs = { inherit machines; };
        modules = [
          {
            freeformType = types.lazyAttrsOf (types.listOf types.str);
            options = {
              all = tagList;
            }
            // ifSince is.tagsOfClass {
              nixos = tagList;
              darwin = tagList;
            };
          }
        ];
      };
    };

  # --- services generation

  strings = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };

  extraModules =
    if is.extraModules then
      {
        extraModules = mkOption {
          type = types.listOf (
            types.oneOf [
              types.str
              types.anything
            ]
          );
          default = [ ];
        };
      }
    else
      { imports = strings; };

  serviceInstance =
    { name, ... }:
    {
      options = {
        meta = described name;
        config = anySettings;
        machines = mkOption {
          default = { };
          type = types.attrsOf (types.submodule { options = { config = anySettings; } // extraModules; });
        };
        roles = mkOption {
          default = { };
          type = types.attrsOf (
            types.submodule {
              options = {
                machines = strings;
                tags = mkOption {
                  type = types.listOf types.str;
                  default = [ ];
                  apply = lib.unique;
                };
                config = anySettings;
              }
              // extraModules;
            }
          );
        };
      }
      // extraModules
      // ifSince is.enabled {
        enabled = mkOption {
          type = types.bool;
          default = true;
        };
      };
    };

  servicesOption = mkOption {
    default = { };
    type = types.attrsOf (types.attrsOf (types.submodule serviceInstance));
  };

  ignoredServices = mkOption {
    type = types.lazyAttrsOf types.raw;
    default = { };
  };

  services =
    if !is.servicesIgnored then
      { services = servicesOption; }
    else if is.servicesUndeclared && !is.servicesRefused then
      { }
    else
      { services = ignoredServices; };

  # --- instances generation

  settings = mkOption {
    default = { };
    type =
      if is.plainSettings then
        types.unique { message = "settings may have one definition only"; } (
          types.addCheck types.raw (value: builtins.isAttrs value || builtins.isFunction value)
          // {
            description = "JSON object";
          }
        )
      else
        types.deferredModule;
  };

  withSettings = types.attrsOf (types.submodule { options.settings = settings; });

  tagSettings = types.attrsOf (
    types.submodule {
      options =
        if is.noTagSettings && !is.tagSettings then
          {
            settings = mkOption {
              type = types.raw;
              default = { };
              apply = _: { };
            };
          }
        else
          { inherit settings; };
    }
  );

  role = {
    options = {
      machines = mkOption {
        type = withSettings;
        default = { };
      };
      tags = mkOption {
        type =
          if is.tagList then
            types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: { })) tagSettings
          else
            tagSettings;
        default = { };
      };
      inherit settings;
    }
    // ifSince is.roleExtraModules {
      extraModules = mkOption {
        type =
          if is.anyExtraModules then
            types.listOf types.raw
          else
            types.listOf (
              types.oneOf [
                types.str
                types.path
                (types.attrsOf types.anything)
              ]
            );
        default = [ ];
      };
    };
  };

  instance =
    { name, ... }:
    {
      options = {
        module = mkOption {
          default = { };
          type = types.submodule {
            options = {
              input = optionalText;
              name = if is.moduleNameDefault then mkOption { type = types.str; default = name; } else text;
            };
          };
        };
        roles = mkOption {
          default = { };
          type = types.attrsOf (types.submodule { imports = [ role ]; });
        };
      };
    };

  instancesOption = mkOption {
    default = { };
    type = types.attrsOf (
      if is.moduleNameDefault then
        types.submoduleWith { modules = [ instance ]; }
      else
        types.submodule instance
    );
  };

  # --- the inventory

  inventory =
    { config, options, ... }:
    {
      options = {
        meta = mkOption { type = types.submoduleWith { modules = [ meta ]; }; };
        machines = machinesOption config.tags;
        assertions = mkOption {
          type = types.listOf types.unspecified;
          default = [ ];
        };
        options = mkOption {
          type = types.raw;
          default = options;
        };
      }
      // services
      // ifSince is.tags { tags = tagsOption config.machines; }
      // ifSince is.inventoryModules {
        modules = mkOption {
          type = if is.rawModules then types.attrsOf types.raw else types.attrsOf types.path;
          default = { };
        };
      }
      // ifSince is.instances { instances = instancesOption; }
      // ifSince is.libClan {
        _inventoryFile = mkOption { type = types.raw; };
        noInstanceOptions = mkOption {
          type = types.bool;
          default = false;
        };
      };
    };

  inventoryOption = mkOption {
    default = { };
    type =
      if is.structuredInventory then
        types.submoduleWith { modules = [ inventory ]; }
      else
        types.submodule { imports = [ inventory ]; };
  };

  # --- the clan

  anything = mkOption {
    type = types.lazyAttrsOf types.raw;
    default = { };
  };

  # The assertion may be defined once only.
  checksOption = mkOption {
    default = { };
    type = types.attrsOf (
      types.submodule {
        options = {
          ignore = mkOption {
            type = types.bool;
            default = false;
          };
          assertion = mkOption {
            type = types.bool;
            readOnly = true;
          };
          message = text;
        };
      }
    );
  };

  clanInterface =
    { config, ... }:
    {
      options = {
        directory = mkOption {
          type = types.raw;
          default = directory;
        };
        specialArgs = mkOption {
          type = types.lazyAttrsOf types.raw;
          default = { };
        };
        pkgsForSystem = mkOption {
          type = types.raw;
          default = _: null;
        };
        machines = mkOption {
          type = types.attrsOf types.deferredModule;
          default = { };
        };
        inventory = inventoryOption;
        meta = mkOption {
          type = types.deferredModule;
          default = { };
        };
        outputs = anything;
        nixosConfigurations = anything;
        nixosModules = anything;
        darwinConfigurations = anything;
        darwinModules = anything;
        clanInternals = anything;
      }
      // ifSince is.self {
        self = mkOption {
          type = types.raw;
          default = null;
        };
      }
      // ifSince is.clanModules {
        modules = mkOption {
          type = types.attrsOf types.raw;
          default = { };
        };
        templates = anything;
      }
      // ifSince is.secrets { secrets = anything; }
      // ifSince is.checks { checks = checksOption; }
      // ifSince is.vars { vars = anything; }
      // ifSince is.deprecatedModules {
        deprecatedModules = mkOption {
          type = types.listOf types.str;
          default = [ ];
        };
      }
      // ifSince is.exportsModule {
        exports = mkOption {
          type = types.raw;
          default = { };
        };
      }
      // ifSince (is.exportsModule && !is.exportInterfaces) { exportsModule = anything; }
      // ifSince is.exportInterfaces { exportInterfaces = anything; }
      // ifSince is.varsDirectory {
        varsDirectory = mkOption {
          type = types.raw;
          default = null;
        };
      };
    };

  # --- what clan-core itself defines

  fromJson =
    if json == null then
      { }
    else if !is.jsonModule then
      { inventory = json; }
    else if is.libClan then
      {
        inventory = _: {
          _file = jsonFile;
          imports = [ json ];
        };
      }
    else
      {
        inventory = _: {
          _file = jsonFile;
          config = json;
        };
      };

  fromFolders =
    if is.structuredInventory then
      {
        inventory.imports = map (name: {
          _file = "machines/${name}";
          machines.${name} = { };
        }) folders;
      }
    else
      ifSince is.foldersInInventory { inventory.machines = lib.genAttrs folders (_: { }); };

  fromMachines =
    { config, ... }:
    ifSince is.inventoryFeature {
      inventory.machines = lib.mapAttrs (_: _: { }) config.machines;
    };

  fromMeta =
    { config, ... }:
    {
      inventory.meta = config.meta;
    };

  # The modules of the services generation that clan-core brings: the user cannot have one of the same name.
  fromClanCore = {
    inventory = if is.inventoryModules && !is.noServices then { modules = coreModules; } else { };
  };

  # Before machines were submodules with a list of modules, a second declaration brought the tags in.
  outerTags =
    { config, ... }:
    if is.tagsOfClass then
      { }
    else
      {
        options.inventory.machines = mkOption {
          type = types.attrsOf (types.submodule (carriedTags config.inventory.tags));
        };
      };

  computedTags = {
    imports = [ outerTags ];
    inventory.tags =
      { machines, ... }:
      {
        all = lib.mkDefault (builtins.attrNames machines);
      }
      // ifSince is.tagsOfClass {
        nixos = lib.mkDefault (
          builtins.attrNames (lib.filterAttrs (_: machine: machine.machineClass == "nixos") machines)
        );
        darwin = lib.mkDefault (
          builtins.attrNames (lib.filterAttrs (_: machine: machine.machineClass == "darwin") machines)
        );
      };
  };

  implementation = {
    imports = [
      fromJson
      fromFolders
      fromMachines
      fromMeta
      fromClanCore
    ]
    ++ (if is.tags then [ computedTags ] else [ ]);
  }
  // (if is.libClan then { inventory._inventoryFile = jsonFile; } else { });

  own = {
    imports = [
      clanInterface
      implementation
    ];
  };
in
if is.calledLast || (is.libClan && !called) then
  [ own ] ++ user
else if is.libClan then
  user ++ [ own ]
else
  [
    clanInterface
    { imports = user ++ [ implementation ]; }
  ]
