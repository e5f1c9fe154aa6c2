"""The context pack for people."""

from __future__ import annotations

from typing import Callable, List

from idse_core.next_step import ContextPack, Reading
from idse_core.printable import count
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import Style

__all__ = ["render_next"]

_SHOWN_FINDINGS = 10


def render_next(pack: ContextPack, style: Style, locate: Callable[[str], str]) -> str:
    """What to do next: a page that a person can act on, and read out to an agent.

    Args:
        pack: the context pack to show.
        style: how text looks on its stream.
        locate: converts a path of the workspace to one that can be opened from here.
    """
    title = style.paint(f"{quoted_path(pack.project)} {style.glyphs.into} {quoted_path(pack.session)}", "bold")
    if pack.status is None:
        return "\n".join([title, "", f"  {quoted(pack.why)}", *_findings(pack, locate)]) + "\n"
    agent = quoted(pack.agent.label) if pack.agent else f"nobody yet (idse agents for {pack.status.stage})"
    lines = [f"{title}  {style.paint(pack.status.stage.value, 'bold', 'cyan')}", ""]
    lines += [f"  why    {quoted(pack.why)}", f"  what   {pack.purpose}", f"  who    {agent}"]
    lines += [f"  read   {_reading(item, locate)}" for item in pack.read]
    lines += [f"  write  {_reading(pack.write, locate)}"] if pack.write else []
    lines += ["", f"  {style.paint('rules', 'bold')}"]
    lines += [f"  {rule.severity.value.ljust(8)} {rule.id.ljust(8)} {quoted(rule.name)}" for rule in pack.rules]
    lines += _findings(pack, locate)
    lines += ["", f"  then   idse validate --through {pack.status.stage}"]
    return "\n".join(lines) + "\n"


def _reading(item: Reading, locate: Callable[[str], str]) -> str:
    return f"{quoted_path(locate(item.path))}  ({quoted_path(item.session)}, {item.state.value.replace('_', ' ')})"


def _findings(pack: ContextPack, locate: Callable[[str], str]) -> List[str]:
    if not pack.findings:
        return []
    shown = pack.findings[:_SHOWN_FINDINGS]
    lines = ["", f"  {count(len(pack.findings), 'finding')} open now"]
    lines += [
        f"  {quoted_path(locate(item.path))}:{item.line}:{item.column} {item.rule} {quoted(item.message)}"
        for item in shown
    ]
    more = len(pack.findings) - len(shown)
    return [*lines, f"  and {more} more: idse validate"] if more else lines
