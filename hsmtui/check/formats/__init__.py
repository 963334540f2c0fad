"""What a document is printed as: one file a format."""
