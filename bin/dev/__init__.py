"""What developers run: the demo, the benchmark, generated pages and the golden file."""
