"""Independent checkers of what we write: programs of others, by `make conform`."""
