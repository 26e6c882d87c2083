{ config, lib, ... }:
{
  services.web.port = lib.mkIf (config.services.web.hosts == { }) 8080;
}
