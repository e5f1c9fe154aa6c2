"""Traces as one self-contained HTML file: no script, no font, no picture; light and dark."""

from __future__ import annotations

from html import escape
from typing import List, Sequence, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import printable
from idse_core.reports.trace_words import MEANINGS, explain, note, summary
from idse_core.traceability import Reference, Requirement, SessionTrace, TraceStatus

__all__ = ["render_trace_html"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d5dae1; --dim: #57606a;
        --good: #116329; --warn: #7d4e00; --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --paper: #14171c; --line: #39414d; --dim: #9aa4b2;
          --good: #6fdd8b; --warn: #eac54f; --bad: #ff9492; }
}
body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
p, dd { color: var(--dim); } dt { font-weight: 600; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dd { margin: 0; } .table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .6rem; text-align: left; vertical-align: top; }
th { font-weight: 600; } tbody th { white-space: nowrap; } code { font-size: .9em; }
td small { display: block; color: var(--dim); overflow-wrap: anywhere; } td ul { margin: 0; padding: 0; list-style: none; }
.done, .covered { color: var(--good); } .waived { color: var(--dim); } .suspect { color: var(--warn); }
.uncovered, .duplicate, .orphaned { color: var(--bad); } .status { font-weight: 600; white-space: nowrap; }
"""
_GLYPHS = {
    TraceStatus.DONE: "●",
    TraceStatus.COVERED: "◐",
    TraceStatus.WAIVED: "\u2013",
    TraceStatus.SUSPECT: "↻",
    TraceStatus.UNCOVERED: "○",
    TraceStatus.DUPLICATE: "✗",
    TraceStatus.ORPHANED: "✗",
}
_HEADER = ("Requirement", "Status", "Says", "Criteria", "Plan", "Tasks", "Report")


def render_trace_html(traces: Sequence[Tuple[SessionTrace, SessionTrace]]) -> str:
    """Render the requirements of sessions; whatever a document says is text, never markup.

    Args:
        traces: for each session the whole trace, and the part that the call selected.
    """
    title = f"Requirements of {_text(traces[0][0].project)}" if traces else "Requirements"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
    ]
    for whole, shown in traces:
        lines += _session(whole, shown)
    return "\n".join([*lines, *_legend(), "</body>", "</html>"]) + "\n"


def _session(whole: SessionTrace, shown: SessionTrace) -> List[str]:
    said = _text(note(whole))
    remark = f". {said[0].upper()}{said[1:]}" if said else ""
    lines = ["<section>", f"<h2>{_text(whole.session)}</h2>", f"<p>{_text(summary(whole))}{remark}.</p>"]
    if shown.requirements:
        lines.append(f"<p><code>{_text(whole.paths[Stage.SPEC])}</code></p>")
        head = "".join(f'<th scope="col">{name}</th>' for name in _HEADER)
        lines += ['<div class="table">', "<table>", f"<thead><tr>{head}</tr></thead>", "<tbody>"]
        lines += [_row(shown, item) for item in shown.requirements]
        lines += ["</tbody>", "</table>", "</div>"]
    return [*lines, "</section>"]


def _row(trace: SessionTrace, item: Requirement) -> str:
    remark = explain(trace, item)
    says = _text(item.text) + (f"<small>{_text(remark)}</small>" if remark else "")
    home = _places(item.definitions)
    cells = [
        f'<th scope="row">{_text(item.id)}{f"<small>{home}</small>" if home else ""}</th>',
        f'<td class="status {item.status}"><span aria-hidden="true">{_GLYPHS[item.status]}</span> {item.status}</td>',
        f"<td>{says}</td>",
        *(f"<td>{_list(places)}</td>" for places in (item.criteria, item.plan, item.tasks, item.implementation)),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _places(places: Sequence[Reference]) -> str:
    return ", ".join(f"line {place.line}" for place in places)


def _list(places: Sequence[Reference]) -> str:
    return f"<ul>{''.join(f'<li>{_place(place)}</li>' for place in places)}</ul>" if places else "none"


def _place(place: Reference) -> str:
    if place.done is None:
        return _text(place.name)
    return f"{'☑' if place.done else '☐'} {_text(place.name)} ({'done' if place.done else 'open'})"


def _legend() -> List[str]:
    rows = [
        f'<dt class="{status}">{_GLYPHS[status]} {status}</dt><dd>{MEANINGS[status]}</dd>' for status in TraceStatus
    ]
    return ["<h2>What the statuses mean</h2>", "<dl>", *rows, "</dl>"]


def _text(text: str) -> str:
    return escape(printable(text))
