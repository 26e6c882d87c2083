toString { port = 22; }
