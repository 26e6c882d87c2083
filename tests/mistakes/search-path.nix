{ machines = <machines>; }
