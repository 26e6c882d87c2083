# Backtracking with lists: nine queens.
let
  size = 9;
  columns = builtins.genList (n: n) size;
  attacks = row: column: at: at.column == column || at.row - at.column == row - column || at.row + at.column == row + column;
  count = row: placed:
    if row == size then 1
    else builtins.foldl' (sum: column: if builtins.any (attacks row column) placed then sum else sum + count (row + 1) ([ { inherit row column; } ] ++ placed)) 0 columns;
in
count 0 [ ]
