"""Certificates decoded, the chain of trust, and the commands that check it by hand."""
