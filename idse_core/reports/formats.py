"""The formats of a validation report by name, all rendered from the same values.

Adding a renderer here is all it takes to add a format. A run needs one or two of them: their modules are imported when
they are used.
"""

from __future__ import annotations

from typing import Callable, Mapping, NamedTuple, Optional

from idse_core.constitution_rules import ConstitutionRules, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.styling import Style
from idse_core.validation.report import Report

__all__ = ["FORMATS", "STATISTICS", "Renderer", "View"]


class View(NamedTuple):
    """What a call validated, and what it wants to see of it.

    Attributes:
        report: the report with all findings.
        shown: the report with the findings that the call selected.
        rules: the rules in force.
        locate: converts a path relative to the folder that holds ``.idse`` to one that a person can open from where
            they are.
        locate_in_repository: converts it to one relative to the repository, which does not depend on where the call was
            made.
        style: how text looks on its stream.
        fail_on: the lowest severity that makes the run fail; None for never.
        through: the last stage that was validated; None for all.
        show_suppressed: whether suppressed and accepted findings are shown too, where a format has a place for them.
    """

    report: Report
    shown: Report
    rules: ConstitutionRules
    locate: Callable[[str], str]
    locate_in_repository: Callable[[str], str]
    style: Style
    fail_on: Optional[Severity]
    through: Optional[Stage]
    show_suppressed: bool = False


Renderer = Callable[[View], str]


def _text(view: View) -> str:
    from idse_core.reports.findings_text import render_text  # noqa: PLC0415  # see the module's docstring

    return render_text(view.shown, view.locate, view.style, show_suppressed=view.show_suppressed)


def _concise(view: View) -> str:
    from idse_core.reports.findings_text import render_concise  # noqa: PLC0415  # see the module's docstring

    return render_concise(view.shown, view.locate, show_suppressed=view.show_suppressed)


def _json(view: View) -> str:
    from idse_core.reports.documents import to_json  # noqa: PLC0415  # see the module's docstring
    from idse_core.reports.findings_json import validate_document  # noqa: PLC0415  # see the module's docstring

    return to_json(validate_document(view.report, view.shown, show_suppressed=view.show_suppressed))


def _sarif(view: View) -> str:
    from idse_core.reports.sarif import render_sarif  # noqa: PLC0415  # see the module's docstring

    return render_sarif(view.shown, view.rules, view.locate_in_repository, show_suppressed=view.show_suppressed)


def _junit(view: View) -> str:
    from idse_core.reports.junit import render_junit  # noqa: PLC0415  # see the module's docstring

    return render_junit(view.shown, view.locate_in_repository, fail_on=view.fail_on, through=view.through)


def _github(view: View) -> str:
    from idse_core.reports.github import render_github  # noqa: PLC0415  # see the module's docstring

    return render_github(view.shown, view.locate_in_repository)


def _gitlab(view: View) -> str:
    from idse_core.reports.gitlab import render_gitlab  # noqa: PLC0415  # see the module's docstring

    return render_gitlab(view.shown, view.locate_in_repository)


def _statistics_text(view: View) -> str:
    from idse_core.reports.rule_statistics import render_statistics  # noqa: PLC0415  # see the module's docstring

    return render_statistics(view.shown, view.style)


def _statistics_json(view: View) -> str:
    from idse_core.reports.documents import to_json  # noqa: PLC0415  # see the module's docstring
    from idse_core.reports.findings_json import statistics_document  # noqa: PLC0415  # see the module's docstring

    return to_json(statistics_document(view.shown))


FORMATS: Mapping[str, Renderer] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "gitlab": _gitlab,
}

STATISTICS: Mapping[str, Renderer] = {**FORMATS, "text": _statistics_text, "json": _statistics_json}
"""As ``FORMATS``, with counts instead of findings where a format has a place for them."""
