"""``table-shape``: a section's table has its columns, and its cells have allowed values."""

from __future__ import annotations

from dataclasses import field
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

from idse_core.constitution_rules import Reach
from idse_core.markdown import Cell, Section, Table, plain_title
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import ParameterError, Parameters
from idse_core.validation.kinds.values import Number


class Params(Parameters):
    """What the table looks like. Rules read tables; nothing ever writes them.

    Attributes:
        under: headings of the section; a document without such a section is not checked.
        columns: column name → other names that are accepted. All of them must be there, in any order, among others.
        non_empty: columns whose cells must not be empty.
        vocabulary: column → the values that its cells may have, case ignored.
        min_rows: the least number of rows.
    """

    under: Tuple[str, ...]
    columns: Mapping[str, Tuple[str, ...]]
    non_empty: Tuple[str, ...] = ()
    vocabulary: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    min_rows: Number = 1

    def __post_init__(self) -> None:
        for key, named in (("non_empty", self.non_empty), ("vocabulary", self.vocabulary)):
            for column in named:
                if column not in self.columns:
                    hint = f"the columns are {', '.join(self.columns) or 'none'}; here they go by their first names"
                    place = (key, column) if key == "vocabulary" else (key,)
                    raise ParameterError(f"'{column}' is not one of the columns", *place, hint=hint)


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for a missing table, for every missing column, and for every wrong cell."""
    for section in artifact.sections_called(params.under)[:1]:
        table = _table(artifact, section)
        if table is None:
            if section.heading is not None:
                yield artifact.hit(section.start, section.heading.end, "no table", problem="has no table")
        else:
            yield from _check_table(params, artifact, table)


def _table(artifact: ArtifactFacts, section: Section) -> Optional[Table]:
    tables = (table for table in artifact.document.tables if section.body_start <= table.start < section.full_end)
    return next(tables, None)


def _check_table(params: Params, artifact: ArtifactFacts, table: Table) -> Iterator[Hit]:
    indices = _indices(params, table)
    header_end = table.header[-1].end if table.header else table.end
    for column in params.columns:
        if column not in indices:
            yield artifact.hit(table.start, header_end, column, problem=f"has no column '{column}'")
    if len(table.rows) < params.min_rows:
        problem = f"has {len(table.rows)} of at least {params.min_rows} rows"
        yield artifact.hit(table.start, header_end, "rows", problem=problem)
    for row in table.rows:
        yield from _check_row(params, artifact, indices, row)


def _indices(params: Params, table: Table) -> Dict[str, int]:
    header = [plain_title(cell.text) for cell in table.header]
    found: Dict[str, int] = {}
    for column, aliases in params.columns.items():
        names = [plain_title(name) for name in (column, *aliases)]
        position = next((header.index(name) for name in names if name in header), None)
        if position is not None:
            found[column] = position
    return found


def _check_row(
    params: Params, artifact: ArtifactFacts, indices: Mapping[str, int], row: Tuple[Cell, ...]
) -> Iterator[Hit]:
    label = next((cell.text for cell in row[1:] if cell.text), row[0].text if row else "")
    for column, index in indices.items():
        cell = row[index] if index < len(row) else None
        for problem in _cell_problems(params, column, "" if cell is None else cell.text):
            start = row[0].start if cell is None else cell.start
            yield artifact.hit(start, start + 1, f"{label} {column}", problem=f"row '{label}': {problem}")


def _cell_problems(params: Params, column: str, text: str) -> List[str]:
    if not text:
        return [f"'{column}' is empty"] if column in params.non_empty else []
    allowed = params.vocabulary.get(column, ())
    if allowed and text.casefold() not in {word.casefold() for word in allowed}:
        return [f"'{column}' is '{text}', which is none of {', '.join(allowed)}"]
    return []


KIND = Kind("table-shape", Reach.FILE, Params, check, ("problem",), minima=("min_rows",))
