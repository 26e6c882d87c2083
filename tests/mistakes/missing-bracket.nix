{
  tags = [ "laptop" "desk";
  port = 22;
}
