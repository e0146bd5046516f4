"""The demo's made-up state, its story, and the questions at its end."""
