"""Whatever documents contain, a report shows it as text: to a terminal, a runner, an XML reader and a JSON reader."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, Iterator, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.constitution_rules import ConstitutionRules, Rule, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.formats import FORMATS, STATISTICS
from idse_core.reports.quoting import json_text, quoted, quoted_path, xml_quoted
from idse_core.validation.findings import Finding
from tests.reports.making import HOSTILE, RULES, finding, report, view
from tests.reports.reading import commands, junit, sarif

HARMLESS = frozenset("\u200c\u200d")
FEW = ConstitutionRules([RULES.get("SPEC003")], RULES.articles)
RENDERERS = {**FORMATS, **{f"{name} with statistics": STATISTICS[name] for name in ("text", "json")}}

texts = st.lists(
    st.sampled_from(HOSTILE) | st.text(alphabet=st.characters(exclude_categories=[]), max_size=20), max_size=3
).map("".join)

findings = st.builds(
    finding,
    message=texts,
    severity=st.sampled_from([Severity.ERROR, Severity.WARNING, Severity.INFO]),
    stage=st.none() | st.sampled_from(list(Stage)),
    line=st.integers(1, 10**6),
    path=texts,
    fix=texts,
    excerpt=texts,
    rule=st.sampled_from(["SPEC003", "TEAM1"]) | texts,
    name=texts,
)
reports = st.builds(
    lambda own, whole: report(*own, whole=[item._replace(session="", stage=None) for item in whole]),
    st.lists(findings, max_size=4),
    st.lists(findings, max_size=2),
)
rules = st.builds(
    lambda docs, fix, tag: ConstitutionRules(
        [
            Rule(
                "TEAM1",
                "team-rule",
                "III",
                "k",
                Severity.ERROR,
                "m",
                fix,
                docs=docs,
                tags=(tag, tag),
                params={"x": tag},
            )
        ]
    ),
    texts,
    texts,
    texts,
)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def controls(text: str) -> List[str]:
    """Characters that move a cursor, reverse text or are not characters at all."""
    return [
        character
        for character in text
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn"} and character not in HARMLESS | {"\n", "\t"}
    ]


@pytest.mark.parametrize("name", RENDERERS)
@given(made=reports)
def test_a_log_holds_no_command_of_a_document_and_nothing_that_moves_a_cursor(name: str, made: Any) -> None:
    text = RENDERERS[name](view(made, rules=FEW))

    expected = len(made.findings) if name == "github" else 0
    assert len(commands(text)) == expected
    assert controls(text) == []
    text.encode("utf-8")


@given(made=reports)
def test_each_finding_is_one_line(made: Any) -> None:
    for name in ("concise", "github"):
        assert len(FORMATS[name](view(made)).splitlines()) == len(made.findings)


@given(made=reports)
def test_an_annotation_has_the_properties_that_we_gave_it(made: Any) -> None:
    annotations = commands(FORMATS["github"](view(made)))
    assert len(annotations) == len(made.findings)
    for command, item in zip(annotations, made.findings):
        assert command.name in {"error", "warning", "notice"}
        assert list(command.properties) == ["file", "line", "col", "title"] or item.path == ""
        assert command.properties["line"] == str(item.line)
        assert controls(command.message + command.properties["title"]) == []


@given(made=reports, rules=rules)
def test_sarif_stays_valid_and_says_the_same_number_of_things(made: Any, rules: ConstitutionRules) -> None:
    run = sarif(FORMATS["sarif"](view(made, rules=rules)))

    assert len(run["results"]) == len(made.findings)
    assert [text for text in strings(run) if controls(text)] == []
    for result in run["results"]:
        assert "](" not in result["message"]["text"].replace("\\](", "")


@given(made=reports, fail_on=st.none() | st.sampled_from([Severity.ERROR, Severity.INFO]))
def test_junit_stays_valid_and_says_the_same_number_of_things(made: Any, fail_on: Any) -> None:
    root = junit(FORMATS["junit"](view(made, fail_on=fail_on)))

    assert {element.tag for element in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "system-out",
    }
    said = [element.text for element in root.iter("failure", "system-out")]
    lines = [line for text in said for line in text.splitlines() if line and not line.startswith("  ")]
    assert len(lines) == len(made.findings)


@given(made=reports)
def test_gitlab_gets_unique_fingerprints(made: Any) -> None:
    issues = json.loads(FORMATS["gitlab"](view(made)))

    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(made.findings)
    assert [text for text in strings(issues) if controls(text)] == []


@given(value=st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)))
def test_json_says_what_was_meant(value: object) -> None:
    text = json_text(value)

    assert json.loads(text) == value
    assert text.isascii()


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("plain, 100% [text](link)", "plain, 100% [text](link)"),
        ("## Heading and #1 [x]", "## Heading and #1 [x]"),
        (" two\n lines ", "two lines"),
        ("::error::x", "\\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a ##[group]b", "a \\x23#[group]b"),
        ("###[a] ##vso[b]", "#\\x23#[a] \\x23#vso[b]"),
        ("\x1b[2J", "\\x1b[2J"),
    ],
)
def test_quoted(given_text: str, expected: str) -> None:
    assert quoted(given_text) == expected


def test_a_quoted_path_keeps_its_spaces_and_its_line() -> None:
    assert quoted_path("a  b\n::error::c\t") == "a  b\\x0a::error::c\\x09"


def test_quoted_for_xml() -> None:
    assert xml_quoted('<a b="c">&\'ö\x00]]>\n##[x]') == (
        "&lt;a b=&quot;c&quot;&gt;&amp;&apos;&#246;\\x00]]&gt;\n&#35;#[x]"
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_examples_alone(hostile: str) -> None:
    item: Finding = finding(hostile, path=hostile, excerpt=hostile, fix=hostile, name=hostile)
    made = report(item, item._replace(line=2))

    assert len(sarif(FORMATS["sarif"](view(made)))["results"]) == 2
    assert junit(FORMATS["junit"](view(made))).get("failures") == "1"
    assert len(commands(FORMATS["github"](view(made)))) == 2
