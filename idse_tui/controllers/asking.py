"""Asking and telling: the switcher, the palette, keys, help, the rule's explanation, the log, what is to come."""

from __future__ import annotations

import shlex
from functools import partial
from typing import Callable, Dict, Optional, Sequence, Tuple

from rich.text import Text
from textual.binding import Binding

from idse_core.errors import IdseError
from idse_tui.actions import ACTIONS, Action, Group, Situation, cli_line, obstacle
from idse_tui.controllers.doing import Doing
from idse_tui.controllers.following import Following
from idse_tui.controllers.moving import Moving
from idse_tui.dialogs.notice import Notice
from idse_tui.dialogs.picker import Picked, Picker
from idse_tui.host_app import host_of
from idse_tui.key_names import key_name
from idse_tui.main_host import MainHost
from idse_tui.messages import Failed
from idse_tui.presentation.chips import ARCHIVED
from idse_tui.presentation.explaining import explanation, help_text, log_text
from idse_tui.presentation.projects import project_items
from idse_tui.presentation.rows import PickItem
from idse_tui.presentation.switching import session_items
from idse_tui.projects import choose_project, projects_in
from idse_tui.themes import THEMES
from idse_tui.view import ProjectView
from idse_tui.widgets.own_keys import own_keys

__all__ = ["Asking"]

_PALETTE = (Group.SESSIONS, Group.DOING, Group.LOOKING, Group.SYNC, Group.APP, Group.MOVING)
"""The palette begins with what has no obvious key."""


_KEY = 9
"""Cells of the column with the keys."""


class Asking:
    """The actions that open a dialog.

    Args:
        screen: the main screen.
        following: what reads the project.
        moving: what remembers where we were.
        doing: what switches sessions, and opens the editor.
    """

    def __init__(self, screen: MainHost, following: Following, moving: Moving, doing: Doing) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._moving = moving
        self._doing = doing
        self._listed: Optional[ProjectView] = None  # what the switcher was filled from

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {
            "switch": self._switch,
            "project": self._project,
            "palette": self._palette,
            "keys": self._keys,
            "help": self._help,
            "explain": self._explain,
            "log": self._log,
            "theme": self._theme,
        }

    # Picking

    def _switch(self) -> None:
        screen = self._screen
        items, texts = self._sessions()
        picker = Picker(
            "Switch session",
            items,
            screen.look,
            texts=texts,
            hint="Enter makes it current",
            peeking=True,
        )
        picker.follow(screen.drawn, self._sessions_now)
        screen.app.push_screen(picker, self._switched)

    def _sessions(self) -> Tuple[Sequence[PickItem], Sequence[str]]:
        """What can be switched to, and what each is searched by; archived ones as far as the tree shows them."""
        state = self._state
        self._listed = state.view
        return session_items(state.view, state.recent, self._screen.look, archived=ARCHIVED in state.chips)

    def _sessions_now(self) -> Optional[Tuple[Sequence[PickItem], Sequence[str]]]:
        """The same again; None when nothing has changed since."""
        return None if self._state.view is self._listed else self._sessions()

    def _switched(self, picked: Optional[Picked]) -> None:
        screen = self._screen
        if picked is None:
            return
        archived = self._state.view.about(picked.key).archived
        if archived or self._only_looks(picked) or picked.key == self._state.view.current:
            self._moving.remember_place()
            screen.go_to_session(picked.key)
            if archived and not picked.peek:
                out = f"{screen.look.keys['archive']} takes it out"
                screen.tell(f"{picked.key} is archived; {out}, so that it can be made current")
        else:
            self._doing.switch(picked.key)

    def _only_looks(self, picked: Picked) -> bool:
        """Whether what was picked is only to be looked at, because somebody wants that or nothing else can be done."""
        problem = self._screen.situation.missing.get("writable", "")
        if problem and not picked.peek:
            self._screen.tell(f"{problem}: only looking", severity="warning")
        return picked.peek or bool(problem)

    def _project(self) -> None:
        screen = self._screen
        items = project_items(projects_in(screen.workspace.store), screen.workspace.project, screen.look)
        hint = "Enter makes it the default"
        picker = Picker("Open project", items, screen.look, hint=hint, peeking=True, start=screen.workspace.project)
        screen.app.push_screen(picker, self._project_picked)

    def _project_picked(self, picked: Optional[Picked]) -> None:
        screen = self._screen
        if picked is None or (picked.peek and picked.key == screen.workspace.project):
            return
        line = f"idse project switch {shlex.quote(picked.key)}"
        log = [*self._state.command_log]
        if not self._only_looks(picked):
            try:
                choose_project(screen.workspace.folder, picked.key)
            except IdseError as error:
                screen.post_message(Failed(error, line))
                return
            log.append(line)
        workspace = screen.workspace.sibling(picked.key)
        host_of(screen).open_project(workspace, log)

    def _palette(self) -> None:
        screen = self._screen
        ordered = sorted(ACTIONS, key=lambda action: _PALETTE.index(action.group))
        items = [self._command(action) for action in ordered if action.id != "palette"]
        items.sort(key=lambda item: item.faint)
        screen.app.push_screen(Picker("Commands", items, screen.look, hint="Enter runs it"), self._run)

    def _command(self, action: Action) -> PickItem:
        situation = self._screen.situation
        problem = obstacle(action, situation)
        right = ((problem or cli_line(action, situation), "warning" if problem else "code"),)
        return PickItem(action.id, action.label, action.help, right, self._lead(action), faint=bool(problem))

    def _keys(self) -> None:
        """What has the focus and its keys first, then those of the panel; what can't be done now comes last."""
        screen, situation = self._screen, self._screen.situation
        widget = screen.focused
        own = {f"own {binding.id}": binding for binding in own_keys(widget)}
        valid = [action for action in ACTIONS if not action.panels or situation.panel in action.panels]
        valid.sort(key=lambda action: tuple(Group).index(action.group))
        items = [self._own_key(key, binding) for key, binding in own.items()]
        items += [self._key(action, situation) for action in valid]
        items.sort(key=lambda item: item.faint)

        def run(picked: Optional[Picked]) -> None:
            binding = own.get(picked.key) if picked else None
            if binding is None or widget is None:
                self._run(picked)
            else:
                screen.call_later(widget.run_action, binding.action)

        screen.app.push_screen(Picker("Keys", items, screen.look, hint="Enter runs one"), run)

    def _own_key(self, key: str, binding: Binding) -> PickItem:
        first, *others = (key_name(name, self._screen.look.glyphs) for name in binding.key.split(","))
        return PickItem(key, binding.description, _also(others), (("here", "muted"),), f"{first:<{_KEY}}")

    def _key(self, action: Action, situation: Situation) -> PickItem:
        problem = obstacle(action, situation)
        right = (problem or action.group.value, "warning" if problem else "muted")
        return PickItem(action.id, action.help, "", (right,), self._lead(action), faint=bool(problem))

    def _lead(self, action: Action) -> str:
        """The column with the action's key."""
        return f"{self._screen.look.keys[action.id]:<{_KEY}}"

    def _run(self, picked: Optional[Picked]) -> None:
        if picked is not None:
            self._screen.action_run(picked.key)

    def _theme(self) -> None:
        screen = self._screen
        names = [theme.name for theme in THEMES]
        names += sorted(name for name in screen.app.available_themes if name not in names and "ansi" not in name)
        items = [PickItem(name, name) for name in names]
        picker = Picker("Themes", items, screen.look, start=screen.app.theme)
        screen.app.push_screen(picker, self._take_theme)

    def _take_theme(self, picked: Optional[Picked]) -> None:
        if picked is not None:
            self._screen.app.theme = picked.key

    # Telling

    def _notice(self, title: str, body: Text) -> None:
        self._screen.app.push_screen(Notice(title, body))

    def _help(self) -> None:
        self._notice("Help", help_text(self._screen.look, tuple(self._state.view.problems.values())))

    def _log(self) -> None:
        self._notice("What was done, as commands", log_text(self._state.command_log, self._screen.look))

    def _explain(self) -> None:
        screen, finding = self._screen, self._screen.finding
        if finding is not None:
            rules = self._following.reader.engine.rules
            body = explanation(finding, rules, screen.look)
            edit = partial(self._doing.edit_finding, finding) if finding.path else None
            screen.app.push_screen(Notice(f"{finding.rule} {finding.name}", body, edit=edit))


def _also(keys: Sequence[str]) -> str:
    """The other keys that mean the same."""
    return f"also {' '.join(keys)}" if keys else ""
