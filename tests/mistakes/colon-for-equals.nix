{
  name: "jon";
}
