let
  domain = null;
in
"https://${domain}/"
