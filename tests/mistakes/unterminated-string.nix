{
  name = "jon;
  tags = [ ];
}
