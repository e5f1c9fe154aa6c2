"""The main screen, with its styles, and what reaches it: the messages of workers and of widgets."""
