# The options of a clan and of its inventory, at the state of clan-core of one day.
#
# `date` is that day, `user` the user's modules in order, `called` whether they are the argument of `buildClan` or `clan`, `coreModules`
# clan-core's own modules of the services generation by name, `folders` the names of the directories below `machines/`, `json` the content of
# `inventory.json` (null without one) and `jsonFile` where it lies. The result is the list of modules to evaluate, nested as clan-core
# nests them: the order of definitions in lists depends on it.
{
  lib,
  date,
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

  since = day: !(date < day);
  ifSince = day: value: if since day then value else { };

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
    type = if since "2025-03-31" then types.strMatching "[a-zA-Z0-9_-]*" else types.str;
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
      // ifSince "2025-10-16" {
        tld = mkOption {
          type = types.nullOr (types.strMatching "[a-z]+");
          default = null;
        };
      }
      // ifSince "2025-11-10" {
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
          // ifSince "2025-06-02" { buildHost = optionalText; }
          // ifSince "2025-11-13" {
            forwardAgent = mkOption {
              type = types.nullOr types.bool;
              default = null;
            };
          };
        }
        // ifSince "2025-04-09" {
          machineClass = mkOption {
            type = types.enum [
              "nixos"
              "darwin"
            ];
            default = "nixos";
          };
        }
        // ifSince "2025-08-14" {
          installedAt = mkOption {
            type = types.nullOr types.int;
            default = null;
          };
        }
        // (
          if since "2024-09-29" then
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
        if since "2025-04-21" then
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
            // ifSince "2025-04-21" {
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
    if since "2024-09-15" then
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
      // ifSince "2024-10-08" {
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
    if !(since "2025-08-16") then
      { services = servicesOption; }
    else if since "2026-05-29" && !(since "2026-06-15") then
      { }
    else
      { services = ignoredServices; };

  # --- instances generation

  settings = mkOption {
    default = { };
    type =
      if since "2025-05-21" then
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
        if since "2025-05-20" && !(since "2026-07-06") then
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
          if since "2025-08-25" then
            types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: { })) tagSettings
          else
            tagSettings;
        default = { };
      };
      inherit settings;
    }
    // ifSince "2025-06-03" {
      extraModules = mkOption {
        type =
          if since "2025-10-23" then
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
              name = if since "2025-06-23" then mkOption { type = types.str; default = name; } else text;
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
    type = types.attrsOf (types.submoduleWith { modules = [ instance ]; });
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
      // ifSince "2024-11-08" { tags = tagsOption config.machines; }
      // ifSince "2024-11-21" {
        modules = mkOption {
          type = if since "2025-04-14" then types.attrsOf types.raw else types.attrsOf types.path;
          default = { };
        };
      }
      // ifSince "2025-03-26" { instances = instancesOption; }
      // ifSince "2025-06-26" {
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
      if since "2025-07-24" then
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
        self = mkOption {
          type = types.raw;
          default = null;
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
        modules = mkOption {
          type = types.attrsOf types.raw;
          default = { };
        };
        inventory = inventoryOption;
        meta = mkOption {
          type = types.deferredModule;
          default = { };
        };
        secrets = anything;
        vars = anything;
        varsDirectory = mkOption {
          type = types.raw;
          default = null;
        };
        templates = anything;
        checks = checksOption;
        deprecatedModules = mkOption {
          type = types.listOf types.str;
          default = [ ];
        };
        exportInterfaces = anything;
        exports = mkOption {
          type = types.raw;
          default = { };
        };
        outputs = anything;
        nixosConfigurations = anything;
        nixosModules = anything;
        darwinConfigurations = anything;
        darwinModules = anything;
        clanInternals = anything;
      };
    };

  # --- what clan-core itself defines

  fromJson =
    if json == null then
      { }
    else if since "2025-06-26" then
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
    if since "2025-07-24" then
      {
        inventory.imports = map (name: {
          _file = "machines/${name}";
          machines.${name} = { };
        }) folders;
      }
    else
      { inventory.machines = lib.genAttrs folders (_: { }); };

  fromMachines =
    { config, ... }:
    ifSince "2024-09-16" {
      inventory.machines = lib.mapAttrs (_: _: { }) config.machines;
    };

  fromMeta =
    { config, ... }:
    {
      inventory.meta = config.meta;
    };

  # The modules of the services generation that clan-core brings: the user cannot have one of the same name.
  fromClanCore = {
    inventory = if since "2024-11-21" && !(since "2025-08-14") then { modules = coreModules; } else { };
  };

  # Before machines were submodules with a list of modules, a second declaration brought the tags in.
  outerTags =
    { config, ... }:
    if since "2025-04-21" then
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
      // ifSince "2025-04-21" {
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
    ++ (if since "2024-11-08" then [ computedTags ] else [ ]);
  }
  // (if since "2025-06-26" then { inventory._inventoryFile = jsonFile; } else { });

  own = {
    imports = [
      clanInterface
      implementation
    ];
  };
in
if since "2025-09-16" || (since "2025-06-26" && !called) then
  [ own ] ++ user
else if since "2025-06-26" then
  user ++ [ own ]
else
  [
    clanInterface
    { imports = user ++ [ implementation ]; }
  ]
