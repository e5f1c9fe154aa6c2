"""``unchanged-from-template``: a section still has the template's text and nothing else."""

from __future__ import annotations

from typing import Iterator

from idse_core.constitution_rules import Reach
from idse_core.open_markers import is_open
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """Which sections to skip.

    Attributes:
        marker: sections that contain this text, wherever its lines break, are skipped, since the marker has a finding
            already. By default that is `[REQUIRES INPUT]`, in any form that counts as this marker.
    """

    marker: str = ""


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for every section of level 2 or deeper whose body is a template's."""
    for section in artifact.untouched_sections:
        heading = section.heading
        body = artifact.text[section.body_start : section.end]
        if params.marker:
            body = " ".join(body.split())
        if heading is not None and not is_open(body, params.marker):
            yield artifact.hit(section.start, heading.end, heading.text, heading=heading.text)


KIND = Kind("unchanged-from-template", Reach.FILE, Params, check, ("heading",))
