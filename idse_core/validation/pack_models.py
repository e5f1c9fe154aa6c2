"""The models of a rule pack: packs are checked against them, and the published schema is made from them.

Importing this module imports pydantic.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from typing_extensions import Annotated

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage

__all__ = ["ArticleModel", "ChangeModel", "ClauseModel", "ExamplesModel", "PackModel", "RuleModel"]

_ID = r"^[A-Z]{2,6}\d{3}$"
_NAME = r"^[a-z][a-z0-9-]*$"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _unfolded(value: object) -> object:
    """``off`` as it was written: without quotes, YAML reads it as a boolean."""
    return Severity.OFF.value if value is False else value


_AnySeverity = Annotated[Severity, BeforeValidator(_unfolded)]
_Example = Union[str, Dict[str, Union[str, Dict[str, str], None]]]


class ExamplesModel(_Model):
    """``examples``: what a rule accepts, and what it complains about."""

    valid: List[_Example] = []
    invalid: List[_Example] = []


class RuleModel(_Model):
    """A new rule."""

    id: str = Field(pattern=_ID)
    name: str = Field(pattern=_NAME)
    article: str = ""
    kind: str
    stage: Optional[Stage] = None
    stages: Union[Literal["all"], List[Stage], None] = None
    scope: Optional[Literal["session", "project"]] = None
    severity: _AnySeverity = Severity.ERROR
    locked: StrictBool = False
    tags: List[str] = []
    params: Dict[str, Any] = Field(default={}, alias="with")
    message: str
    fix: str
    docs: str = ""
    examples: ExamplesModel = ExamplesModel()


class ClauseModel(_Model):
    """A clause of a composition."""

    kind: str
    params: Dict[str, Any] = Field(default={}, alias="with")


class ChangeModel(_Model):
    """A change to an earlier rule: only the fields that it names."""

    extend: str
    severity: Optional[_AnySeverity] = None
    locked: Optional[StrictBool] = None
    tags: Optional[List[str]] = None
    params: Optional[Dict[str, Any]] = Field(default=None, alias="with")
    message: Optional[str] = None
    fix: Optional[str] = None
    docs: Optional[str] = None
    examples: Optional[ExamplesModel] = None


class ArticleModel(_Model):
    """An article."""

    number: str
    title: str
    text: str


class PackModel(_Model):
    """A pack. Its rules are checked one by one, so that a mistake in one is reported at its place."""

    pack: str
    requires_idse: str = ""
    rules: List[Dict[str, Any]] = []
    articles: List[ArticleModel] = []
