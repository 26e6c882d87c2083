{
  enable = true;
  port = 22;
  enable = false;
}
