"""The law as pure functions: facts, states, commands and refusals. Reads no clock, no database, no environment."""
