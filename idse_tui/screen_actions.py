"""The registry's actions of fields and screens of their own: finding, the plan of a push or pull, and a conflict."""

from __future__ import annotations

from typing import Tuple

from idse_tui.actions import Action, Group

__all__ = ["CONFLICT_ACTIONS", "FILTER_ACTIONS", "FIND_ACTIONS", "PLAN_ACTIONS", "SCREEN_ACTIONS"]

_T, _F, _P, _C = Group.FILTER, Group.FIND, Group.PLAN, Group.CONFLICT

FILTER_ACTIONS: Tuple[Action, ...] = (
    Action("filter-keep", ("enter",), "keep", "Keep the filter, and go back to the panel.", _T, footer=90),
    Action("filter-clear", ("escape",), "clear", "Clear the filter, and go back to the panel.", _T, footer=100),
)

FIND_ACTIONS: Tuple[Action, ...] = (
    Action(
        "find-next", ("enter", "down"), "next", "Go to the next match; after the last one, to the first.", _F, footer=90
    ),
    Action("find-previous", ("up",), "previous", "Go to the match before.", _F, footer=80),
    Action("find-close", ("escape",), "close", "Stop finding, and stay here.", _F, footer=100),
)

PLAN_ACTIONS: Tuple[Action, ...] = (
    Action("plan-go", ("enter",), "go", "Do what the plan says.", _P, footer=100),
    Action(
        "plan-all", ("a",), "all sessions", "Plan for all sessions, or only for the one you look at.", _P, footer=80
    ),
    Action("plan-again", ("r",), "plan again", "Ask the Agency Core again.", _P, footer=40),
    Action("plan-pull", ("P",), "pull", "Plan a pull instead of the push.", _P, footer=60),
    Action("plan-push", ("p",), "push", "Plan a push instead of the pull.", _P, footer=59),
    Action("plan-conflicts", ("C",), "conflicts", "Resolve what changed on both sides.", _P, footer=70),
    Action(
        "plan-stop",
        ("escape",),
        "stop",
        "Stop what runs, with nothing half done; when nothing runs, close.",
        _P,
        footer=95,
    ),
    Action("plan-close", ("q",), "close", "Close; what runs goes on.", _P, footer=90),
)

CONFLICT_ACTIONS: Tuple[Action, ...] = (
    Action("take-ours", ("o",), "ours", "Take our lines for this hunk.", _C, footer=96),
    Action("take-theirs", ("t",), "theirs", "Take their lines for this hunk.", _C, footer=95),
    Action("take-both", ("b",), "both", "Take both for this hunk, ours first.", _C, footer=94),
    Action("edit-hunk", ("e",), "edit", "Edit this hunk in your editor.", _C, footer=93),
    Action("edit-whole", ("E",), "edit all", "Edit the whole merged text in your editor.", _C, footer=60),
    Action("all-ours", ("O",), "all ours", "Take our lines for every hunk that is open.", _C, footer=30),
    Action("all-theirs", ("T",), "all theirs", "Take their lines for every hunk that is open.", _C, footer=29),
    Action("reopen-hunk", ("x",), "reopen", "Leave this hunk undecided again.", _C),
    Action("next-hunk", ("n", "right_square_bracket"), "next", "Go to the next hunk.", _C, footer=80),
    Action("previous-hunk", ("p", "left_square_bracket"), "previous", "Go to the previous hunk.", _C, footer=50),
    Action("undo", ("u",), "undo", "Take the last decision back.", _C, footer=85),
    Action("redo", ("r", "ctrl+y"), "redo", "Do again what was taken back.", _C, footer=20),
    Action(
        "write-result",
        ("w",),
        "write",
        "Write the result, when every hunk is decided; the next push sends it.",
        _C,
        cli="idse sync resolve {stage} --session {session}",
        footer=98,
    ),
    Action("conflict-keys", ("question_mark",), "keys", "The keys of this screen; Enter runs one.", _C, footer=90),
    Action(
        "leave-conflict", ("escape", "q"), "leave", "Go back; decisions are kept until the app ends.", _C, footer=97
    ),
)

SCREEN_ACTIONS: Tuple[Action, ...] = (*FILTER_ACTIONS, *FIND_ACTIONS, *PLAN_ACTIONS, *CONFLICT_ACTIONS)
"""Their keys only count there."""
