{
  port = 22;
  address = "localhost:${toString port}";
}
