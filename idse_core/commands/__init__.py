"""The commands, one module per group. The tables determine what `idse --help` lists, in this order."""

from __future__ import annotations

from typing import Dict, Tuple

__all__ = ["BUILT_IN", "GROUPS"]

BUILT_IN: Dict[str, str] = {
    "init": "idse_core.commands.init:init",
    "status": "idse_core.commands.status:status",
    "validate": "idse_core.commands.validate:validate",
    "trace": "idse_core.commands.trace:trace",
    "spawn": "idse_core.commands.spawn:spawn",
    "switch": "idse_core.commands.spawn:switch",
    "session": "idse_core.commands.session:session",
    "project": "idse_core.commands.project:project",
    "accept": "idse_core.commands.state:accept",
    "state": "idse_core.commands.state:state",
    "next": "idse_core.commands.next:next_command",
    "guard": "idse_core.commands.guard:guard",
    "sync": "idse_core.commands.sync:sync",
    "agents": "idse_core.commands.agents:agents",
    "compile": "idse_core.commands.compile:compile_group",
    "rules": "idse_core.commands.rules:rules",
    "doctor": "idse_core.commands.doctor:doctor",
    "migrate": "idse_core.commands.migrate:migrate",
    "completion": "idse_core.commands.completion:completion",
    "help": "idse_core.commands.help:help_command",
}
"""Command name → ``module:attribute``; a module is imported when its command is used."""

GROUPS: Dict[str, Tuple[str, ...]] = {
    "Begin and look": ("init", "status", "tui"),
    "Sessions": ("spawn", "switch", "session", "project", "accept"),
    "Checks": ("validate", "trace", "rules"),
    "Agents": ("next", "guard", "agents", "compile"),
    "Team": ("sync", "agency"),
    "Care": ("doctor", "state", "migrate", "completion", "help"),
}
"""Heading → names of commands. A command that is not in it comes from another package, and is listed last."""
