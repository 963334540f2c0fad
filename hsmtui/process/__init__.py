"""The process that hsmtui is: its streams, its end, and how libraries are imported into it."""
