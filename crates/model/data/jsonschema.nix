# JSON Schema (2020-12) of options: what their types take, as far as JSON Schema can say it.
#
# `options` is a set of options as `evalModules` gives it, `output` whether the result of an evaluation is described rather than what a
# user writes: then everything is there, and nothing is written in a second form. `hidden` are the names that are not described, `hasServices`
# whether `services` of an inventory has an effect, `args` what modules that declare settings may ask for.
{
  args,
  lib,
  output,
  hasServices,
  hidden,
}:
let
  inherit (builtins)
    any
    attrNames
    elem
    filter
    isAttrs
    listToAttrs
    ;

  # What the module system adds at each level.
  internal = hidden ++ [
    "_module"
    "_freeformOptions"
  ];

  # Of an inventory: what is for clan-core alone, or has no effect.
  internalOfInventory = [
    "_inventoryFile"
    "assertions"
    "noInstanceOptions"
    "options"
  ]
  ++ (if hasServices then [ ] else [ "services" ]);
  isInternal = option: lib.isOption option && (option.internal or false || !(option.visible or true));
  names = options: filter (name: !(elem name internal) && !isInternal options.${name}) (attrNames options);

  anyJson = { };

  int = description: { type = "integer"; } // bounds description;
  bounds =
    description:
    let
      between = builtins.match ".*between (-?[0-9]+) and (-?[0-9]+).*" description;
    in
    if between != null then
      {
        minimum = builtins.fromJSON (builtins.elemAt between 0);
        maximum = builtins.fromJSON (builtins.elemAt between 1);
      }
    else if lib.hasPrefix "unsigned" description then
      { minimum = 0; }
    else if lib.hasPrefix "positive" description then
      { exclusiveMinimum = 0; }
    else
      { };

  ofName = {
    bool = _: { type = "boolean"; };
    boolByOr = _: { type = "boolean"; };
    float = _: { type = "number"; };
    str = _: { type = "string"; };
    nonEmptyStr = _: {
      type = "string";
      minLength = 1;
    };
    singleLineStr = _: { type = "string"; };
    string = _: { type = "string"; };
    separatedString = _: { type = "string"; };
    lines = _: { type = "string"; };
    path = _: { type = "string"; };
    pathInStore = _: { type = "string"; };
    package = _: { type = "string"; };
    port = _: {
      type = "integer";
      minimum = 0;
      maximum = 65535;
    };
    enum = type: { enum = type.functor.payload.values; };
    attrs = _: { type = "object"; };
    listOf = type: {
      type = "array";
      items = ofType type.nestedTypes.elemType;
    };
    attrsOf = type: {
      type = "object";
      additionalProperties = ofType type.nestedTypes.elemType;
    };
    nullOr = type: {
      anyOf = [
        { type = "null"; }
        (ofType type.nestedTypes.elemType)
      ];
    };
    either = type: {
      anyOf = [
        (ofType type.nestedTypes.left)
        (ofType type.nestedTypes.right)
      ];
    };
    coercedTo =
      type:
      if output then
        ofType type.nestedTypes.finalType
      else
        {
          anyOf = [
            (ofType type.nestedTypes.coercedType)
            (ofType type.nestedTypes.finalType)
          ];
        };
    unique = type: ofType type.nestedTypes.elemType;
    submodule = ofSubmodule [ ];
  };

  # Without these names at its top.
  ofSubmodule =
    without: type:
    let
      free = type.nestedTypes.freeformType or null;
      options = removeAttrs (type.getSubOptions [ ]) (internal ++ without);
    in
    ofOptions options (if free == null then null else restOf free);

  # The type of an inventory, which is a submodule, or may be something else besides.
  ofInventoryType =
    type: if (aliases.${type.name} or type.name) == "submodule" then ofSubmodule internalOfInventory type else ofType type;

  # What a freeform type takes for each name.
  restOf =
    free:
    if
      elem free.name [
        "attrsOf"
        "lazyAttrsOf"
      ]
    then
      ofType free.nestedTypes.elemType
    else
      anyJson;

  aliases = {
    lazyAttrsOf = "attrsOf";
    optionType = "raw";
  };

  ofType =
    type:
    let
      name = aliases.${type.name} or type.name;
      description = type.description or "";
    in
    if ofName ? ${name} then
      ofName.${name} type
    else if lib.hasPrefix "int" name || lib.hasPrefix "unsigned" name || lib.hasPrefix "signed" name || lib.hasPrefix "positive" name then
      int (if builtins.isString description then description else "")
    else if lib.hasPrefix "strMatching" name then
      { type = "string"; }
    else if lib.hasPrefix "enum" name then
      ofName.enum type
    else
      anyJson;

  # What cannot be written as JSON is left out by the caller.
  default = option: if !output && option ? default then { inherit (option) default; } else { };

  text =
    option:
    let
      description = option.description or null;
      words = if isAttrs description then description.text or null else description;
    in
    if builtins.isString words then { description = lib.trim words; } else { };

  ofOptionWith =
    describe: option:
    if lib.isOption option then describe option.type // default option // text option else ofOptions option null;
  ofOption = ofOptionWith ofType;

  # Whether a user has to write something for an option: it has no default, nor has any option below it one that is missing.
  isNeeded =
    option:
    if lib.isOption option then
      output || !(option ? default)
    else
      any (name: isNeeded option.${name}) (names option);

  # The tags that clan-core defines itself.
  computedTags = [
    "all"
    "darwin"
    "nixos"
  ];

  ofOptions =
    options: rest:
    let
      all = names options;
      areComputed = !output && lib.subtractLists computedTags all == [ ];
      needed = if areComputed then [ ] else filter (name: isNeeded options.${name}) all;
    in
    {
      type = "object";
      properties = listToAttrs (
        map (name: {
          inherit name;
          value = ofOption options.${name};
        }) all
      );
      additionalProperties = if rest == null then false else rest;
    }
    // (if needed == [ ] then { } else { required = needed; });

  # What evaluation makes of a clan is none of its arguments.
  results = [
    "clanInternals"
    "darwinConfigurations"
    "darwinModules"
    "nixosConfigurations"
    "nixosModules"
    "outputs"
  ];
in
{
  # The name of a clan may stand beside its inventory as well.
  ofInventory =
    type:
    let
      schema = ofInventoryType type;
      needed = if output then schema.required else lib.remove "meta" (schema.required or [ ]);
    in
    removeAttrs schema [ "required" ] // (if needed == [ ] then { } else { required = needed; });
  ofClan =
    options:
    let
      schema = ofOptions (removeAttrs options (results ++ [ "assertions" ])) null;
    in
    schema
    // {
      properties =
        schema.properties
        // (if options ? inventory then { inventory = ofOptionWith ofInventoryType options.inventory; } else { });
    };
  # The settings of a role, whose module declares them.
  ofModule =
    module:
    let
      evaluation = lib.evalModules {
        modules = [
          module
          {
            config._module = {
              inherit args;
              check = false;
            };
          }
        ];
        specialArgs = { };
      };
      free = evaluation.type.nestedTypes.freeformType or null;
    in
    ofOptions evaluation.options (if free == null then null else restOf free);
}
