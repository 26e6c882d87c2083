{ lib ? import <nixpkgs/lib> }:
{ hosts = optional true "jon"; }
