"""What changed between two readings."""
