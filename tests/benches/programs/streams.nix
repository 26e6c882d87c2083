# Lazy lists: the 20,000th number of a stream that is built of itself.
let
  from = n: { head = n; tail = from (n + 1); };
  mapStream = f: stream: { head = f stream.head; tail = mapStream f stream.tail; };
  keep = p: stream: if p stream.head then { inherit (stream) head; tail = keep p stream.tail; } else keep p stream.tail;
  drop = n: stream: if n == 0 then stream.head else drop (n - 1) stream.tail;
in
drop 6000 (keep (n: (n / 3) * 3 == n) (mapStream (n: n * 2) (from 0)))
