"""THE registry of actions: footer, help, palette, keymap and the reference page are all made from it."""

from __future__ import annotations

from enum import Enum
from typing import Dict, FrozenSet, Mapping, NamedTuple, Tuple

__all__ = ["ACTIONS", "Action", "Group", "Panel", "Situation", "cli_line", "find", "obstacle"]


class Group(str, Enum):
    """The headings of help and reference."""

    MOVING = "Moving"
    LOOKING = "Looking"
    SESSIONS = "Sessions"
    DOING = "Doing"
    SYNC = "Sync"
    FILTER = "While typing a filter"
    FIND = "While finding in an artifact"
    PLAN = "In a plan of push or pull"
    CONFLICT = "In a conflict"
    APP = "App"


class Panel(str, Enum):
    """The panels of the main screen, in the order of their numbers."""

    SESSIONS = "sessions"
    PIPELINE = "pipeline"
    ARTIFACT = "artifact"
    FINDINGS = "findings"


class Action(NamedTuple):
    """One thing that can be done.

    Attributes:
        keys: default keys in Textual's spelling, the shown one first; users may map others by ``id``.
        label: a word or two, for the footer.
        help: one sentence.
        cli: the command line that does the same, with ``{session}``, ``{stage}``, ``{rule}``, ``{requirement}``; empty when
            there is none.
        footer: how much it deserves a place in the footer; 0 for none.
        panels: where it makes sense; empty for everywhere.
        needs: what must be there: ``project``, ``session``, ``finding``, ``stale``, ``writable``, ``other`` (not the
            current one), ``projects`` (others than this one), ``bases`` (something else to compare with),
            ``requirement``.
    """

    id: str
    keys: Tuple[str, ...]
    label: str
    help: str
    group: Group
    cli: str = ""
    footer: int = 0
    panels: FrozenSet[Panel] = frozenset()
    needs: Tuple[str, ...] = ()


class Situation(NamedTuple):
    """What is on the screen now, as far as actions depend on it.

    Attributes:
        missing: what is not there, by the names of ``Action.needs``; each with the sentence that says so.
    """

    panel: Panel = Panel.SESSIONS
    session: str = ""
    stage: str = ""
    rule: str = ""
    requirement: str = ""
    missing: Mapping[str, str] = {}


def _on(*panels: Panel) -> FrozenSet[Panel]:
    return frozenset(panels)


_M, _L, _S, _D, _Y, _A = Group.MOVING, Group.LOOKING, Group.SESSIONS, Group.DOING, Group.SYNC, Group.APP
_SESSION, _FINDING = ("session",), ("session", "finding")

ACTIONS: Tuple[Action, ...] = (
    Action("panel-1", ("1",), "sessions", "Go to the sessions.", _M),
    Action("panel-2", ("2",), "pipeline", "Go to the pipeline.", _M),
    Action("panel-3", ("3",), "artifact", "Go to the artifact; again: its next tab.", _M),
    Action("panel-4", ("4",), "findings", "Go to the findings; again: the next scope.", _M),
    Action("next-panel", ("tab",), "next panel", "Go to the next panel.", _M),
    Action("previous-panel", ("shift+tab",), "previous panel", "Go to the previous panel.", _M),
    Action(
        "next-finding",
        ("right_square_bracket",),
        "next finding",
        "Go to the next finding.",
        _M,
        footer=20,
        needs=_SESSION,
    ),
    Action("previous-finding", ("left_square_bracket",), "previous finding", "Go to the previous finding.", _M),
    Action("next-stage", ("greater_than_sign",), "next stage", "Show the next stage's artifact.", _M),
    Action("previous-stage", ("less_than_sign",), "previous stage", "Show the previous stage's artifact.", _M),
    Action("back", ("backspace", "ctrl+o"), "back", "Go back to where you were before.", _M),
    Action("go-current", ("asterisk",), "current session", "Look at the current session.", _M),
    Action(
        "filter",
        ("slash",),
        "filter",
        "Filter the sessions, or in panel 4 the findings, as you type.",
        _L,
        footer=60,
        panels=_on(Panel.SESSIONS, Panel.PIPELINE, Panel.FINDINGS),
    ),
    Action(
        "find",
        ("slash",),
        "find",
        "Find words in the artifact, as you type; a capital letter means only capital ones.",
        _L,
        footer=92,
        panels=_on(Panel.ARTIFACT),
        needs=_SESSION,
    ),
    Action("add-filter", ("plus",), "filter by", "Filter the sessions by status, type, owner or findings.", _L),
    Action("only-failing", ("F",), "only failing", "Show only sessions with errors, or all again.", _L),
    Action("archived", ("H",), "archived", "Show archived sessions too, or hide them.", _L),
    Action("severity", ("f",), "severity", "Show all findings, errors and warnings, or errors only.", _L),
    Action("grouping", ("o",), "group", "List findings in order, by rule, or by file.", _L),
    Action(
        "explain",
        ("x",),
        "explain",
        "Explain the finding's rule: what it is for, how it is settled.",
        _L,
        footer=85,
        panels=_on(Panel.FINDINGS, Panel.ARTIFACT),
        needs=_FINDING,
    ),
    Action("next-tab", ("t",), "next tab", "Show the artifact's next tab: read, diff, outline, trace.", _L),
    Action(
        "compare",
        ("b",),
        "compare with",
        "In the tab Diff: compare with the last commit, or with the last sync.",
        _L,
        footer=83,
        panels=_on(Panel.ARTIFACT),
        needs=("session", "bases"),
    ),
    Action(
        "switch",
        ("s",),
        "switch session",
        "Find a session by a few letters and make it the current one.",
        _S,
        cli="idse switch SESSION",
        footer=90,
        needs=_SESSION,
    ),
    Action(
        "make-current",
        ("space",),
        "make current",
        "Make the session that you look at the current one.",
        _S,
        cli="idse switch {session}",
        footer=70,
        needs=("session", "other", "writable"),
        panels=_on(Panel.SESSIONS),
    ),
    Action(
        "new",
        ("n",),
        "new session",
        "Create a session with the full pipeline.",
        _S,
        cli="idse spawn ID --parent {session}",
        footer=40,
        needs=("project", "writable"),
    ),
    Action(
        "archive",
        ("a",),
        "archive",
        "Archive the session: put it away; or restore an archived one: take it out again.",
        _S,
        cli="idse session archive {session}",
        needs=("session", "writable"),
    ),
    Action(
        "metadata",
        ("m",),
        "metadata",
        "Set the session's title, type, status and owner.",
        _S,
        cli="idse session set {session}",
        needs=("session", "writable"),
    ),
    Action(
        "project",
        ("O",),
        "open project",
        "Open another project of this workspace.",
        _S,
        cli="idse project switch PROJECT",
        needs=("projects",),
    ),
    Action("edit", ("e",), "edit", "Open the artifact in your editor, at the line.", _D, footer=95, needs=_SESSION),
    Action(
        "validate",
        ("v",),
        "validate",
        "Validate the session and record the verdict.",
        _D,
        cli="idse validate --session {session}",
        footer=50,
        needs=("session", "writable"),
    ),
    Action(
        "accept",
        ("A",),
        "accept stage",
        "Confirm that a stale stage still holds.",
        _D,
        cli="idse accept {stage} --session {session}",
        needs=("session", "stale", "writable"),
    ),
    Action(
        "trace-accept",
        ("R",),
        "accept requirement",
        "In the tab Trace: confirm that criteria and tasks still hold for the requirement.",
        _D,
        cli="idse trace accept {requirement} --session {session}",
        footer=82,
        panels=_on(Panel.ARTIFACT),
        needs=("session", "requirement", "writable"),
    ),
    Action(
        "fix",
        ("full_stop",),
        "fix",
        "Apply the finding's fix, after a preview.",
        _D,
        cli="idse validate --session {session} --select {rule} --fix",
        footer=84,
        panels=_on(Panel.FINDINGS, Panel.ARTIFACT),
        needs=("session", "finding", "writable"),
    ),
    Action(
        "suppress",
        ("S",),
        "suppress",
        "Suppress the finding with a reason, after a preview.",
        _D,
        needs=("session", "finding", "writable"),
    ),
    Action(
        "compile",
        ("c",),
        "compile",
        "Compile the agent profile, after a preview.",
        _D,
        cli="idse compile agent-spec --session {session}",
        needs=_SESSION,
    ),
    Action("copy", ("y",), "copy", "Copy the finding, the path or the session's id.", _D, needs=_SESSION),
    Action(
        "push",
        ("p",),
        "push",
        "Push to the Agency Core: the plan first.",
        _Y,
        cli="idse sync push --session {session}",
        needs=_SESSION,
    ),
    Action(
        "pull",
        ("P",),
        "pull",
        "Pull from the Agency Core: the plan first.",
        _Y,
        cli="idse sync pull --session {session}",
    ),
    Action("conflicts", ("C",), "conflicts", "Resolve what changed on both sides.", _Y, cli="idse sync resolve"),
    Action("palette", ("colon", "ctrl+p"), "commands", "Find and run any command.", _A, footer=80),
    Action("keys", ("question_mark",), "keys", "The keys that are valid here; Enter runs one.", _A, footer=100),
    Action("help", ("f1",), "help", "What this app is, in a few lines.", _A),
    Action("log", ("L",), "command log", "What was done, as commands that can be pasted.", _A),
    Action("theme", ("T",), "theme", "Choose another theme.", _A),
    Action("reload", ("ctrl+r", "f5"), "reload", "Read everything anew.", _A),
    Action("quit", ("q",), "quit", "Leave.", _A, footer=99),
)
"""In the order of help and reference."""

_BY_ID: Dict[str, Action] = {action.id: action for action in ACTIONS}


def find(action_id: str) -> Action:
    """The action with this id.

    Raises:
        KeyError: there is none.
    """
    return _BY_ID[action_id]


def obstacle(action: Action, situation: Situation) -> str:
    """Why the action can't be done now, in one sentence; empty when it can."""
    return next((situation.missing[need] for need in action.needs if need in situation.missing), "")


def cli_line(action: Action, situation: Situation) -> str:
    """The command line that does the same; empty when there is none."""
    return action.cli.format(
        session=situation.session or "SESSION",
        stage=situation.stage or "STAGE",
        rule=situation.rule or "RULE",
        requirement=situation.requirement or "ID",
    )
