"""The pipeline: its seven stages, what their artifacts are called in either layout, and their templates."""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

from idse_core.errors import UsageError
from idse_core.identifiers import single_line
from idse_core.templates import (
    Outline,
    is_earlier_document,
    is_earlier_section,
    outline,
    packaged_source,
    render,
)

__all__ = [
    "BLUEPRINT",
    "METADATA_PATH",
    "Layout",
    "PipelineArtifacts",
    "Stage",
    "TemplateValues",
    "blueprint_first",
    "detect_layout",
]

BLUEPRINT = "__blueprint__"
"""The id of the blueprint session."""

METADATA_PATH = "metadata/session.json"
"""The path of a session's metadata, relative to the session's folder, in both layouts."""


def blueprint_first(session: str) -> Tuple[bool, str]:
    """A sort key for session ids: the blueprint first, the others by id."""
    return session != BLUEPRINT, session


class Stage(str, Enum):
    """A stage of the pipeline. Iterating over ``Stage`` gives pipeline order."""

    INTENT = "intent"
    CONTEXT = "context"
    SPEC = "spec"
    PLAN = "plan"
    TASKS = "tasks"
    IMPLEMENTATION = "implementation"
    FEEDBACK = "feedback"

    def __str__(self) -> str:
        return str(self.value)

    @property
    def position(self) -> int:
        """0 for intent … 6 for feedback."""
        return _ORDER[self]

    @property
    def earlier(self) -> Tuple[Stage, ...]:
        """The stages before this one, in order."""
        return _STAGES[: self.position]

    @classmethod
    def parse(cls, text: str) -> Stage:
        """The stage of that name.

        Raises:
            UsageError: there is no such stage; the hint lists them.
        """
        try:
            return cls(text.strip().casefold())
        except ValueError:
            names = ", ".join(stage.value for stage in cls)
            raise UsageError(f"there is no stage '{text}'", hint=f"the stages are {names}") from None


_STAGES: Tuple[Stage, ...] = tuple(Stage)
_ORDER: Dict[Stage, int] = {stage: index for index, stage in enumerate(_STAGES)}

_FLAT: Dict[Stage, str] = {
    Stage.INTENT: "intent.md",
    Stage.CONTEXT: "context.md",
    Stage.SPEC: "spec.md",
    Stage.PLAN: "plan.md",
    Stage.TASKS: "tasks.md",
    Stage.IMPLEMENTATION: "implementation/README.md",
    Stage.FEEDBACK: "feedback/feedback.md",
}
_NESTED: Dict[Stage, str] = {
    **_FLAT,
    Stage.INTENT: "intents/intent.md",
    Stage.CONTEXT: "contexts/context.md",
    Stage.SPEC: "specs/spec.md",
    Stage.PLAN: "plans/plan.md",
    Stage.TASKS: "tasks/tasks.md",
}


class Layout(str, Enum):
    """How a session's artifacts are laid out: ``flat`` is what we write, ``nested`` what the earlier tool wrote."""

    FLAT = "flat"
    NESTED = "nested"

    def __str__(self) -> str:
        return str(self.value)

    def path(self, stage: Stage) -> str:
        """The artifact's path relative to the session's folder, with ``/``."""
        return (_FLAT if self is Layout.FLAT else _NESTED)[stage]

    @property
    def other(self) -> Layout:
        """The other layout."""
        return Layout.NESTED if self is Layout.FLAT else Layout.FLAT


_FLAT_NAMES = frozenset(path for path in _FLAT.values() if "/" not in path)
_NESTED_FOLDERS = frozenset(path.split("/")[0] for stage, path in _NESTED.items() if path != _FLAT[stage])


def detect_layout(names: Iterable[str]) -> Optional[Layout]:
    """The layout of a session, judging by the names directly inside its folder; None when they don't tell."""
    found = set(names)
    if found & _FLAT_NAMES:
        return Layout.FLAT
    return Layout.NESTED if found & _NESTED_FOLDERS else None


class TemplateValues(NamedTuple):
    """The variables that a template may use."""

    title: str
    project: str
    session_id: str
    session_type: str = "feature"
    stack: str = ""
    blueprint: str = BLUEPRINT


class PipelineArtifacts:
    """The seven artifacts as templates: rendered for a new session, recognised while they are still untouched.

    Args:
        overrides: template sources of this workspace, by stage; the packaged ones are used for the rest.
        override_paths: the files that they come from, for error messages.
    """

    def __init__(
        self,
        overrides: Optional[Mapping[Stage, str]] = None,
        override_paths: Optional[Mapping[Stage, str]] = None,
    ) -> None:
        self._overrides = dict(overrides or {})
        self._paths = dict(override_paths or {})

    def render(self, stage: Stage, values: TemplateValues) -> str:
        """The text of a new artifact. Values are put on one line: only then is untouched text recognised.

        Raises:
            ConfigError: a template of the workspace can't be rendered.
        """
        path = self._paths.get(stage, f"template {stage}.md")
        filled = {name: single_line(value) for name, value in values._asdict().items()}
        return render(self._source(stage), filled, path=path)

    def render_all(self, values: TemplateValues) -> Dict[Stage, bytes]:
        """All seven artifacts of a new session, as UTF-8.

        Raises:
            ConfigError: a template of the workspace can't be rendered.
        """
        return {stage: self.render(stage, values).encode("utf-8") for stage in Stage}

    @property
    def fingerprint(self) -> str:
        """Changes whenever a template of the workspace does; results of another fingerprint are out of date."""
        sources = "\0".join(f"{stage}\0{self._overrides[stage]}" for stage in Stage if stage in self._overrides)
        return hashlib.sha256(sources.encode("utf-8", "replace")).hexdigest()[:16]

    def is_untouched(self, stage: Stage, text: str) -> bool:
        """Whether an artifact is still what a template produced: this workspace's, ours, or the earlier tool's."""
        return any(known.is_untouched(text) for known in self._outlines(stage)) or is_earlier_document(text)

    def section_is_untouched(self, stage: Stage, heading: str, body: str) -> bool:
        """Whether a section still has the body that a template gave it."""
        known = any(outline.section_is_untouched(heading, body) for outline in self._outlines(stage))
        return known or is_earlier_section(heading, body)

    def _outlines(self, stage: Stage) -> Tuple[Outline, ...]:
        packaged = outline(packaged_source(stage.value))
        return (outline(self._overrides[stage]), packaged) if stage in self._overrides else (packaged,)

    def _source(self, stage: Stage) -> str:
        override = self._overrides.get(stage)
        return packaged_source(stage.value) if override is None else override
