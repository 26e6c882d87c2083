{ machines = import ./machines; }
