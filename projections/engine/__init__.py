"""What is made of a declaration: one statement over a range of positions, and everything that it serves."""
