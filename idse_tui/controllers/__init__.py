"""What the main screen does, one a file; each is given those that it builds on, and asks ``MainHost`` for the rest."""
