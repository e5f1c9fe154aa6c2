"""The pages below docs/reference that are generated from the code; see ``__main__``."""
