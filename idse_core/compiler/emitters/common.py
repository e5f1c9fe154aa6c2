"""Helpers of all formats: file names, front matter, quoting, and the instructions as Markdown."""

from __future__ import annotations

import json
import re
from typing import List, Mapping, NamedTuple

from idse_core.compiler.model import AgentProfileSpec

__all__ = ["EmittedFile", "file_name", "front_matter", "instructions", "quoted"]

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 64
_LISTS = ("goals", "inputs", "outputs", "tools", "constraints")


class EmittedFile(NamedTuple):
    """A file for an agent tool.

    Attributes:
        path: where the tool looks for it, relative to the folder that holds ``.idse``, with ``/``.
        text: its content.
        section: whether it is a section of a file with other content, and not a whole file.
    """

    path: str
    text: str
    section: bool = False


def file_name(profile: AgentProfileSpec) -> str:
    """The profile's id as a file name that every tool accepts: lower-case letters, digits and hyphens."""
    name = _NOT_IN_NAMES.sub("-", profile.id.casefold()).strip("-")[:_LONGEST_NAME].strip("-")
    return name or "agent"


def front_matter(fields: Mapping[str, str]) -> str:
    """YAML front matter with one line per field; values are quoted, so none of them can end it."""
    lines = [f"{name}: {quoted(value)}" for name, value in fields.items()]
    return "\n".join(["---", *lines, "---", ""])


def quoted(value: str) -> str:
    """A text on one line in double quotes, in a form that JSON, YAML and TOML all read alike."""
    return json.dumps(" ".join(value.split()), ensure_ascii=True)


def instructions(profile: AgentProfileSpec, level: int = 2) -> str:
    """The profile as Markdown instructions for an agent.

    Args:
        profile: the profile to render.
        level: the level of the headings, 1 to 6.
    """
    parts = [" ".join(profile.description.split()), *_lists(profile, level)]
    parts += _mappings(profile, level)
    origin = f"Compiled from the specification of session `{profile.source_session}`, version {profile.version}."
    return "\n\n".join([*parts, origin]) + "\n"


def _lists(profile: AgentProfileSpec, level: int) -> List[str]:
    values = {name: getattr(profile, name) for name in _LISTS}
    return [
        _section(level, name, [f"- {_one_line(item)}" for item in items]) for name, items in values.items() if items
    ]


def _mappings(profile: AgentProfileSpec, level: int) -> List[str]:
    found = {"memory policy": profile.memory_policy, "runtime hints": profile.runtime_hints}
    return [
        _section(level, name, [f"- `{_one_line(key)}`: {_value(value)}" for key, value in values.items()])
        for name, values in found.items()
        if values
    ]


def _section(level: int, title: str, lines: List[str]) -> str:
    return f"{'#' * level} {title.capitalize()}\n\n" + "\n".join(lines)


def _value(value: object) -> str:
    return _one_line(value) if isinstance(value, str) else f"`{json.dumps(value, ensure_ascii=True)}`"


def _one_line(text: str) -> str:
    return " ".join(text.split())
