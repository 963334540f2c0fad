"""What the command line takes and says: options, help, bad usage, versions, completion, the log."""
