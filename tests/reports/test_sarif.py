from __future__ import annotations

import json

import pytest

from idse_core._version import __version__
from idse_core.constitution_rules import ConstitutionRules, Rule, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.sarif import render_sarif
from tests.reports.making import RULES, finding, report, same
from tests.reports.reading import sarif


def test_an_empty_log_still_describes_the_rules() -> None:
    run = sarif(render_sarif(report(), RULES, same))

    assert run["results"] == []
    assert (run["tool"]["driver"]["name"], run["tool"]["driver"]["version"]) == ("idse", __version__)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES.active()]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["automationDetails"]["id"] == "idse/customer-portal/"


def test_a_rule_says_why_and_what_to_do() -> None:
    run = sarif(render_sarif(report(), RULES, same))

    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "SPEC003")
    assert rule["name"] == "spec-acceptance-criteria"
    assert rule["shortDescription"]["text"] == "Spec acceptance criteria."
    assert rule["fullDescription"]["text"] == RULES.get("SPEC003").docs.strip()
    assert rule["defaultConfiguration"]["level"] == "error"
    assert RULES.get("SPEC003").fix in rule["help"]["text"]
    assert "Article III, Specification Completeness" in rule["help"]["markdown"]
    assert rule["properties"]["article"] == "III"
    assert {"article-III", "spec"} <= set(rule["properties"]["tags"])


def test_a_rules_own_values_stand_in_its_help() -> None:
    rule = Rule(
        "T001",
        "t",
        "XX",
        "k",
        Severity.INFO,
        "m",
        "Add '{heading}' after {nearest}: `{path}`.",
        params={"heading": "Risks"},
    )

    run = sarif(render_sarif(report(), ConstitutionRules([rule]), same))

    described = run["tool"]["driver"]["rules"][0]
    assert described["help"]["text"] == "Add 'Risks' after <nearest>: `<path>`."
    assert described["help"]["markdown"] == r"**To settle it:** Add 'Risks' after \<nearest>: `<path>`."
    assert described["fullDescription"]["text"] == "T."
    assert described["properties"]["problem.severity"] == "recommendation"


def test_a_rule_that_is_off_is_not_described() -> None:
    (off,) = ConstitutionRules([RULES.get("SPEC003")._replace(severity=Severity.OFF)])

    run = sarif(render_sarif(report(), ConstitutionRules([off]), same))

    assert run["tool"]["driver"]["rules"] == []


def test_a_result_is_where_it_is() -> None:
    run = sarif(render_sarif(report(finding(line=4, end_line=6)), RULES, lambda path: f"sub folder/{path}"))

    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "SPEC003"
    assert result["level"] == "error"
    assert result["message"]["text"] == ("section 'Acceptance Criteria' is missing. Add '## Acceptance Criteria'.")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {
            "uri": "sub%20folder/.idse/projects/customer-portal/sessions/auth-login/spec.md",
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": 4, "startColumn": 3, "endLine": 6},
    }
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    assert result["properties"] == {"session": "auth-login", "stage": "spec"}


def test_only_our_own_fingerprint_is_given() -> None:
    run = sarif(render_sarif(report(finding()), RULES, same))

    assert run["results"][0]["partialFingerprints"] == {"idseFinding/v1": "0123456789abcdef"}


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")]
)
def test_severities(severity: Severity, level: str) -> None:
    run = sarif(render_sarif(report(finding(severity=severity)), RULES, same))

    assert run["results"][0]["level"] == level


def test_a_finding_of_no_known_rule_and_no_session() -> None:
    whole = finding(rule="TEAM9", session="", stage=None, path=".idse/CURRENT_PROJECT")

    run = sarif(render_sarif(report(whole=[whole]), RULES, same))

    (result,) = run["results"]
    assert result["ruleId"] == "TEAM9"
    assert "ruleIndex" not in result
    assert result["properties"] == {"session": None, "stage": None}


def test_suppressed_findings_are_left_out() -> None:
    made = report(finding("open"))
    session = made.sessions[0]._replace(suppressed=(finding("suppressed", stage=Stage.PLAN),))

    run = sarif(render_sarif(made._replace(sessions=(session,)), RULES, same))

    assert [result["message"]["text"].split(".")[0] for result in run["results"]] == ["open"]


def test_suppressed_findings_are_shown_when_asked_for() -> None:
    made = report(finding("open", line=2))
    session = made.sessions[0]._replace(
        suppressed=(
            finding("suppressed", line=1, justification="settled in ##[spring]"),
            finding("for no reason", line=3),
        ),
        accepted=(finding("accepted", line=4),),
    )
    whole = finding("about the project", session="", stage=None)

    run = sarif(render_sarif(made._replace(sessions=(session,), accepted=(whole,)), RULES, same, show_suppressed=True))

    found = {result["message"]["text"].split(".")[0]: result["suppressions"] for result in run["results"]}
    external = [{"kind": "external", "status": "accepted", "justification": "accepted in .idse/baseline.json"}]
    assert list(found.items()) == [
        ("about the project", external),
        (
            "suppressed",
            [{"kind": "inSource", "status": "accepted", "justification": "settled in \\x23#[spring]"}],
        ),
        ("open", []),
        ("for no reason", [{"kind": "inSource", "status": "accepted"}]),
        ("accepted", external),
    ]


def test_no_address_is_made_up() -> None:
    run = sarif(render_sarif(report(finding()), RULES, same))

    assert "informationUri" not in run["tool"]["driver"]
    assert not any("helpUri" in rule for rule in run["tool"]["driver"]["rules"])


def test_what_looks_like_a_link_is_escaped() -> None:
    run = sarif(render_sarif(report(finding("[here](1) and [there](https://example.org)")), RULES, same))

    assert "](" not in run["results"][0]["message"]["text"].replace("\\](", "")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/#1?.md", "a%20b/%231%3F.md"),
        ("a:b.md", "a%3Ab.md"),
        ("Größe.md", "Gr%C3%B6%C3%9Fe.md"),
        ("\udcff.md", "%FF.md"),
        ("\ud800.md", "%5Cud800.md"),
        ("100%25.md", "100%2525.md"),
    ],
)
def test_paths_become_uris(path: str, uri: str) -> None:
    run = sarif(render_sarif(report(finding(path=path)), RULES, same))

    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_fingerprints_are_unique_whatever_is_shown() -> None:
    one, two, three = (finding("same", line=line) for line in (1, 2, 3))
    open_ones = report(two, three)
    (session,) = open_ones.sessions
    both = open_ones._replace(sessions=(session._replace(accepted=(one,)),))

    plain = sarif(render_sarif(open_ones, RULES, same))
    shown = sarif(render_sarif(both, RULES, same, show_suppressed=True))

    first, second = (
        {
            item["locations"][0]["physicalLocation"]["region"]["startLine"]: item["partialFingerprints"]
            for item in results
        }
        for results in (plain["results"], shown["results"])
    )
    assert len({json.dumps(item) for item in second.values()}) == 3
    assert {line: second[line] for line in (2, 3)} == first
    assert list(second) == [1, 2, 3]
