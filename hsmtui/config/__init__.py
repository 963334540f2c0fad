"""Settings, what the app remembers, roots of trust: the files of the user and of the app."""
