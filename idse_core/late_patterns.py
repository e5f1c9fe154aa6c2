"""Regular expressions that are compiled on first use.

Compiling one takes a tenth of a millisecond or more, in every process. Modules hold patterns for constructs that most
documents lack, and a run that looks at one changed file has to end before anybody notices a wait.
"""

from __future__ import annotations

import re
from typing import Any, Pattern, Tuple, Union, cast

__all__ = ["late"]


class _Late:
    """Stands in for a pattern; each method is taken over from the compiled pattern on first use."""

    def __init__(self, given: Tuple[str, Union[int, re.RegexFlag]]) -> None:
        self._given = given

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a pattern has
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)  # from now on it costs what it costs on the pattern itself
        return found


def late(pattern: str, flags: Union[int, re.RegexFlag] = 0) -> Pattern[str]:
    """A pattern to be used like one from ``re.compile``, through its methods and attributes."""
    return cast("Pattern[str]", _Late((pattern, flags)))
