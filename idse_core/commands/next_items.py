"""Converts the context pack to its JSON document."""

from __future__ import annotations

import re
from shlex import quote
from typing import Dict, List, Optional, Tuple

from idse_core.commands.json_items import agent_item
from idse_core.constitution_rules import SESSION, Rule
from idse_core.next_step import ContextPack, Reading
from idse_core.reports.documents import ContextPackDocument, ReadingItem, RuleItem
from idse_core.reports.findings_json import finding_item

__all__ = ["context_pack_document"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def context_pack_document(pack: ContextPack) -> ContextPackDocument:
    """The document of ``idse next --json``."""
    stage = pack.status.stage if pack.status else None
    where = f"--project {quote(pack.project)} --session {quote(pack.session)}"
    through = f" --through {stage}" if stage else ""
    return ContextPackDocument(
        project=pack.project,
        session_id=pack.session,
        title=pack.title,
        stage=stage.value if stage else None,
        state=pack.status.state.value if pack.status else None,
        why=pack.why,
        purpose=pack.purpose,
        agent=agent_item(pack.agent),
        read=[_reading(item) for item in pack.read],
        write=None if pack.write is None else _reading(pack.write),
        rules=[_rule(rule, pack) for rule in pack.rules],
        findings=[finding_item(item) for item in pack.findings],
        check=f"idse validate {where}{through} --json",
        then=f"idse next {where} --json",
    )


def _reading(item: Reading) -> ReadingItem:
    return ReadingItem(item.session, item.stage.value, item.path, item.digest, item.state.value, item.why)


def _rule(rule: Rule, pack: ContextPack) -> RuleItem:
    return RuleItem(
        id=rule.id,
        name=rule.name,
        article=rule.article,
        severity=rule.severity.value,  # type: ignore[arg-type]  # an active rule is never 'off'
        locked=rule.locked,
        fix=_filled(rule.fix, pack),
        docs=rule.docs.strip(),
        headings=_headings(rule),
        example=_example(rule, pack),
    )


def _example(rule: Rule, pack: ContextPack) -> str:
    """The first valid example with a text for this stage; rules about a session have one for each of its artifacts."""
    stage = pack.status.stage.value if pack.status else ""
    for example in rule.examples.valid:
        text: object = example.get(stage) if isinstance(example, dict) else example
        if isinstance(text, str):
            return text
    return ""


def _filled(fix: str, pack: ContextPack) -> str:
    """What to do, while there is no finding that would fill in the other placeholders."""
    stage: Optional[str] = pack.status.stage.value if pack.status else None
    known: Dict[str, str] = {"stage": stage or "stage", "first": "earlier stages", "changed": "an earlier stage"}
    known[SESSION] = quote(pack.session)
    for name, value in known.items():
        fix = fix.replace("{" + name + "}", value)
    return _PLACEHOLDER.sub(lambda match: match.group(1).upper(), fix)


def _headings(rule: Rule) -> List[str]:
    found: List[str] = []
    for name in ("heading", "aliases"):
        value = rule.params.get(name)
        items: Tuple[object, ...] = tuple(value) if isinstance(value, (list, tuple)) else (value,)
        found += [item for item in items if isinstance(item, str) and item not in found]
    return found
