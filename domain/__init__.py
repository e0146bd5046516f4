"""The pure law: facts, states, commands and refusals. Reads no clock, no database, no environment."""
