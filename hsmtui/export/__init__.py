"""What leaves the tool: rows, pages and files."""
