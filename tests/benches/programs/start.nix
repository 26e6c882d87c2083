# Nothing: what it takes to start.
1
