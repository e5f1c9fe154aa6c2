"""Rendering templates that nobody trusts, and recognising what they made."""

from __future__ import annotations

import sys

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from idse_core.errors import ConfigError
from idse_core.pipeline_artifacts import Stage
from idse_core.templates import (
    is_earlier_document,
    is_earlier_section,
    normalised_lines,
    outline,
    packaged_source,
    render,
)

VALUES = {"title": "T", "project": "p"}

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ title.__init__.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__class__ }}",
    "{{ '{0.__class__}'.format(title) }}",
    "{{ '{0.__class__}'.format_map({'0': title}) }}",
    "{{ (lambda: 1)() }}",
    "{{ title.format.__self__ }}",
    "{{ [].append.__self__.__class__ }}",
    "{{ {}.update({'a': 1}) }}",
    "{{ dict().pop('a') }}",
    "{{ [1].append(2) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{{ open('/etc/passwd').read() }}",
    "{{ environment }}",
    "{{ config }}",
    "{{ unknown.attribute }}",
    "{{ title.unknown }}",
    "{{ 1 / 0 }}",
    "{{ title + 1 }}",
    "{{ [][1] }}",
    "{{ 'x' * 10 ** 15 }}",
    "{{ range(10 ** 9) }}",
    "{{ title|unknown }}",
    "{{ title",
    "{% if title %}",
    "{% for x in y %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_a_template_that_leaves_the_sandbox_or_breaks_is_a_configuration_error(source: str) -> None:
    with pytest.raises(ConfigError, match="can't be rendered") as caught:
        render(f"# {{{{ title }}}}\n{source}\n", VALUES, path=".idse/templates/plan.md")
    assert caught.value.path == ".idse/templates/plan.md"


def test_values_are_filled_in_and_never_rendered_themselves() -> None:
    values = {"title": "{{ 1 + 1 }}{% raw %}", "project": "<b>&"}
    assert render("{{ title }} {{ project }}\n", values, path="x") == "{{ 1 + 1 }}{% raw %} <b>&\n"


def test_line_ends_and_a_final_newline_stay() -> None:
    assert render("a\n\n{{ title }}\n", VALUES, path="x") == "a\n\nT\n"
    assert render("{{ title }}", VALUES, path="x") == "T"


@given(text=st.text(max_size=20))
@example(text="\x85\u2028\u2029\ufeff\x7f\x80\x9f\ufffe\uffff")
@example(text='"\\/\n\r\t\x00\x1f')
@example(text="\U0001f680")
@example(text="\ud800")
@example(text="null")
def test_the_yaml_filter_writes_what_reads_back_the_same(text: str) -> None:
    rendered = render("key: {{ title | yaml }}\n", {"title": text}, path="x")
    assert yaml.safe_load(rendered) == {"key": text}
    assert rendered.count("\n") == 1


# -------------------------------------------------------------------------------------------------------- recognising


def test_a_filled_in_line_matches_any_value_and_nothing_else_around_it() -> None:
    known = outline("# {{ title }} (by {{ project }})\n\nfixed\n")
    assert known.is_untouched("# a (b) (by c)\nfixed")
    assert not known.is_untouched("# a (by c) more\nfixed")
    assert not known.is_untouched("# a (by c)\nfixed.")
    assert not known.is_untouched("# a (by c)")
    assert not known.is_untouched("fixed\n# a (by c)")


def test_lines_that_hold_only_statements_leave_nothing_behind() -> None:
    source = "{# why #}\n{% if title %}{# both #}\n# {{ title }}\n{% endif %}\nend\n"
    assert outline(source).is_untouched(render(source, VALUES, path="x"))


def test_a_statement_inside_a_line_may_leave_anything() -> None:
    source = "a {% if title %}b{% endif %} c\n{% if project %}x{% endif %}\n- {# note #}end\n"
    rendered = render(source, VALUES, path="x")
    assert rendered == "a b c\nx\n- end\n"
    assert outline(source).is_untouched(rendered)
    assert not outline(source).is_untouched(rendered + "more\n")
    assert not outline(source).is_untouched(rendered.replace("end", "edited"))


@pytest.mark.parametrize("stack", ["", "Django", "   "])
def test_a_value_that_is_empty_is_still_the_templates_own(stack: str) -> None:
    source = "# {{ title }}\n\nStack: {{ stack }}\n\n{{ stack }}\n{{ stack }} is used\n{{ stack }}\nend\n"
    rendered = render(source, {"title": "T", "stack": stack}, path="x")
    assert outline(source).is_untouched(rendered)
    assert not outline(source).is_untouched(rendered + "more")
    assert not outline(source).is_untouched(rendered.replace("end", ""))


def test_characters_that_mean_something_in_patterns_are_literal() -> None:
    known = outline("a.b*c (x) {{ title }} [y]\n")
    assert known.is_untouched("a.b*c (x) T [y]")
    assert not known.is_untouched("aXbbc x T y")


def test_sections_end_at_the_next_heading_of_any_level_and_code_is_no_heading() -> None:
    known = outline("# A\n\none\n\n```sh\n# not a heading\n```\n\n### B ###\ntwo\n## {{ title }}\nthree\n## C\n")
    assert known.section_is_untouched("A", "one\n```sh\n# not a heading\n```\n")
    assert known.section_is_untouched("B", "two\n")
    assert known.section_is_untouched("C", "")
    assert not known.section_is_untouched("B", "two\n## T\nthree\n")
    assert not known.section_is_untouched("D", "")


def test_blank_lines_and_white_space_around_lines_never_count() -> None:
    assert normalised_lines("\n a \r\n\r\n\tb\n") == ("a", "b")


@pytest.mark.parametrize("stage", list(Stage), ids=str)
def test_every_packaged_template_is_one_heading_and_then_sections(stage: Stage) -> None:
    source = packaged_source(stage.value)
    assert source.startswith("# ")
    assert source.endswith("\n")
    assert "\r" not in source
    assert len(outline(source).sections) == len(set(outline(source).sections))


def test_our_own_templates_are_not_taken_for_the_earlier_tools() -> None:
    assert not any(is_earlier_document(packaged_source(stage.value)) for stage in Stage)
    assert not is_earlier_document("")
    assert not is_earlier_section("Overview", "")
    assert not is_earlier_section("", "\ud800")


WITHOUT_END = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) if b < 0 %}{% endfor %}{% endfor %}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% for x in 'ab' recursive %}{% if loop.depth < 60 %}{{ loop('ab') }}{% endif %}{% endfor %}",
    "{% for a in range(99999) %}{% set x = range(99999)|list|sum %}{% endfor %}",
    "{{ lipsum(n=99999999) }}",
    "{{ 9 ** (9 ** 9) }}",
    "{{ 'x' * 10 ** 9 }}",
    "{{ [[0] * 99999] * 99999 * 9 * 9 }}",
    "{% set n = namespace(x=9) %}{% for i in range(64) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{% set t = 'x' * 99999 %}{% for i in range(9999) %}{{ t }}{% endfor %}",
]


@pytest.mark.parametrize("source", WITHOUT_END)
def test_a_template_comes_to_an_end(source: str) -> None:
    traced = sys.gettrace()

    with pytest.raises(ConfigError, match="can't be rendered") as caught:
        render(source, VALUES, path="t.md")

    assert caught.value.path == "t.md"
    assert sys.gettrace() is traced


def test_what_a_template_needs_is_far_from_the_bounds() -> None:
    rows = "{% for a in range(50) %}{% for b in range(50) %}| {{ a * b }} {% endfor %}|\n{% endfor %}"

    assert len(render(f"{rows}{{{{ '=' * 80 }}}}{{{{ 2 ** 10 }}}}", VALUES, path="t.md").splitlines()) == 51
