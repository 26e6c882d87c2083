# What clan-core's own code computed of a clan, wherever the clan-core of that time keeps it.
#
# `outputs` are those of the flake, `lib` is the one that clan-core itself has. The result is the same for all states of clan-core: the machines with
# their tags, and the instances with the members of each role and their settings. Where there are several places, the one that clan's own command
# reads comes first.
{ lib, outputs }:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    head
    mapAttrs
    ;
  mapToList = function: set: map (name: function name set.${name}) (attrNames set);

  clan = outputs.clan or { };
  internals =
    outputs.clanInternals or clan.clanInternals
      or (throw "the flake has neither the output `clanInternals` nor `clan.clanInternals`");
  class = internals.inventoryClass or { };
  inventory =
    class.inventory or internals.inventory or clan.inventory
      or (throw "`clanInternals` has no `inventory`");

  # Since 2025-03: the modules of services with all their instances, by `<input>-<name>`.
  distributed = class.distributedServices or internals.distributedServices or { };
  services =
    clan._services.allServices or clan._services.mappedServices
      or distributed.servicesEval.config.allServices
      or distributed.servicesEval.config.mappedServices
      or distributed.importedModulesEvaluated or { };
  serviceOf =
    module:
    let
      input = module.input or null;
      inputs = if input == null then [ "<clan-core>" "clan-core" "self" ] else [ input ];
      names = filter (name: services ? ${name}) (map (input: "${input}-${module.name}") inputs);
      service =
        if names == [ ] then
          throw "there is no service `${module.name}` among ${toString (attrNames services)}"
        else
          services.${head names};
    in
    # Up to 2025-07 a service is an evaluation, since then its result.
    service.config or service;

  # Since 2025-10 a member has its `finalSettings`. Before that each reader of settings merged them from three modules.
  settingsOf =
    service: instance: name: role: machine: member:
    member.finalSettings.config or (lib.evalModules {
      prefix = [ "instances" instance "roles" name "machines" machine "settings" ];
      modules = [
        service.roles.${name}.interface
        role.settings or { }
        member.settings or { }
      ];
    }).config;

  modern = mapToList (
    name: instance:
    let
      service = serviceOf instance.module;
      computed = service.instances.${name};
    in
    {
      inherit name;
      generation = "instances";
      service = instance.module.name;
      input = instance.module.input or null;
      roles = mapAttrs (role: described: {
        members = attrNames described.machines;
        settings = mapAttrs (settingsOf service name role described) described.machines;
      }) computed.roles;
    }
  ) (inventory.instances or { });

  # Up to 2025: what each machine is told of the services that it is in, as a list of modules.
  toldIn =
    modules:
    concatMap (
      module:
      if builtins.isAttrs module then
        (if module ? clan.inventory.services then [ module.clan.inventory.services ] else [ ])
        ++ toldIn (filter builtins.isAttrs (module.imports or [ ]))
      else
        [ ]
    ) modules;
  modulesOf =
    machine:
    class.machines.${machine}.machineImports or internals.serviceConfigs.${machine}
      or outputs.nixosConfigurations.${machine}."«modules»" or [ ];
  told = concatMap (machine: toldIn (modulesOf machine)) (attrNames inventory.machines);
  membersOf =
    service: instance:
    let
      here = filter (services: services ? ${service}.${instance}) told;
    in
    if here == [ ] then { } else (head here).${service}.${instance}.roles;
  # Later the option is there only to say that it was removed.
  servicesWritten =
    let
      written = builtins.tryEval (inventory.services or { });
    in
    if written.success then written.value else { };
  legacy = concatMap (
    service:
    mapToList (name: instance: {
      inherit name service;
      generation = "services";
      input = null;
      roles = mapAttrs (_: role: {
        members = role.machines;
        settings = { };
      }) (membersOf service name);
    }) servicesWritten.${service}
  ) (attrNames servicesWritten);
in
{
  machines = mapAttrs (_: machine: {
    tags = machine.tags or [ ];
    class = machine.machineClass or "nixos";
  }) inventory.machines;
  instances = legacy ++ modern;
}
