from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import List, Optional, Tuple

import pytest

from idse_core.markdown import read
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, tree, write_artifact
from tests.cli.running import Idse

HOSTILE = (
    "# S\n\n## Functional Requirements\n\n"
    "- FR-1: <script>alert(1)</script> | `x` [a](javascript:b) \x1b[2J ::error::boo &amp; \u202e **b** ##[group]\n"
    "- FR-2: waived (Waived: </style><img src=x onerror=y> | \x07)\n"
)


def test_a_table_with_glyph_and_word(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("trace", "--session", "__blueprint__")

    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "customer-portal ▸ __blueprint__"
    assert lines[1] == "  6 requirements: 1 done, 5 covered"
    assert lines[3] == "  .idse/projects/customer-portal/sessions/__blueprint__/spec.md"
    assert lines[5].split() == ["status", "id", "line", "criteria", "plan", "tasks", "report"]
    assert lines[6].split() == ["◐", "covered", "FR-1", "18", "AC-1", "20,", "21", "1/2", "0.1,", "1.1", "6"]
    assert lines[8].split()[:3] == ["●", "done", "FR-3"]


def test_what_is_missing_is_named(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("trace")

    assert "  not written yet: tasks, implementation\n" in outcome.out
    assert outcome.out.count("no acceptance criterion names it, and no task names it (none is written yet)") == 1
    assert outcome.out.count("○ uncovered  ") == 7


def test_no_line_is_wider_than_80_columns(idse: Idse, sample: ProjectWorkspace) -> None:
    many = ", ".join(f"FR-{number}" for number in range(1, 60))
    spec = "".join(f"- FR-{number}: " + "word " * 60 + "\n" for number in range(1, 60))
    spec += "- FR-1: again\n- FR-123456789.123456: long (Deferred: " + "because of this " * 12 + ")\n"
    criteria = "".join(f"- AC-{number} ({many}): x\n" for number in range(1, 30))
    tasks = "".join(f"- [ ] Task {number}.{number} – x (Covers: {many}, FR-99)\n" for number in range(1, 30))
    write_artifact(
        sample,
        "billing",
        Stage.SPEC,
        f"# S\n\n## Functional Requirements\n\n{spec}\n## Acceptance Criteria\n\n{criteria}",
    )
    write_artifact(sample, "billing", Stage.TASKS, f"# T\n\n{tasks}")
    write_artifact(sample, "billing", Stage.PLAN, f"# P\n\n{many}\n" * 50)

    outcome = idse("trace", "--session", "billing")

    assert [line for line in outcome.out.splitlines() if len(line) > 80] == []
    assert "duplicate" in outcome.out
    assert "orphaned" in outcome.out


def test_a_stream_without_unicode(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idse_core.commands.face.shows_unicode", lambda stream: False)
    assert idse("trace").out.isascii()


def test_the_document(idse: Idse, sample: ProjectWorkspace) -> None:
    document = idse("trace", "--all", "--json").document

    assert document["prefixes"] == ["FR", "NFR"]
    assert [item["session_id"] for item in document["sessions"]] == list(sample.sessions())
    first = document["sessions"][0]["requirements"][0]
    assert (first["id"], first["status"], first["missing"]) == ("FR-1", "covered", [])
    assert first["defined"][0]["line"] == 18
    assert first["defined"][0]["path"] == ".idse/projects/customer-portal/sessions/__blueprint__/spec.md"
    assert [(place["label"], place["done"]) for place in first["tasks"]] == [("0.1", True), ("1.1", False)]
    assert document == idse("trace", "--all", "--format", "json").document


def test_only_some_statuses_and_prefixes(idse: Idse, sample: ProjectWorkspace) -> None:
    some = idse("trace", "--session", "__blueprint__", "--status", "done,suspect", "--json").document["sessions"][0]
    assert [item["id"] for item in some["requirements"]] == ["FR-3"]
    assert some["counts"]["covered"] == 5
    criteria = idse("trace", "--session", "__blueprint__", "--prefix", "AC", "--json").document["sessions"][0]
    assert [item["id"] for item in criteria["requirements"]] == [f"AC-{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("", "letters and digits before the hyphen: --prefix FR"),
        ("FR,", "letters and digits before the hyphen: --prefix FR"),
        ("fr", "did you mean FR?"),
        ("FR-", "did you mean FR?"),
        ("a b", "letters and digits before the hyphen: --prefix FR"),
    ],
)
def test_what_is_no_prefix_is_refused(idse: Idse, sample: ProjectWorkspace, given: str, hint: str) -> None:
    outcome = idse("trace", "--prefix", given)
    assert outcome.code == 2
    assert hint in outcome.err


@pytest.mark.parametrize("kind", ["text", "md", "html"])
def test_a_prefix_that_no_id_has_is_named(idse: Idse, sample: ProjectWorkspace, kind: str) -> None:
    assert "he spec defines no id that begins with XX-" in idse("trace", "--prefix", "XX", "--format", kind).out


@pytest.mark.parametrize(
    ("pack", "prefixes"),
    [
        ("{extend: TRC008, with: {prefixes: [REQ]}}", ["REQ", "FR"]),
        ("{extend: TRC005, with: {prefix: REQ}}", ["FR", "NFR", "REQ"]),
        ("{extend: TRC008, severity: 'off'}", ["FR", "NFR"]),
    ],
)
def test_requirements_are_what_the_rules_in_force_ask_for(
    idse: Idse, sample: ProjectWorkspace, pack: str, prefixes: List[str]
) -> None:
    rules = sample.folder / "rules"
    rules.mkdir()
    (rules / "team.yaml").write_text(f"pack: team\nrules:\n  - {pack}\n", encoding="utf-8")
    spec = "# Spec\n\n## Functional Requirements\n\n- **REQ-1**: a\n\n## Acceptance Criteria\n\n- AC-1 (REQ-1): b\n"
    write_artifact(sample, "billing", Stage.SPEC, spec)

    document = idse("trace", "--session", "billing", "--json").document

    assert document["prefixes"] == prefixes
    found = [item["id"] for item in document["sessions"][0]["requirements"]]
    assert found == (["REQ-1"] if "REQ" in prefixes else [])


def test_several_formats_in_one_run(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outcome = idse(
        "trace", "--format", "text", "--format", "md:t.md", "--format", "html:t.html", "--format", "json:t.json"
    )

    assert outcome.out == idse("trace").out
    for name, kind in (("t.md", "md"), ("t.html", "html"), ("t.json", "json")):
        assert (tmp_path / name).read_text("utf-8") == idse("trace", "--format", kind).out


def test_markdown_quotes_what_documents_say(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "billing", Stage.SPEC, HOSTILE)
    text = idse("trace", "--session", "billing", "--format", "md").out

    assert "\x1b" not in text
    assert "\x07" not in text
    (table,) = read(text).tables
    assert [cell.text for cell in table.rows[0]][:2] == ["FR-1", "uncovered"]
    assert all(len(row) == 8 for row in table.rows)
    assert "<img" in table.rows[1][7].text
    assert "\\<img" in text


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: List[str] = []
        self.links: List[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]


def test_a_page_that_needs_nothing_else(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "billing", Stage.SPEC, HOSTILE)
    text = idse("trace", "--all", "--format", "html").out

    page = Page(text)
    assert page.links == []
    assert not {"script", "img", "link", "a", "iframe"} & set(page.tags)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;/style&gt;&lt;img src=x" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "prefers-color-scheme: dark" in text
    assert "url(" not in text
    assert page.tags.count("tr") == text.count("</tr>")


def test_text_quotes_what_documents_say(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "billing", Stage.SPEC, HOSTILE)
    for words in ((), ("--json",)):
        out = idse("trace", "--session", "billing", *words).out
        assert "\x1b" not in out
        assert "\x07" not in out


def test_looking_changes_nothing(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)
    for kind in ("text", "json", "md", "html"):
        assert idse("trace", "--all", "--format", kind).code == 0
    assert tree(sample.folder) == before


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--session", "nowhere"], 10, "there is no session 'nowhere'"),
        (["--session", "billing", "--all"], 2, "--session and --all exclude each other"),
        (["--format", "pdf"], 2, "there is no format 'pdf'"),
        (["--format", "md", "--format", "html"], 2, "only one format can go to stdout"),
        (["--status", "fine"], 2, "there is no status 'fine'"),
        (["accept"], 2, "id is missing"),
        (["accept", "FR-99"], 10, "there is no requirement 'FR-99' in session 'auth-login'"),
        (["accept", "FR-99"], 10, "none can be accepted before a criterion and a task name it"),
        (["accept", "FR-99", "--session", "billing"], 10, "nothing waits to be accepted; covered are FR-1, FR-2, "),
        (["accept", "FR 3"], 10, "did you mean FR-3?"),
        (["accept", "AC-7", "--session", "billing"], 10, "AC-7 is an acceptance criterion, and no requirement"),
        (["accept", "AC-7", "--session", "billing"], 10, "idse trace accept NFR-1 NFR-2 --session billing"),
        (["accept", "AC-99", "--session", "billing"], 10, "there is no requirement 'AC-99'"),
        (["accept", "1.4", "--session", "billing"], 10, "idse trace accept FR-6 --session billing"),
        (["accept", ","], 2, "no requirement is named"),
        (["accept", "FR-1"], 2, "FR-1 has no acceptance criterion and no task yet"),
        (["accept", "FR-1", "--session", "nowhere"], 10, "there is no session 'nowhere'"),
        (["--status", "done", "accept", "FR-1"], 2, "takes only --session"),
        (["refuse"], 2, "`idse trace` has no command 'refuse'"),
    ],
)
def test_mistakes(idse: Idse, sample: ProjectWorkspace, words: List[str], code: int, message: str) -> None:
    before = tree(sample.folder)
    outcome = idse("trace", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert message.lower() in outcome.err.lower()
    assert tree(sample.folder) == before


@pytest.mark.parametrize(
    "words", [["--session", "billing", "accept", "FR-1"], ["accept", "FR-1", "--session", "billing"]]
)
def test_accepting(idse: Idse, sample: ProjectWorkspace, words: List[str]) -> None:
    (project_folder(sample) / "trace.json").unlink(missing_ok=True)
    outcome = idse("trace", *words)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "FR-1 of billing is covered as it stands: AC-1, 0.1, 1.1\n"
    assert idse("trace", *words).out == "FR-1 of billing was confirmed already, and has not changed since\n"
    document = idse("trace", *words, "--json").document
    assert (document["accepted"], document["unchanged"]) == ([], ["FR-1"])
    assert (sample.folder.parent / document["path"]).exists()


def test_what_still_waits_is_said(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--session", "export-csv")
    path = session_folder(sample, "export-csv") / "spec.md"
    path.write_text(path.read_text("utf-8").replace("The system MUST", "The system MUST never"))

    unknown = idse("trace", "accept", "FR-99", "--session", "export-csv")
    assert "to be accepted: FR-1, FR-2, FR-3, FR-4, FR-5" in unknown.err
    first = idse("trace", "accept", "FR-1,FR-2", "FR-3", "--session", "export-csv").out
    assert first.splitlines()[-1].startswith("still to be accepted: FR-4, FR-5")
    again = idse("trace", "accept", "FR-1", "--session", "export-csv").out
    assert "confirmed already" in again
    assert "still to be accepted: FR-4, FR-5" in again
    waiting = idse("trace", "accept", "FR-4", "--session", "export-csv", "--json").document["waiting"]
    assert waiting[0] == "FR-5"


def test_a_suspect_from_end_to_end(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("validate", "--session", "export-csv").code == 0
    path = session_folder(sample, "export-csv") / "spec.md"
    path.write_text(path.read_text("utf-8").replace("- **FR-1**: The system MUST", "- **FR-1**: The system MUST never"))

    assert "TRC008" in idse("validate", "--session", "export-csv", "--format", "concise").out
    out = idse("trace", "--session", "export-csv").out
    assert "↻ suspect" in out
    assert "`idse trace accept FR-1 --session export-csv` when that still holds" in " ".join(out.split())

    assert idse("trace", "accept", "FR-1", "--session", "export-csv").code == 0
    assert "TRC008" not in idse("validate", "--session", "export-csv", "--format", "concise").out
    assert "suspect" not in idse("trace", "--session", "export-csv").out


def test_a_broken_record_is_said(idse: Idse, sample: ProjectWorkspace) -> None:
    (project_folder(sample) / "trace.json").write_text("{")
    outcome = idse("trace")
    assert outcome.code == 0
    assert "trace.json:1:2" in outcome.err
    assert "no requirement counts as suspect" in outcome.err
    assert idse("trace", "accept", "FR-1").code == 2
