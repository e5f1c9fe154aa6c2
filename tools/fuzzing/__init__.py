"""Random inputs for everything that reads what others wrote: no crash, no hang, no finding outside the file."""
