"""The reference Agency Core: ``idse agency serve``, for a team that has none. Needs the extra ``[server]``.

``service`` implements the operations, each in a transaction; it is independent of HTTP and can be called in-process.
``app`` makes it available over HTTP; ``running`` runs it as a server process. Nothing outside this package imports it.
"""
