"""The filter language: parse, match, and the part that the service can do."""
