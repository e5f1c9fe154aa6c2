"""The stores that ship with the library: ``stores.filesystem`` and ``stores.memory``."""
