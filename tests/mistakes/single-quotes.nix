{ name = 'jon'; }
