"""What stands on the screen, as plain functions."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Dict, List

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.session_metadata import SessionType
from idse_core.stage_state_model import StageState
from idse_core.validation.report import Counts
from idse_tui.actions import ACTIONS, Panel, Situation, cli_line, find, obstacle
from idse_tui.clipboard import tool_for
from idse_tui.editor import choose_editor, editor_arguments
from idse_tui.glyphs import ASCII, UNICODE, GlyphSet
from idse_tui.key_names import DEFAULT_KEYS, key_name
from idse_tui.look import look_of, plain_look
from idse_tui.presentation.ages import age
from idse_tui.presentation.explaining import help_text
from idse_tui.presentation.findings import Grouping, Level, Scope, finding_line, finding_rows, findings_in, place_of
from idse_tui.presentation.header import Liveness, header_line
from idse_tui.presentation.matching import positions, rank, score, words
from idse_tui.presentation.news import good_news
from idse_tui.presentation.pipeline import compact_line, pipeline_lines, stage_at
from idse_tui.presentation.sessions import TreeRow, ancestors, parse_filter, session_line, tree_rows
from idse_tui.presentation.switching import session_items
from idse_tui.presentation.texts import cursor_style, pointed, readable
from idse_tui.reference import reference_page
from idse_tui.remembered import Remembered, keep, recall
from idse_tui.rendering import Renderer, split
from idse_tui.screen_actions import CONFLICT_ACTIONS, FILTER_ACTIONS, FIND_ACTIONS, PLAN_ACTIONS, SCREEN_ACTIONS
from idse_tui.settings import parse_settings
from idse_tui.themes import THEMES
from idse_tui.view import ProjectView

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
LOOK = plain_look()


# Words


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-22T12:00:00Z", "just now"),
        ("2026-11-22T11:59:20Z", "40 s ago"),
        ("2026-11-22T10:00:00", "2 h ago"),
        ("2026-11-20T12:00:00+00:00", "2 d ago"),
        ("2025-01-02T00:00:00Z", "2025-01-02"),
        ("yesterday", "yesterday"),
    ],
)
def test_ages(moment: str, expected: str) -> None:
    assert age(moment, NOW) == expected


def test_every_word_of_a_query_must_match() -> None:
    candidates = ["001-auth-session", "002-auth-token", "session-log"]
    assert rank("auth sess", candidates) == [0]
    assert rank("sess", candidates) == [2, 0]
    assert rank("", candidates) == [0, 1, 2]
    assert rank("ats", candidates) == [0]
    assert score(words("zzz"), "auth") is None
    assert positions("au to", "auth-token") == (0, 1, 5, 6)


@pytest.mark.parametrize(("key", "name"), [("ctrl+o", "Ctrl+o"), ("slash", "/"), ("f1", "F1"), ("q", "q"), ("A", "A")])
def test_keys_are_named_as_people_read_them(key: str, name: str) -> None:
    assert key_name(key) == name


# Sessions


def test_the_tree_follows_lineage_and_folds(view: ProjectView) -> None:
    rows = tree_rows(view, parse_filter(""), frozenset())
    assert [(row.key, row.depth) for row in rows] == [
        ("__blueprint__", 0),
        ("auth-login", 1),
        ("audit-trail", 2),
        ("billing", 1),
        ("export-csv", 1),
    ]
    folded = tree_rows(view, parse_filter(""), frozenset(["auth-login"]))
    assert "audit-trail" not in [row.key for row in folded]
    assert [row.key for row in tree_rows(view, parse_filter(""), frozenset(["__blueprint__"]))] == ["__blueprint__"]


def test_archived_sessions_are_shown_on_demand(view: ProjectView) -> None:
    rows = tree_rows(view, parse_filter("", ["archived"]), frozenset())
    assert "spike-passkeys" in [row.key for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("audit", ["audit-trail"]),
        ("portal log", ["auth-login"]),
        ("is:failing", ["auth-login", "audit-trail", "billing"]),
        ("status:complete", ["export-csv"]),
        ("tag:inv is:failing", ["billing"]),
        ("type:blue", ["__blueprint__"]),
    ],
)
def test_filters_keep_what_matches_and_what_leads_to_it(view: ProjectView, text: str, expected: list[str]) -> None:
    rows = tree_rows(view, parse_filter(text), frozenset(["__blueprint__", "auth-login"]))
    assert [row.key for row in rows if not row.dim] == expected
    for row in rows:
        above = ancestors(view.nodes, row.key)
        assert set(above) <= {other.key for other in rows}


def test_before_metadata_is_read_the_tree_is_a_list() -> None:
    view = ProjectView(sessions=("a", "b"))
    assert tree_rows(view, parse_filter(""), frozenset()) == (TreeRow("a", 0), TreeRow("b", 0))


@pytest.mark.parametrize("width", [16, 30, 60])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_a_session_row_fills_its_width_exactly(view: ProjectView, width: int, glyphs: GlyphSet) -> None:
    line = session_line(TreeRow("auth-login", 1, parent=True, opened=True), view, plain_look(glyphs), width)
    assert line.cell_len == width
    assert glyphs.current in line.plain


def test_the_switcher_begins_with_recent_sessions(view: ProjectView) -> None:
    items, texts = session_items(view, ("export-csv", "gone"), LOOK)
    assert len(texts) == len(items)
    assert [item.key for item in items][:2] == ["export-csv", "__blueprint__"]
    assert "spike-passkeys" not in [item.key for item in items]


def test_tree_switcher_header_and_filter_count_alike(view: ProjectView) -> None:
    """Findings of the project that stand at a session are counted with its own."""
    whole = view.reports["billing"].findings[0]
    for severity, tree, said in (
        (Severity.ERROR, "2✗", "2 errors"),
        (Severity.WARNING, "1!", "1 warning"),
        (Severity.INFO, "1i", "1 info"),
        (None, "✓", "✓ passing"),
    ):
        own = () if severity is not Severity.ERROR else view.reports["billing"].findings
        found = (whole._replace(severity=severity),) if severity else ()
        known = view.examined((view.reports["billing"]._replace(findings=own),), {"billing": Counts.of(own)}, {})
        known = known.judged(found)
        assert tree in session_line(TreeRow("billing", 0), known, LOOK, 40).plain
        assert session_items(known, ("billing",), LOOK)[0][0].right[-1][0] == said
        live = Liveness(watching=True, checking=False)
        line = header_line(known, "billing", live, LOOK, width=120, now=NOW).plain
        assert said.split()[0] in line.split()
        failing = [row.key for row in tree_rows(known, parse_filter("is:failing"), frozenset()) if not row.dim]
        assert ("billing" in failing) is (severity is Severity.ERROR)


# Pipeline, header


@pytest.mark.parametrize("width", [40, 58, 78, 86, 140])
def test_pipeline_lines_fit(view: ProjectView, width: int) -> None:
    lines = pipeline_lines(view, "auth-login", Stage.SPEC, LOOK, width, cursor=Style())
    assert len(lines) == 4
    assert all(line.cell_len <= width for line in lines)
    assert compact_line(view, "auth-login", Stage.SPEC, LOOK, width, cursor=Style()).cell_len <= width


def test_the_pipeline_says_state_agent_and_next_step(view: ProjectView) -> None:
    text = "\n".join(line.plain for line in pipeline_lines(view, "auth-login", Stage.SPEC, LOOK, 120, cursor=Style()))
    assert "◐ 2 open" in text
    assert "● completed" in text
    assert "Claude Code" in text
    assert "next  spec: fill in 2 open markers" in text


def test_a_state_has_one_name_where_there_is_room(view: ProjectView) -> None:
    report = view.reports["auth-login"]
    spec = report.stages[Stage.SPEC]._replace(state=StageState.IN_PROGRESS, open_markers=0, errors=3)
    stages = {**report.stages, Stage.SPEC: spec}
    changed = view._replace(reports={**view.reports, "auth-login": report._replace(stages=stages)})
    for width in (82, 140):
        for stage, word in ((Stage.SPEC, "in progress"), (Stage.INTENT, "completed"), (Stage.TASKS, "pending")):
            _, states, detail, _ = pipeline_lines(changed, "auth-login", stage, LOOK, width, cursor=Style())
            assert detail.plain.startswith(f" {stage.value}  {word}")
        assert "◐ 3 ✗" in states.plain
        assert ("● completed" if width >= 84 else "● done ") in states.plain
        assert "working" not in states.plain


def test_a_place_is_named_by_its_file(view: ProjectView) -> None:
    found = [item for item in view.findings("auth-login") if item.stage in {Stage.SPEC, Stage.IMPLEMENTATION}]
    assert {place_of(item).split(":")[0] for item in found} == {"spec.md", "README.md"}


def test_a_column_belongs_to_a_stage() -> None:
    assert [stage_at(column, 70) for column in (0, 9, 10, 69, 200)] == [
        Stage.INTENT,
        Stage.INTENT,
        Stage.CONTEXT,
        Stage.FEEDBACK,
        Stage.FEEDBACK,
    ]


@pytest.mark.parametrize("width", [30, 60, 80, 120, 200])
def test_the_header_fits_and_tells_whether_we_are_live(view: ProjectView, width: int) -> None:
    line = header_line(view, "auth-login", Liveness(watching=True, checking=False), LOOK, width=width, now=NOW)
    assert line.cell_len <= width
    assert "live" in line.plain
    reason = Liveness(reason="too many folders")
    assert "not live: too many" in header_line(view, "auth-login", reason, LOOK, width=120, now=NOW).plain


def test_the_header_says_archived_and_read_only(view: ProjectView) -> None:
    live = Liveness(watching=True, checking=False)
    archived = next(key for key, item in view.metadata.items() if item.archived)
    line = header_line(view, archived, live, LOOK, width=120, now=NOW).plain
    assert f"{archived}  archived; a takes it out again" in line
    assert "looking" not in line
    line = header_line(view, "billing", live._replace(read_only=True), LOOK, width=120, now=NOW).plain
    assert "● live · read-only" in line
    assert "billing  looking " in line
    assert "Space" not in line
    assert f"{archived}  archived " in header_line(view, archived, live, LOOK, width=80, now=NOW).plain


@pytest.mark.parametrize(("conflicts", "words"), [(0, "synced"), (1, "1 conflict"), (12, "12 conflicts")])
def test_the_header_tells_conflicts_rather_than_the_last_sync(view: ProjectView, conflicts: int, words: str) -> None:
    live = Liveness(watching=True, checking=False)
    line = header_line(view, "auth-login", live, LOOK, width=120, now=NOW, conflicts=conflicts)
    assert words in line.plain
    assert ("synced" in line.plain) == (not conflicts)


def test_good_news_are_told_once(view: ProjectView) -> None:
    report = view.reports["billing"]
    passing = view.examined((report._replace(findings=()),), {report.session: report._replace(findings=()).counts}, {})
    assert good_news(view, passing, "billing", UNICODE) == "✓ billing is passing now"
    assert not good_news(passing, passing, "billing", UNICODE)
    assert not good_news(passing, view, "billing", UNICODE)


# Findings


def test_scopes_levels_and_groups(view: ProjectView) -> None:
    stage = findings_in(view, Scope.STAGE, "auth-login", Stage.SPEC)
    session = findings_in(view, Scope.SESSION, "auth-login", Stage.SPEC)
    project = findings_in(view, Scope.PROJECT, "auth-login", Stage.SPEC)
    assert 0 < len(stage) < len(session) < len(project)
    errors = finding_rows(session, level=Level.ERRORS, grouping=Grouping.NONE)
    assert errors
    assert all(row.finding and row.finding.severity is Severity.ERROR for row in errors)
    grouped = finding_rows(session, level=Level.ALL, grouping=Grouping.RULE)
    assert grouped[0].finding is None
    assert sum(row.finding is not None for row in grouped) == len(session)
    assert len({row.key for row in grouped}) == len(grouped)
    assert len(finding_rows(session, level=Level.ALL, grouping=Grouping.NONE, query="spec003")) == 1


@pytest.mark.parametrize("width", [20, 58, 86, 160])
@pytest.mark.parametrize("scope", list(Scope))
def test_a_finding_fits_and_has_its_sign_and_word(view: ProjectView, width: int, scope: Scope) -> None:
    rows = finding_rows(findings_in(view, scope, "auth-login", Stage.SPEC), level=Level.ALL, grouping=Grouping.NONE)
    line = finding_line(rows[0], LOOK, width, scope)
    assert line.cell_len <= width
    assert line.plain[0] in UNICODE.severities.values()
    assert width < 60 or "error" in line.plain


# Artifacts


TEXT = """---
id: 1
---
# Title

One
two.

- a
- b

| x | y |
|---|---|
| 1 | 2 |

```python
a = 1
b = 2
```

<!-- note -->
"""


def test_blocks_know_their_lines() -> None:
    blocks = split(readable(TEXT))
    lines = TEXT.split("\n")
    assert [(block.kind, lines[block.first - 1]) for block in blocks] == [
        ("fence", "---"),
        ("heading1", "# Title"),
        ("paragraph_open", "One"),
        ("list_item_open", "- a"),
        ("list_item_open", "- b"),
        ("table_open", "| x | y |"),
        ("fence", "```python"),
        ("html_block", "<!-- note -->"),
    ]


@pytest.mark.parametrize("width", [10, 40, 100])
def test_every_strip_fits_and_knows_its_line(width: int) -> None:
    renderer = Renderer(width, LOOK)
    last = 0
    for block in split(readable(TEXT + "\n" + "long words " * 40 + "漢字" * 30)):
        rendered = renderer.render(block)
        assert len(rendered.strips) == len(rendered.lines)
        assert all(strip.cell_length <= width for strip in rendered.strips)
        assert list(rendered.lines) == sorted(rendered.lines)
        assert rendered.lines[0] >= last
        last = rendered.lines[-1]


def test_code_lines_are_exact() -> None:
    fence = next(block for block in split(readable(TEXT)) if block.text.startswith("```python"))
    rendered = Renderer(60, LOOK).render(fence)
    found = {strip.text.strip(): line for strip, line in zip(rendered.strips, rendered.lines)}
    assert found["b = 2"] == TEXT.split("\n").index("b = 2") + 1


def test_what_is_read_is_harmless_and_keeps_its_lines() -> None:
    text = readable("a\r\nb\x1b[0m\rc\u202e\td")
    assert text.split("\n") == ["a", "b\\x1b[0m", "c\\u202e  d"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_help_says_what_every_sign_means_and_takes_keys_from_the_keymap(glyphs: GlyphSet) -> None:
    keys = {action.id: f"<{action.id}>" for action in ACTIONS}
    text = help_text(plain_look(glyphs)._replace(keys=keys)).plain
    words = {
        **{glyphs.types[kind]: kind.value for kind in SessionType},
        **{glyphs.states[state]: state.value.replace("_", " ") for state in StageState},
        glyphs.stale: "stale",
        glyphs.archived: "archived",
        "2/7": "stages completed",
    }
    for sign, word in words.items():
        assert f"{sign} {word}" in text
    assert "<switch>, a few letters" in text
    assert "<push> pushes, <pull> pulls" in text
    assert max(map(len, text[text.index("Signs") :].split("\n"))) <= 70


@pytest.mark.parametrize(("width", "is_said"), [(76, True), (42, True), (29, False)])
def test_the_type_is_a_word_too_where_there_is_room(view: ProjectView, width: int, is_said: bool) -> None:
    archived = next(key for key, item in view.metadata.items() if item.archived)
    said = ("billing", "feature"), (archived, "exploratory, archived")
    for session, word in said if width > 60 else said[:1]:
        line = session_line(TreeRow(session, 1), view, LOOK, width)
        assert (f"{session}  {word}" in line.plain) is is_said
        assert line.cell_len == width


# Actions, settings, tools


def test_every_action_has_its_own_id_and_keys() -> None:
    ids = [action.id for action in (*ACTIONS, *SCREEN_ACTIONS)]
    assert len(set(ids)) == len(ids)
    panels = [[action for action in ACTIONS if not action.panels or panel in action.panels] for panel in Panel]
    for screen in (*panels, PLAN_ACTIONS, CONFLICT_ACTIONS, FIND_ACTIONS, FILTER_ACTIONS):
        keys = [key for action in screen for key in action.keys]
        assert len(set(keys)) == len(keys)
    taken = {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"}
    assert not taken & {action.keys[0] for action in ACTIONS}


def test_an_action_says_why_it_can_not_be_done_and_how_the_cli_does_it() -> None:
    situation = Situation(Panel.SESSIONS, "login", "plan", missing={"stale": "plan is not stale"})
    assert obstacle(find("accept"), situation) == "plan is not stale"
    assert not obstacle(find("validate"), situation)
    assert cli_line(find("accept"), situation) == "idse accept plan --session login"


def test_settings_are_read_and_mistakes_told() -> None:
    good = parse_settings(b'{"tui": {"theme": "x", "glyphs": "ascii", "keys": {"switch": "ctrl+t"}}}', shown="f")
    assert (good.theme, good.glyphs, dict(good.keys), good.problems) == ("x", ASCII, {"switch": "ctrl+t"}, ())
    bad = parse_settings(b'{"tui": {"glyphs": "emoji", "keys": {"fly": "f", "edit": 3}, "colour": 1}}', shown="f")
    assert len(bad.problems) == 4
    assert bad.glyphs is UNICODE
    assert parse_settings(b"{", shown="f").problems
    assert parse_settings(b'{"tui": []}', shown="f").problems
    assert parse_settings(b'{"agency": {}}', shown="f").problems == ()


@pytest.mark.parametrize(
    ("keys", "expected", "problems"),
    [
        ({"quit": "s"}, {}, ["f: 'tui.keys.quit': 's' is the key of 'switch' already"]),
        ({"new": "flurb"}, {}, ["f: 'tui.keys.new': there is no key 'flurb'"]),
        ({"new": "Ctrl+T"}, {}, ["f: 'tui.keys.new': there is no key 'Ctrl+T'; 'ctrl+t' is one"]),
        ({"new": "ctrl+t, ?"}, {}, ["f: 'tui.keys.new': 'question_mark' is the key of 'keys' already"]),
        ({"quit": "s", "switch": "q"}, {"quit": "s", "switch": "q"}, []),
        (
            {"quit": "s", "switch": "flurb"},
            {},
            [
                "f: 'tui.keys.switch': there is no key 'flurb'",
                "f: 'tui.keys.quit': 's' is the key of 'switch' already",
            ],
        ),
        ({"new": "f9, &"}, {"new": "f9,ampersand"}, []),
        ({"new": "x"}, {}, ["f: 'tui.keys.new': 'x' is the key of 'explain' already"]),
        ({"find": "ctrl+f"}, {"find": "ctrl+f", "filter": "slash"}, []),
        ({"take-ours": "1", "plan-go": "y"}, {"take-ours": "1", "plan-go": "y"}, []),
        ({"make-current": "x"}, {"make-current": "x", "explain": "x"}, []),
        ({"new": "€, ctrl+ä"}, {"new": "euro_sign,ctrl+ä"}, []),
        ({"new": "a b"}, {}, ["f: 'tui.keys.new': there is no key 'a b'"]),
        ({"new": "ctrl+"}, {}, ["f: 'tui.keys.new': there is no key 'ctrl+'"]),
        ({"new": "j"}, {}, ["f: 'tui.keys.new': 'j' moves in lists"]),
        ({"new": "escape"}, {}, ["f: 'tui.keys.new': 'escape' clears and closes"]),
        ({"take-ours": "ctrl+z"}, {}, ["f: 'tui.keys.take-ours': 'ctrl+z' suspends the app"]),
        ({"find-next": "ctrl+d", "plan-go": "enter"}, {"find-next": "ctrl+d", "plan-go": "enter"}, []),
        ({"take-ours": "t"}, {}, ["f: 'tui.keys.take-ours': 't' is the key of 'take-theirs' already"]),
    ],
)
def test_keys_that_are_none_or_taken_are_told_and_left_out(
    keys: Dict[str, str], expected: Dict[str, str], problems: List[str]
) -> None:
    found = parse_settings(json.dumps({"tui": {"keys": keys}}).encode(), shown="f")
    assert dict(found.keys) == expected
    assert list(found.problems) == problems


def test_every_key_of_the_registry_is_one() -> None:
    keys = {action.id: ",".join(action.keys) for action in (*ACTIONS, *SCREEN_ACTIONS)}
    found = parse_settings(json.dumps({"tui": {"keys": keys}}).encode(), shown="f")
    assert (dict(found.keys), found.problems) == (keys, ())


def test_what_is_remembered_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / ".idse"
    folder.mkdir()
    state = Remembered("login", "spec", "outline", "project", "x", "idse-light", ("a", "b"))
    assert recall(folder, "shop") == Remembered()
    assert keep(folder, "shop", state)
    assert keep(folder, "other", Remembered("x"))
    assert recall(folder, "shop") == state
    (folder / ".local" / "tui.json").write_text('{"shop": {"session": 3, "recent": "x"}}')
    assert recall(folder, "shop") == Remembered()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("vim", ["vim", "+7", "/x/spec.md"]),
        ("nvim -p", ["nvim", "-p", "+7", "/x/spec.md"]),
        ("/usr/bin/nano", ["/usr/bin/nano", "+7", "/x/spec.md"]),
        ("hx", ["hx", "/x/spec.md:7"]),
        ("code", ["code", "--wait", "--goto", "/x/spec.md:7"]),
        ("code -w", ["code", "-w", "--goto", "/x/spec.md:7"]),
        ("'my editor' --flag", ["my editor", "--flag", "/x/spec.md"]),
    ],
)
def test_editors_are_told_the_line(command: str, expected: list[str]) -> None:
    assert editor_arguments(command, Path("/x/spec.md"), 7) == expected


def test_the_editor_is_the_configured_one_then_visual_then_editor() -> None:
    assert choose_editor({"VISUAL": "a", "EDITOR": "b"}, "c") == "c"
    assert choose_editor({"VISUAL": "a", "EDITOR": "b"}) == "a"
    assert choose_editor({"EDITOR": "b"}) == "b"


def test_over_ssh_the_terminal_copies() -> None:
    assert tool_for({"SSH_CONNECTION": "x", "DISPLAY": ":0"}, "linux") is None
    assert tool_for({}, "linux") is None


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_gives_a_look_in_which_severities_differ(theme: object) -> None:
    styles = look_of(theme, UNICODE, DEFAULT_KEYS).styles  # type: ignore[arg-type]
    assert len({styles[name].color for name in ("error", "warning", "success", "text")}) == 4


def test_the_reference_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "tui.md"
    assert page.read_text(encoding="utf-8") == reference_page(), "python -m idse_tui.reference > docs/reference/tui.md"


@pytest.mark.parametrize("colours", ["256", "truecolor"])
def test_the_cursor_is_the_themes_where_grounds_can_be_told_apart(colours: str) -> None:
    style = Style(bgcolor="#202020")
    assert cursor_style(style, colours) == cursor_style(style, colours, focused=False) == style


def test_with_sixteen_colours_the_cursor_is_one_plain_bar_where_the_keys_go() -> None:
    row, ground = Strip([Segment("a", Style(color="red")), Segment("b", Style(color="blue"))]), Style(color="white")
    bar = pointed(row, cursor_style(Style(bgcolor="#202020"), "standard"), ground)
    assert {piece.style for piece in bar} == {Style(color="white", reverse=True, bold=True)}
    elsewhere = pointed(row, cursor_style(Style(bgcolor="#202020"), "standard", focused=False), ground)
    assert [piece.style for piece in elsewhere] == [
        Style(color="red", underline=True),
        Style(color="blue", underline=True),
    ]


def test_with_sixteen_colours_the_selected_stage_is_one_plain_bar(view: ProjectView) -> None:
    look = look_of(THEMES[0], UNICODE, DEFAULT_KEYS)
    cursor = cursor_style(Style(), "standard")
    for line in pipeline_lines(view, "auth-login", Stage.SPEC, look, 100, cursor=cursor)[:2]:
        segments = [*line.render(Console())]
        bar = [piece for piece in segments if piece.style and piece.style.reverse]
        assert bar
        assert all(piece.style and piece.style.color is None for piece in bar)
