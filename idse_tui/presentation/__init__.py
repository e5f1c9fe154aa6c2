"""From the core's values to what stands on the screen. Pure: no terminal, no files; tested as plain functions."""
