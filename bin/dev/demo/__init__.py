"""The demo's made-up state, its scenario, and the questions at its end."""
