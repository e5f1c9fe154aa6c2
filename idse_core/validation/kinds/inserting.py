"""Adds a block to a Markdown text, with the line ends of that text."""

from __future__ import annotations

from idse_core.validation.artifact_facts import ArtifactFacts

__all__ = ["insert_before"]


def insert_before(artifact: ArtifactFacts, block: str, offset: int) -> str:
    """The artifact's text with a block inserted at ``offset``, with one blank line before and after."""
    text = artifact.text
    end = "\r\n" if "\r\n" in text else "\n"
    before, after = text[:offset].rstrip(), text[offset:].lstrip("\r\n")
    middle = end.join(block.strip("\r\n").splitlines())
    parts = [part for part in (before, middle) if part]
    joined = (end * 2).join(parts)
    return f"{joined}{end * 2}{after}" if after else f"{joined}{end}"
