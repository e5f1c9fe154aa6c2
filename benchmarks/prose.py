"""Made-up prose for generated artifacts: sentences of a seeded random generator, with nothing vague or open."""

from __future__ import annotations

from random import Random
from typing import Iterator, List, Sequence

__all__ = ["Prose"]

_ACTORS = (
    "The clerk",
    "An accountant",
    "The nightly job",
    "Each client",
    "The mail gateway",
    "A reviewer",
    "The importer",
)
_ACTIONS = ("reads", "stores", "compares", "confirms", "rejects", "counts", "forwards", "signs", "lists", "locks")
_THINGS = (
    "the ledger rows of one period",
    "a mandate with its two signatures",
    "every open position of the branch",
    "the totals of the day before",
    "a delivery note without a customer number",
    "the address that the register holds",
    "each attachment above 4 MiB",
    "the receipts of the last 31 days",
)
_CONDITIONS = (
    "before the first batch starts at 05:30",
    "after 3 attempts within 10 minutes",
    "when the `import.lock` file is gone",
    "unless the branch is closed on that day",
    "as the [register](https://example.org/register) prescribes",
    "while *both* systems answer",
    "with the status `202` and a job number",
    "as long as the balance stays above 0",
)
_UNUSUAL = ("Größe und Maß bleiben gleich.", "Prüfung über 14 Tage.", "The café till is part of it — for now.")


class Prose:
    """Sentences, paragraphs, items and tables.

    Args:
        random: the source of every choice; the same seed gives the same text.
    """

    def __init__(self, random: Random) -> None:
        self._random = random

    def sentence(self) -> str:
        """One sentence of about 80 characters."""
        pick = self._random.choice
        text = f"{pick(_ACTORS)} {pick(_ACTIONS)} {pick(_THINGS)} {pick(_CONDITIONS)}."
        return f"{text} {pick(_UNUSUAL)}" if self._random.random() < 0.02 else text

    def paragraph(self, sentences: int = 3) -> str:
        """Sentences on a line each, as people's editors wrap them."""
        return "\n".join(self.sentence() for _ in range(sentences))

    def items(self, count: int, *, nested: bool = False) -> str:
        """A list; with ``nested`` every third item has one below it."""
        lines: List[str] = []
        for number in range(count):
            lines.append(f"- **{self._random.choice(_ACTIONS).title()}**: {self.sentence()}")
            if nested and number % 3 == 0:
                lines.append(f"  - {self.sentence()}")
        return "\n".join(lines)

    def table(self, header: Sequence[str], rows: int) -> str:
        """A pipe table."""
        lines = [" | ".join(header), "|".join("---" for _ in header)]
        lines += [" | ".join(self._cells(number, len(header))) for number in range(rows)]
        return "\n".join(f"| {line} |" for line in lines)

    def code(self, lines: int, language: str = "python") -> str:
        """A fenced block; what looks like an id or a heading in it is neither."""
        body = "\n".join(
            f"row_{number} = read(batch, {self._random.randint(1, 999)})  # FR-{number}" for number in range(lines)
        )
        return f"```{language}\n# settings\n{body}\n```"

    def _cells(self, number: int, count: int) -> Iterator[str]:
        yield f"Part{number + 1}"
        for _ in range(count - 1):
            yield self._random.choice(_THINGS)
