{
  name = "jon"
  tags = [ "laptop" ];
}
