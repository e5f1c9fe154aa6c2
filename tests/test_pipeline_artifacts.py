"""The pipeline's stages, their places in either layout, and the text of their templates."""

from __future__ import annotations

import re
from typing import Dict

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from idse_core.errors import ConfigError, UsageError
from idse_core.pipeline_artifacts import Layout, PipelineArtifacts, Stage, TemplateValues, detect_layout
from idse_core.templates import packaged_source

MARKER = "[REQUIRES INPUT]"
HOSTILE_TITLES = [
    "Customer portal",
    "quotes \" and ' and ` and \\",
    "braces {{ title }} {% raw %} {# x #} { }",
    "# heading",
    "<!-- comment -->",
    "```",
    "- list: [a, b] & *c | >d",
    "two\nlines",
    "two\r\nlines",
    "many\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029lines",
    "nul \x00 escape \x1b[31m delete \x7f high \x9b",
    "byte order \ufeff mark, noncharacters \uffff \ufffe",
    "half a pair \ud83d",
    "\U0001f680 日本語 e\u0301",
    ".*+?()[]^$|",
    "",
    "null",
    "x" * 5000,
]
titles = pytest.mark.parametrize("title", HOSTILE_TITLES, ids=lambda title: ascii(title)[:30])
stages = pytest.mark.parametrize("stage", list(Stage), ids=str)


def values(title: str, **others: str) -> TemplateValues:
    return TemplateValues(title, "shop", "auth-login")._replace(**others)


# ----------------------------------------------------------------------------------------------- stages and layouts


def test_stages_come_in_pipeline_order() -> None:
    names = ["intent", "context", "spec", "plan", "tasks", "implementation", "feedback"]
    assert [str(stage) for stage in Stage] == names
    assert [stage.position for stage in Stage] == list(range(7))
    assert Stage.INTENT.earlier == ()
    assert Stage.PLAN.earlier == (Stage.INTENT, Stage.CONTEXT, Stage.SPEC)


@stages
def test_a_stage_is_recognised_however_it_is_typed(stage: Stage) -> None:
    assert Stage.parse(f" {stage.value.upper()} ") is stage


@pytest.mark.parametrize("text", ["", "specs", "spec.md", "0"])
def test_an_unknown_stage_is_answered_with_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError, match="there is no stage") as caught:
        Stage.parse(text)
    assert "intent, context, spec, plan, tasks, implementation, feedback" in caught.value.hint


def test_layouts_are_the_documented_ones() -> None:
    assert [Layout.FLAT.path(stage) for stage in Stage] == [
        "intent.md",
        "context.md",
        "spec.md",
        "plan.md",
        "tasks.md",
        "implementation/README.md",
        "feedback/feedback.md",
    ]
    assert [Layout.NESTED.path(stage) for stage in Stage] == [
        "intents/intent.md",
        "contexts/context.md",
        "specs/spec.md",
        "plans/plan.md",
        "tasks/tasks.md",
        "implementation/README.md",
        "feedback/feedback.md",
    ]
    assert (Layout.FLAT.other, Layout.NESTED.other) == (Layout.NESTED, Layout.FLAT)


@pytest.mark.parametrize("layout", list(Layout))
def test_a_layout_is_detected_from_any_one_of_its_own_files(layout: Layout) -> None:
    for stage in Stage:
        top = layout.path(stage).split("/")[0]
        same_in_both = layout.path(stage) == layout.other.path(stage)
        assert detect_layout([top, "metadata", "notes.txt"]) is (None if same_in_both else layout)
    assert detect_layout([]) is None


# ---------------------------------------------------------------------------------------------------------- rendering


@stages
@titles
def test_every_template_renders_with_any_title_and_is_still_untouched(stage: Stage, title: str) -> None:
    artifacts = PipelineArtifacts()
    for others in ({}, {"stack": title}, {"project": title, "session_id": title}):
        text = artifacts.render(stage, values(title, **others))
        assert artifacts.is_untouched(stage, text)
        text.encode("utf-8")


@pytest.mark.parametrize("stage", [Stage.CONTEXT, Stage.SPEC], ids=str)
@settings(max_examples=25, deadline=None)
@given(title=st.text(max_size=30), stack=st.text(max_size=20))
@example(title="\n#", stack="\r")
def test_rendering_with_any_text_changes_no_line_of_the_template(stage: Stage, title: str, stack: str) -> None:
    artifacts = PipelineArtifacts()
    text = artifacts.render(stage, values(title, stack=stack))
    plain = artifacts.render(stage, values("T", stack="S" if stack.strip() else stack))
    assert len(text.split("\n")) == len(plain.split("\n"))
    assert artifacts.is_untouched(stage, text)


@titles
def test_the_agent_profile_holds_the_title_exactly(title: str) -> None:
    text = PipelineArtifacts().render(Stage.SPEC, values(title))
    block = re.search(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    profile = yaml.safe_load(block.group(1))
    heading = text.split("\n")[0]
    assert heading == f"# Specification: {profile['name']}"
    assert profile["id"] == profile["source_session"] == "auth-login"
    assert profile["source_blueprint"] == "__blueprint__"
    if "\n" not in title and title.isprintable():
        assert profile["name"] == title


@stages
def test_every_section_of_a_new_artifact_waits_for_input(stage: Stage) -> None:
    text = PipelineArtifacts().render(stage, values("T"))
    first, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    assert len(sections) >= 2
    assert first.startswith("# ")
    assert [section.split("\n")[0] for section in sections if MARKER not in section] == []


def test_a_new_session_has_all_seven_artifacts_as_utf8() -> None:
    rendered = PipelineArtifacts().render_all(values("Zürich \ud800"))
    assert list(rendered) == list(Stage)
    assert all("Zürich" in data.decode("utf-8") for data in rendered.values())


def test_the_stack_is_filled_in_where_it_is_known() -> None:
    artifacts = PipelineArtifacts()
    assert "- Languages and frameworks: Django 5" in artifacts.render(Stage.CONTEXT, values("T", stack="Django 5"))
    assert f"- Languages and frameworks: {MARKER}" in artifacts.render(Stage.CONTEXT, values("T"))


# ---------------------------------------------------------------------------------------------- what is still untouched


@stages
def test_one_edited_line_is_noticed(stage: Stage) -> None:
    artifacts = PipelineArtifacts()
    lines = artifacts.render(stage, values("T")).split("\n")
    filled_in = {
        number
        for number, source in enumerate(packaged_source(stage.value).split("\n"))
        if "{{" in source  # there a session's own values stand, so any value is the template's
    }
    for number, line in enumerate(lines):
        if not line.strip() or number in filled_in:
            continue
        for edited in ([line + "x"], [line.replace(line.strip()[-1], "", 1)], [], [line, line], [line, "more"]):
            text = "\n".join([*lines[:number], *edited, *lines[number + 1 :]])
            assert not artifacts.is_untouched(stage, text), (number, edited)


@stages
def test_what_editors_do_by_themselves_is_no_edit(stage: Stage) -> None:
    artifacts = PipelineArtifacts()
    text = artifacts.render(stage, values("T"))
    assert artifacts.is_untouched(stage, text.replace("\n", "\r\n"))
    assert artifacts.is_untouched(stage, text.replace("\n", "  \n"))
    assert artifacts.is_untouched(stage, text.rstrip())
    assert artifacts.is_untouched(stage, text + "\n\n\n")
    assert artifacts.is_untouched(stage, text.replace("\n\n", "\n\n\n"))


@stages
def test_an_empty_text_or_another_stages_template_is_not_this_template(stage: Stage) -> None:
    artifacts = PipelineArtifacts()
    assert not artifacts.is_untouched(stage, "")
    others = [artifacts.render(other, values("T")) for other in Stage if other is not stage]
    assert not any(artifacts.is_untouched(stage, text) for text in others)


@stages
def test_every_section_of_a_new_artifact_is_untouched_and_an_edited_one_is_not(stage: Stage) -> None:
    artifacts = PipelineArtifacts()
    text = artifacts.render(stage, values("T", stack="Django"))
    sections = _sections(text)
    sections.pop(next(iter(sections)))  # the title is the session's, not the template's
    assert sections
    for heading, body in sections.items():
        assert artifacts.section_is_untouched(stage, heading, body), heading
        assert not artifacts.section_is_untouched(stage, heading, body + "\nmore\n")
        assert not artifacts.section_is_untouched(stage, heading + " 2", body)


def _sections(text: str) -> Dict[str, str]:
    """Heading text → what stands below it, up to the next heading of any level."""
    outside_code = re.sub(
        r"^```.*?^```$", lambda match: match.group().replace("\n#", "\n~"), text, flags=re.MULTILINE | re.DOTALL
    )
    parts = re.split(r"^#+ (.*)\n", outside_code, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


# ------------------------------------------------------------------------------------------------ a workspace's own


def test_an_override_is_used_and_recognised_and_so_is_the_packaged_one() -> None:
    override = "# Why: {{ title }}\n\n## Reason for {{ project }}\n\n[REQUIRES INPUT] Say.\n\n## More\n\nText\n"
    own = PipelineArtifacts({Stage.INTENT: override}, {Stage.INTENT: ".idse/templates/intent.md"})
    text = own.render(Stage.INTENT, values("T"))
    assert text == "# Why: T\n\n## Reason for shop\n\n[REQUIRES INPUT] Say.\n\n## More\n\nText\n"
    packaged = PipelineArtifacts().render(Stage.INTENT, values("T"))
    assert own.is_untouched(Stage.INTENT, text)
    assert own.is_untouched(Stage.INTENT, packaged)
    assert not PipelineArtifacts().is_untouched(Stage.INTENT, text)
    assert own.section_is_untouched(Stage.INTENT, "More", "\nText\n")
    assert own.render(Stage.PLAN, values("T")) == PipelineArtifacts().render(Stage.PLAN, values("T"))


def test_the_fingerprint_changes_with_every_override() -> None:
    prints = {
        PipelineArtifacts(overrides).fingerprint
        for overrides in ({}, {Stage.INTENT: "a"}, {Stage.INTENT: "b"}, {Stage.PLAN: "a"}, {Stage.INTENT: ""})
    }
    assert len(prints) == 5
    assert PipelineArtifacts().fingerprint == PipelineArtifacts({}).fingerprint


def test_a_broken_override_is_named_with_its_file() -> None:
    own = PipelineArtifacts({Stage.PLAN: "# ok\n\n{% if %}\n"}, {Stage.PLAN: ".idse/templates/plan.md"})
    with pytest.raises(ConfigError, match="the template can't be rendered") as caught:
        own.render(Stage.PLAN, values("T"))
    assert caught.value.location == ".idse/templates/plan.md:3"
    assert "session_id" in caught.value.hint
