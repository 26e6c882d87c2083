# The builtins of Nix 2.8, made as strict and as exact as those of newer releases. They are called by name: printed they are other functions.
old:
let
  # Fails, as a call would, for what is no function.
  called = f: if old.isFunction f || old.isAttrs f && f ? __functor then f else f null;
in
{
  # Since 2.13 the function is needed at once, and since then not for an empty list.
  map = f: list: if old.length list == 0 then list else old.seq (called f) (old.map f list);
  genList = f: length: if length < 0 then old.genList f length else old.seq (called f) (old.genList f length);
  sort = f: list: if old.length list == 0 then list else old.sort f list;

  # Since 2.28 integers stay what they are; before, they went through floats.
  ceil = number: if old.isInt number then number else old.ceil number;
  floor = number: if old.isInt number then number else old.floor number;
}
