let
  total = part + 1;
  part = rest * 2;
  rest = total - 1;
in
total
