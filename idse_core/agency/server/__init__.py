"""The reference Agency Core: ``idse agency serve``, for a team that has none. Needs the extra ``[server]``.

``service`` is what it does, transaction by transaction; it knows no HTTP and can be called in this process. ``app`` is
how that is reached; ``running`` is a process that does so. Nothing outside of this package imports any of it.
"""
