# What of `lib` is used rarely, written in Nix. `lib` is the rest of it, which is Rust, and `builtins`.
lib:
let
  inherit (lib)
    concatMap
    fix
    flatten
    getBin
    id
    length
    mapAttrsToList
    take
    ;


  extensible =
    function:
    fix (
      final:
      function final
      // {
        extend = overlay: extensible (lib.extends overlay function);
      }
    );

  listFilesRecursive =
    directory:
    flatten (
      mapAttrsToList (
        name: kind:
        if kind == "directory" then
          listFilesRecursive (directory + "/${name}")
        else
          directory + "/${name}"
      ) (builtins.readDir directory)
    );

  collect =
    wanted: value:
    if wanted value then
      [ value ]
    else if builtins.isAttrs value then
      concatMap (collect wanted) (builtins.attrValues value)
    else
      [ ];

  filterAttrsRecursive =
    wanted: attrs:
    lib.mapAttrs (
      _: value: if builtins.isAttrs value then filterAttrsRecursive wanted value else value
    ) (lib.filterAttrs wanted attrs);

  cartesianProduct =
    attrs:
    builtins.foldl' (
      sets: name: concatMap (set: map (value: set // { ${name} = value; }) attrs.${name}) sets
    ) [ { } ] (builtins.attrNames attrs);

  warn = message: value: builtins.warn message value;
  warnIf = condition: message: if condition then warn message else id;

  bitsOf = version: builtins.splitVersion version;

  compareOn =
    step: left: right:
    if left == [ ] || right == [ ] then
      length left < length right
    else if builtins.head left == builtins.head right then
      compareOn step (builtins.tail left) (builtins.tail right)
    else
      step (builtins.head left) (builtins.head right);
in
builtins
// rec {
  inherit
    cartesianProduct
    collect
    filterAttrsRecursive
    warn
    warnIf
    ;
  warnIfNot = condition: warnIf (!condition);
  mapCartesianProduct = function: attrs: map function (cartesianProduct attrs);
  crossLists = function: builtins.foldl' (functions: list: concatMap (each: map each list) functions) [ function ];

  makeBinPath = packages: builtins.concatStringsSep ":" (map (package: "${getBin package}/bin") packages);
  makeSearchPath = below: paths: builtins.concatStringsSep ":" (map (path: "${path}/${below}") paths);
  getVersion =
    package:
    if builtins.isString package then
      (builtins.parseDrvName package).version
    else
      package.version or (builtins.parseDrvName package.name).version;

  naturalSort =
    let
      parts =
        text:
        concatMap (part: if builtins.isList part then map lib.toInt part else [ part ]) (
          builtins.split "(0|[1-9][0-9]*)" text
        );
      before =
        left: right:
        if builtins.typeOf left == builtins.typeOf right then left < right else builtins.isInt left;
    in
    list: map (each: each.value) (
      builtins.sort (left: right: compareOn before left.parts right.parts) (
        map (value: { inherit value; parts = parts value; }) list
      )
    );

  assertOneOf =
    name: value: allowed:
    lib.assertMsg (builtins.elem value allowed) "${name} must be one of ${builtins.toJSON allowed}, but is: ${builtins.toJSON value}";
  asserts = {
    inherit (lib) assertMsg;
    inherit assertOneOf;
  };

  makeExtensible = extensible;
  functionArgs =
    function:
    if function ? __functor then
      function.__functionArgs or (functionArgs (function.__functor function))
    else
      builtins.functionArgs function;
  isType = tag: value: value._type or "" == tag;

  versions = {
    major = version: builtins.elemAt (bitsOf version) 0;
    minor = version: builtins.elemAt (bitsOf version) 1;
    patch = version: builtins.elemAt (bitsOf version) 2;
    majorMinor = version: builtins.concatStringsSep "." (take 2 (bitsOf version));
  };
  version = "26.11";
  trivial = {
    version = "26.11";
    release = "26.11";
  };

  filesystem = {
    inherit listFilesRecursive;
    pathType = path: if builtins.pathExists path then builtins.readFileType path else throw "`${toString path}` does not exist";
    pathIsDirectory = path: builtins.pathExists path && builtins.readFileType path == "directory";
    pathIsRegularFile = path: builtins.pathExists path && builtins.readFileType path == "regular";
  };
  inherit (filesystem) pathIsDirectory pathIsRegularFile;
  path = {
    append = path: below: path + ("/" + below);
  };

  systems = {
    flakeExposed = [
      "x86_64-linux"
      "aarch64-linux"
      "x86_64-darwin"
      "armv6l-linux"
      "armv7l-linux"
      "i686-linux"
      "aarch64-darwin"
      "powerpc64le-linux"
      "riscv64-linux"
      "x86_64-freebsd"
    ];
  };
  platforms = {
    linux = [
      "x86_64-linux"
      "aarch64-linux"
      "i686-linux"
      "riscv64-linux"
    ];
    darwin = [
      "x86_64-darwin"
      "aarch64-darwin"
    ];
  };

  stringAfter = deps: text: { inherit deps text; };
  noDepEntry = text: {
    inherit text;
    deps = [ ];
  };

  fixedPoints = {
    inherit (lib)
      composeExtensions
      composeManyExtensions
      extends
      fix
      ;
    makeExtensible = extensible;
  };
}
