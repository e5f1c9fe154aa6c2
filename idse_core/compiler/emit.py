"""Serializing a compiled profile: the same profile gives the same bytes, on every machine and at any time."""

from __future__ import annotations

from enum import Enum
from typing import Dict

import yaml

from idse_core.compiler.model import AgentProfileSpec, Provenance
from idse_core.json_text import dump

__all__ = ["ProfileFormat", "document", "serialize"]

_WIDTH = 100  # columns; PyYAML's own default may change
_HEADER = "# Compiled by `idse compile agent-spec --session {session}`. Change the spec, not this file.\n"


class ProfileFormat(str, Enum):
    """The file format of a profile."""

    YAML = "yaml"
    JSON = "json"

    def __str__(self) -> str:
        return str(self.value)


def document(profile: AgentProfileSpec, provenance: Provenance) -> Dict[str, object]:
    """The document as plain values, in a fixed order: the profile's fields, then their provenance."""
    origin = {key: value for key, value in provenance.model_dump(by_alias=True).items() if value}
    return {**profile.plain(), "provenance": origin}


def serialize(profile: AgentProfileSpec, provenance: Provenance, form: ProfileFormat) -> bytes:
    """The content of the file, in UTF-8."""
    plain = document(profile, provenance)
    if form is ProfileFormat.JSON:
        return dump(plain)
    text: str = yaml.dump(
        plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=_WIDTH
    )
    return (_HEADER.format(session=provenance.session) + text).encode("utf-8")


class _Dumper(yaml.SafeDumper):
    """Writes repeated values in full: people find YAML aliases hard to read, and strict parsers reject them."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True
