let
  greet = name = "hello ${name}";
in
greet "jon"
