"""Rendering a template in a sandbox: templates may come with a repository, so they are not trusted."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Mapping

from idse_core.errors import ConfigError
from idse_core.late_patterns import late

__all__ = ["packaged_source", "render"]

# Characters that JSON leaves unescaped, but YAML refuses or reads as a line break.
_NOT_IN_YAML = late("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_FOLDER = Path(__file__).parent


# Errors that an expression in a template can raise, apart from Jinja2's own.
_FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)


@lru_cache(maxsize=None)
def packaged_source(name: str) -> str:
    """The source of a template shipped with the package.

    Args:
        name: the artifact's name, such as ``intent``.
    """
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")


def render(source: str, values: Mapping[str, str], *, path: str) -> str:
    """Render a template.

    Args:
        source: Jinja2 source.
        values: the variables of the template; nothing else is available inside the sandbox.
        path: the file of the source, for errors.

    Raises:
        ConfigError: the template is not valid, refers to an unknown name, tries to leave the sandbox or exceeds a limit
            of time or size.
    """
    # Imported here because Jinja2 costs more start-up time than `idse status` as a whole may take.
    from jinja2 import TemplateError  # noqa: PLC0415

    from idse_core.templates.bounds import BoundedEnvironment, rendered  # noqa: PLC0415

    environment = BoundedEnvironment()
    environment.filters["yaml"] = _yaml_scalar
    try:
        return rendered(environment.from_string(source), dict(values))
    except TemplateError as error:
        raise ConfigError(
            f"the template can't be rendered: {error.message or error}",
            hint="see which values a template may use: " + ", ".join(sorted(values)),
            path=path,
            line=getattr(error, "lineno", None),
        ) from error
    except _FAULTS as error:
        hint = "correct it, or remove it: the template that ships with idse takes its place"
        raise ConfigError(f"the template can't be rendered: {error}", hint=hint, path=path) from error


def _yaml_scalar(value: object) -> str:
    """A value as a YAML scalar that reads back as the same text, whatever characters it holds."""
    quoted = json.dumps(str(value), ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)
