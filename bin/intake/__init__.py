"""Where people, companies and letters come in."""
