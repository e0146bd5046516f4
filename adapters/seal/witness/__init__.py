"""Who vouches for the seal from outside: witnesses, asked and served, and time-stamping authorities."""
