"""PostgreSQL itself: where it is, connections, the embedded server, notifications."""
