# haumea: a directory of Nix files as a set.
#
# Each file is a member, each directory a set of members. A name that begins with `_` is not seen from outside, one with `__` only from its own
# directory. A file that is a function gets those of `inputs` that it asks for, and beside them `self`, what the file itself gives, `super`, what its
# directory holds, and `root`, what the whole tree holds.
{ lib }:
let
  inherit (builtins) attrNames concatMap filter foldl' functionArgs isFunction match readDir;

  # The name behind the underscores, without the end that tells the kind of file.
  parse =
    name: type:
    let
      stem = if type == "directory" then [ name ] else match "(.*)\\.[^.]*" name;
      parts = match "(_*)(.*)" (builtins.head stem);
      underscores = builtins.stringLength (builtins.head parts);
    in
    if stem == null || builtins.elemAt parts 1 == "" then
      null
    else
      {
        name = builtins.elemAt parts 1;
        seen = if underscores == 0 then "outside" else if underscores == 1 then "root" else "super";
      };

  # The parts of a tree that are seen from there, as a set.
  view =
    from: transform: tree:
    let
      isSeen =
        member:
        member.seen == "outside" || (member.seen == "root" && from != "outside") || (member.seen == "super" && from == "super");
      members = lib.filterAttrs (_: isSeen) tree.members;
      inner = if from == "super" then "root" else from;
      value = _: member: if member ? tree then view inner transform member.tree else member.value;
    in
    transform tree.cursor (lib.mapAttrs value members);

  load =
    {
      src,
      loader ? loaders.default,
      inputs ? { },
      transformer ? [ ],
    }:
    let
      matchers' = if isFunction loader then [ (matchers.nix loader) ] else loader;
      steps = lib.flatten transformer;
      transform = cursor: value: foldl' (value: step: step cursor value) value steps;
      root = tree [ ] src;
      tree =
        cursor: directory:
        let
          entries = readDir directory;
          self = { inherit cursor members; };
          member =
            file:
            let
              type = entries.${file};
              parsed = parse file type;
              path = directory + "/${file}";
              chosen = filter (matcher: matcher.matches file) matchers';
              value = (builtins.head chosen).loader (
                inputs
                // {
                  self = value;
                  super = view "super" transform self;
                  root = view "root" transform root;
                }
              ) path;
            in
            if parsed == null then
              [ ]
            else if type == "directory" then
              [
                {
                  inherit (parsed) name;
                  value = {
                    inherit (parsed) seen;
                    tree = tree (cursor ++ [ parsed.name ]) path;
                  };
                }
              ]
            else if chosen == [ ] then
              [ ]
            else
              [
                {
                  inherit (parsed) name;
                  value = { inherit (parsed) seen; inherit value; };
                }
              ];
          members = builtins.listToAttrs (concatMap member (attrNames entries));
        in
        self;
    in
    view "outside" transform root;

  loaders = {
    default =
      inputs: path:
      let
        file = import path;
      in
      if isFunction file then file (builtins.intersectAttrs (functionArgs file) inputs) else file;
    verbatim = _: import;
    path = _: path: path;
    scoped = inputs: builtins.scopedImport inputs;
    callPackage = loaders.default;
  };

  matchers = rec {
    always = loader: { matches = _: true; inherit loader; };
    extension = end: loader: { matches = lib.hasSuffix ".${end}"; inherit loader; };
    nix = extension "nix";
    json = extension "json" (_: lib.importJSON);
    toml = extension "toml" (_: lib.importTOML);
    regex = pattern: loader: {
      matches = file: match pattern file != null;
      loader = inputs: path: loader (match pattern (baseNameOf path)) inputs path;
    };
  };

  transformers = {
    liftDefault =
      _: value: if builtins.isAttrs (value.default or null) then removeAttrs value [ "default" ] // value.default else value;
    prependUnderscore = _: lib.mapAttrs' (name: lib.nameValuePair (if match "[0-9].*" name == null then name else "_${name}"));
    hoistAttrs =
      from: to: _: value:
      let
        hoisted = concatMap (name: lib.optional (value.${name} ? ${from}) value.${name}.${from}) (
          filter (name: builtins.isAttrs value.${name}) (attrNames value)
        );
        rest = lib.mapAttrs (_: inner: if builtins.isAttrs inner then removeAttrs inner [ from ] else inner) value;
      in
      rest // lib.optionalAttrs (hoisted != [ ]) { ${to} = foldl' (a: b: a // b) (value.${to} or { }) hoisted; };
  };
in
{
  lib = { inherit load loaders matchers transformers; };
}
