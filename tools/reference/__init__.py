"""The pages below docs/reference that are made from the code; see ``__main__``."""
