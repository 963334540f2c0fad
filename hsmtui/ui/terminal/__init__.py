"""All that is below Textual: the driver, what is written and what is read."""
