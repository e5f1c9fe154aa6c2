"""The instructions for agents: short, the same for every tool, and mainly which `idse` command answers what."""

from __future__ import annotations

__all__ = ["CHECK_COMMAND", "CURSOR_RULE", "NEXT_COMMAND", "WORKFLOW"]

WORKFLOW = """\
## How work goes here: IDSE

This repository keeps intent, context, specification, plan, tasks, implementation report and feedback of each piece of
work as Markdown below `.idse/`. The command `idse` knows what comes next and what is wrong; ask it, don't guess.

1. Before any work, run `idse next --json`. Read every file that it lists under `read`. Write only the file under
   `write`, so that it meets each of the `rules`; in the stage `implementation` write the code too, where it belongs.
2. Before you write a file, run `idse guard --agent ID --path FILE`, where ID is your id in `idse agents list`. Exit code
   9 means no, and the message says what to do instead.
3. After you have written, run `idse validate --json --through STAGE` and settle every error in your stage.
4. `[REQUIRES INPUT]` marks what a person has to answer. Ask; never invent the answer, never just delete the marker.
5. Never edit `session_state.json`, `CURRENT_SESSION`, `agent_registry.json` or `metadata/`: `idse` writes those.

`idse status` shows where every stage stands.
"""

_NEXT = """\
This is what `idse` says about the next step:

!`idse next --json`

Read every file under `read`. Then write the file under `write` so that it meets each of the rules. Where a fact is
missing that only a person can give, ask for it, and leave `[REQUIRES INPUT]` in its place until you have the answer.
When you are done, run the command under `check` and settle what it finds.

$ARGUMENTS
"""

NEXT_COMMAND = f"""\
---
description: Do the next step of the IDSE pipeline
argument-hint: [what to pay attention to]
allowed-tools: Bash(idse next:*), Bash(idse validate:*), Bash(idse status:*), Bash(idse guard:*)
---

{_NEXT}"""

CHECK_COMMAND = """\
---
description: Check the current IDSE session and settle its errors
allowed-tools: Bash(idse validate:*), Bash(idse status:*), Bash(idse rules:*), Bash(idse guard:*)
---

These are the findings of `idse`:

!`idse validate --format concise || true`

Settle the errors, the earliest stage first: each finding names file, line and what to do. `idse rules explain RULE` says
why a rule exists. Answers that only a person can give are theirs: list them as questions. $ARGUMENTS
"""

CURSOR_RULE = f"""\
---
description: How work goes in this repository: the IDSE pipeline, and where to ask what comes next
globs:
alwaysApply: true
---

{WORKFLOW}"""
