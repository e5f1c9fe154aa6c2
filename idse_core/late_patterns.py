"""Regular expressions that are compiled when they are first used.

To compile one takes a tenth of a millisecond or more, in every process. A module that serves many documents has patterns
for constructs that most of them lack, and a run that looks at one changed file has to be over before anybody waits.
"""

from __future__ import annotations

import re
from typing import Any, Pattern, Tuple, Union, cast

__all__ = ["late"]


class _Late:
    """Stands in for a pattern; each of its methods is taken over from the pattern when it is first asked for."""

    def __init__(self, given: Tuple[str, Union[int, re.RegexFlag]]) -> None:
        self._given = given

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever patterns have
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)  # from now on it costs what it costs with the pattern itself
        return found


def late(pattern: str, flags: Union[int, re.RegexFlag] = 0) -> Pattern[str]:
    """A pattern to be used like one that ``re.compile`` gave, by its methods and attributes."""
    return cast("Pattern[str]", _Late((pattern, flags)))
