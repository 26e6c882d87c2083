let
  port = 22;
{ inherit port; }
