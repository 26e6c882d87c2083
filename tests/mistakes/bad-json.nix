builtins.fromJSON ''
  { "machines": [ "jon", ] }
''
