"""The configuration of a user, in a folder of the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from idse_core.agency.config import AgencyConfig
from idse_core.events import Event, Warned

__all__ = ["AGENCY", "CANARY", "OTHER", "Ears", "configured", "write"]

CANARY = "canary-3f9a"
AGENCY = "https://agency.example.org"
OTHER = "https://other.example.org"


class Ears:
    """A listener that keeps the announced events."""

    def __init__(self) -> None:
        self.heard: List[Event] = []

    def __call__(self, event: Event) -> None:
        self.heard.append(event)

    @property
    def text(self) -> str:
        return "\n".join(f"{event.message} ({event.hint})" for event in self.heard if isinstance(event, Warned))


def write(path: Path, document: Dict[str, Any], mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    path.chmod(mode)
    return path


def configured(
    folder: Path, document: Optional[Dict[str, Any]] = None, url: Optional[str] = None, **environment: str
) -> Tuple[AgencyConfig, Ears]:
    """The configuration for a user whose file contains ``document``."""
    if document is not None:
        write(folder / ".idseconfig.json", document)
    ears = Ears()
    return AgencyConfig.read(environment, home=folder, start=folder, url=url, on_event=ears), ears
