"""Artifact templates: rendering them, and recognising text that is still the template's.

This package works on text only; ``pipeline_artifacts`` knows which template belongs to which stage.
"""

from __future__ import annotations

from idse_core.templates.earlier import is_earlier_document, is_earlier_section
from idse_core.templates.outline import Outline, normalised_lines, outline
from idse_core.templates.rendering import packaged_source, render

__all__ = [
    "Outline",
    "is_earlier_document",
    "is_earlier_section",
    "normalised_lines",
    "outline",
    "packaged_source",
    "render",
]
