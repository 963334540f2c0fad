"""One file for each operation: may this be done now, and if not, why not."""
