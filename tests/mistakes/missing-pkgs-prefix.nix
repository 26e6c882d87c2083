{ pkgs ? { hello = "hello-2.12"; git = "git-2.45"; } }:
{ packages = [ pkgs.git hello ]; }
