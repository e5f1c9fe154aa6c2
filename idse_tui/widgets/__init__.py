"""The widgets, one a file; each owns its messages."""
