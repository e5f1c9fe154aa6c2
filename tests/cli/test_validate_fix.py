from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import session_folder, tree
from tests.cli.running import Idse, command, environment
from tests.cli.test_validate_since import git
from tests.privileges import unprivileged_preexec

with_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

SPEC = "# Spec\r\n\r\n## Functional Requirements\r\n\r\n- FR 17: a\r\n\r\n## Agent Notes\r\n\r\nkeep me\r\n"


def test_shows_what_it_would_do_and_does_nothing(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    before = tree(tmp_path)

    outcome = idse("validate", "--session", "auth-login", "--fix", "--diff")

    assert outcome.code == 1
    assert "+## Acceptance Criteria" in outcome.out
    assert not [line for line in outcome.out.splitlines() if line.startswith("-") and not line.startswith("---")]
    after = {path: data for path, data in tree(tmp_path).items() if "/.local/" not in path}
    assert after == {path: data for path, data in before.items() if "/.local/" not in path}


def test_adds_sections_and_keeps_every_word_and_line_end(idse: Idse, sample: ProjectWorkspace) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    spec.write_bytes(b"\xef\xbb\xbf" + SPEC.encode("utf-8"))

    idse("validate", "--session", "export-csv", "--fix")

    mended = spec.read_bytes()
    text = mended.decode("utf-8")
    assert mended.startswith(b"\xef\xbb\xbf# Spec")
    assert "\n" not in text.replace("\r\n", "")
    assert "- FR-17: a" in text
    assert "keep me" in text
    for line in SPEC.replace("FR 17", "FR-17").splitlines():
        assert line in text
    assert text.index("## Overview") < text.index("## Functional Requirements") < text.index("## Acceptance Criteria")


def test_a_section_of_the_template_takes_no_requirement_over(idse: Idse, sample: ProjectWorkspace) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    spec.write_text("# Spec\n\n## Features\n\n- FR-1: Lists are exported.\n", encoding="utf-8")

    idse("validate", "--session", "export-csv", "--fix")

    text = spec.read_text(encoding="utf-8")
    assert "- FR-1: Lists are exported.\n" in text
    assert "- **FR-2**: [REQUIRES INPUT]" in text
    assert "\n- **FR-1**" not in text


def test_fixing_twice_is_fixing_once(idse: Idse, sample: ProjectWorkspace) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    spec.write_text("# Spec\n", encoding="utf-8")
    idse("validate", "--session", "export-csv", "--fix")
    once = spec.read_bytes()

    outcome = idse("validate", "--session", "export-csv", "--fix")

    assert spec.read_bytes() == once
    assert "mended" not in outcome.err


def test_brings_back_a_missing_artifact_from_its_template(idse: Idse, sample: ProjectWorkspace) -> None:
    plan = session_folder(sample, "export-csv") / "plan.md"
    plan.unlink()

    idse("validate", "--session", "export-csv", "--fix")

    assert plan.read_text(encoding="utf-8").startswith("# Plan: ")


def test_only_the_selected_rules_fix(idse: Idse, sample: ProjectWorkspace) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    spec.write_text("# Spec\n\n- FR 1: a\n", encoding="utf-8")

    idse("validate", "--session", "export-csv", "--fix", "--select", "TRC009")

    assert spec.read_text(encoding="utf-8") == "# Spec\n\n- FR-1: a\n"


def test_code_is_never_touched(idse: Idse, sample: ProjectWorkspace) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    text = spec.read_text(encoding="utf-8") + "\n```\nFR 1 and `AC2`\n```\n"
    spec.write_text(text, encoding="utf-8")

    idse("validate", "--session", "export-csv", "--fix")

    assert spec.read_text(encoding="utf-8") == text


ADDRESSES = """
[a](../FR3.md) https://jira.example/browse/FR12, <http://x/FR4>, docs/FR5.md, FR6.md, <a href="FR7.md">b</a>

[x]: FR11.md
[y]:
  FR12.md "FR 13"
[FR8]: https://x/FR8

See [FR8], [c](d "FR 9"), ![e](FR10.png) and FR1@example.org.
C:\\FR1\\x, $FR1=3, FR1(), <code>FR1</code> and <PRE>FR1</PRE> are code, and the flight FR2034 is late.
AC 24 V is safe, AC 48 volts are not, and AC 24 and 48 V can do.
It takes AC 230 V, AC 12.5 A, AC 24\u201348 V (AC 230) and AC 110/230 V.
"""


def test_addresses_and_what_is_not_an_id_are_neither_reported_nor_touched(idse: Idse, sample: ProjectWorkspace) -> None:
    plan = appended(sample, ADDRESSES)
    before = plan.read_bytes()

    assert idse("validate", "--session", "export-csv", "--select", "TRC009", "--format", "concise", "--fix").out == ""
    assert plan.read_bytes() == before


def test_the_text_of_a_link_is_a_mention(idse: Idse, sample: ProjectWorkspace) -> None:
    plan = appended(sample, "\nSee [FR 1 ![FR 2](FR3.png) \\] FR4](FR5.md), AC 1 and AC 2.\n")

    idse("validate", "--session", "export-csv", "--select", "TRC009", "--fix")

    assert plan.read_text(encoding="utf-8").endswith("See [FR-1 ![FR-2](FR3.png) \\] FR-4](FR5.md), AC-1 and AC-2.\n")


@pytest.mark.parametrize("said", ["AC 2 is met.", "**AC 12** must hold.", "AC 1.2\n  fails.", "AC 3 was seen."])
def test_a_criterion_that_something_is_said_of_is_a_mention(idse: Idse, sample: ProjectWorkspace, said: str) -> None:
    plan = appended(sample, f"\n- {said}\n")
    with plan.with_name("spec.md").open("a", encoding="utf-8") as file:
        file.write("\n## Acceptance Tests\n\n- AC-12 (FR-1): a\n- AC-1.2 (FR-1): b\n")

    idse("validate", "--session", "export-csv", "--select", "TRC009", "--fix")

    assert plan.read_text(encoding="utf-8").endswith(f"- {said.replace('AC ', 'AC-')}\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["kept", "kept  ", "kept{}", "kept{0}{0}{0}", "kept\u00a0\x0c", "kept{}\u2028 \x0c{}"])
def test_what_is_added_stands_alone_and_changes_nothing_before_it(
    idse: Idse, sample: ProjectWorkspace, end: str, last: str
) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    before = f"# Spec{end}{end}## Overview{end}{end}{last.format(end, end)}"
    spec.write_bytes(before.encode("utf-8"))

    idse("validate", "--session", "export-csv", "--fix", "--select", "SPEC004")

    text = spec.read_bytes().decode("utf-8")
    added = text[len(before) :].lstrip("\r\n")
    assert text.startswith(before)
    assert added.startswith(f"## Non-Functional Requirements{end}")
    assert text[: -len(added)].endswith(end * 2)
    assert set(text.replace(end, "")).isdisjoint("\r\n")


@pytest.mark.parametrize("words", [["--fix"], ["--fix", "--diff"], ["--write-baseline"]])
def test_what_is_wrong_beside_the_rules_is_told_once(idse: Idse, sample: ProjectWorkspace, words: List[str]) -> None:
    (sample.folder / "rules" / "sub").mkdir(parents=True)

    assert idse("validate", "--session", "auth-login", *words).err.count("sub is not read") == 1


def test_suppressed_findings_are_not_fixed(idse: Idse, sample: ProjectWorkspace) -> None:
    plan = appended(sample, "\n<!-- idse-disable-next-line TRC009 -- quoted -->\nSee FR 1.\n\nSee FR 2.\n")

    outcome = idse("validate", "--session", "export-csv", "--select", "TRC009,SUP001", "--format", "concise", "--fix")

    assert outcome.out == ""
    assert plan.read_text(encoding="utf-8").endswith("See FR 1.\n\nSee FR-2.\n")


def test_accepted_findings_are_not_fixed(idse: Idse, sample: ProjectWorkspace) -> None:
    plan = appended(sample, "\nSee FR 1.\n")
    (session_folder(sample, "export-csv") / "tasks.md").unlink()
    idse("validate", "--session", "export-csv", "--write-baseline")
    with plan.open("a", encoding="utf-8") as file:
        file.write("\nThen FR 2.\n")

    idse("validate", "--session", "export-csv", "--fix")

    assert plan.read_text(encoding="utf-8").endswith("See FR 1.\n\nThen FR-2.\n")
    assert not (session_folder(sample, "export-csv") / "tasks.md").exists()
    idse("validate", "--session", "export-csv", "--fix", "--no-baseline")
    assert plan.read_text(encoding="utf-8").endswith("See FR-1.\n\nThen FR-2.\n")


def test_a_missing_artifact_comes_back_only_where_its_rule_is_selected(idse: Idse, sample: ProjectWorkspace) -> None:
    (session_folder(sample, "export-csv") / "plan.md").unlink()
    words = ("validate", "--session", "export-csv", "--fix", "--diff")

    assert idse(*words, "--select", "TRC009").out == ""
    assert idse(*words, "--through", "spec").out == ""
    assert "+# Plan: " in idse(*words, "--select", "ART001").out


@with_git
def test_only_changed_files_are_fixed(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    appended(sample, "\nSee FR 1.\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "all")
    words = ("validate", "--all", "--since", "HEAD", "--fix", "--diff")

    assert idse(*words).code == 0
    (session_folder(sample, "export-csv") / "tasks.md").unlink()
    heads = [line for line in idse(*words).out.splitlines() if line.startswith("+++")]
    assert [line.rpartition("/")[2] for line in heads] == ["tasks.md"]


@pytest.mark.parametrize("more", [["--json"], ["--format", "sarif:report.sarif"], ["--format", "junit"]])
def test_a_patch_is_not_a_report(idse: Idse, sample: ProjectWorkspace, tmp_path: Path, more: List[str]) -> None:
    outcome = idse("validate", "--session", "auth-login", "--fix", "--diff", *more)

    assert outcome.code == 2
    assert not (tmp_path / "report.sarif").exists()
    said = json.loads(outcome.out)["error"]["message"] if "--json" in more else outcome.err
    assert "--diff" in said


def test_exits_0_when_nothing_would_change(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--session", "export-csv", "--select", "TRC009", "--diff")

    assert (outcome.code, outcome.out) == (0, "")


@with_git
@pytest.mark.parametrize(
    "text",
    [
        "# Plan\n\n- FR 1: a",
        "\ufeff# Plan\r\n\r\n- FR 1: a\r\n\r\nb\r\n",
        "# Plan\r\n\r\n- FR 1: a\r\nb",
        "# Plan\n\na\x0cb\u2028c\x85d FR 1.\n\x1b[0m\n",
    ],
    ids=["no line end", "crlf", "crlf, no line end", "other separators"],
)
@pytest.mark.parametrize("folder", ["plain", "with a space"])
def test_the_patch_applies(sample: ProjectWorkspace, tmp_path: Path, text: str, folder: str) -> None:
    root = tmp_path / folder
    root.mkdir()
    shutil.move(str(tmp_path / ".idse"), str(root / ".idse"))
    git(tmp_path, "init", "--quiet")
    plan = root / session_folder(sample, "export-csv").relative_to(tmp_path) / "plan.md"
    plan.write_bytes(text.encode("utf-8"))
    plan.with_name("tasks.md").unlink()
    words = ("validate", "--workspace", str(root), "--session", "export-csv", "--no-state", "--fix")
    shown = subprocess.run(command(*words, "--diff"), cwd=tmp_path, env=environment(), capture_output=True, check=False)
    assert shown.returncode == 1
    (tmp_path / "fix.patch").write_bytes(shown.stdout)

    git(tmp_path, "apply", "--whitespace=nowarn", "fix.patch")

    patched = plan.read_bytes(), plan.with_name("tasks.md").read_bytes()
    plan.write_bytes(text.encode("utf-8"))
    plan.with_name("tasks.md").unlink()
    subprocess.run(command(*words), cwd=tmp_path, env=environment(), capture_output=True, check=False)
    assert patched == (plan.read_bytes(), plan.with_name("tasks.md").read_bytes())
    assert b"FR-1" in patched[0]


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are a matter of POSIX")
def test_a_read_only_file_in_a_writable_folder_is_fixed_and_keeps_its_mode(
    sample: ProjectWorkspace, tmp_path: Path
) -> None:
    preexec = unprivileged_preexec()
    plan = appended(sample, "\nSee FR 1.\n")
    plan.chmod(0o444)
    words = command("validate", "--session", "export-csv", "--select", "TRC009", "--no-state", "--fix")

    done = subprocess.run(
        words, cwd=tmp_path, env=environment(), preexec_fn=preexec, capture_output=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert plan.read_text(encoding="utf-8").endswith("See FR-1.\n")
    assert plan.stat().st_mode & 0o777 == 0o444


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are a matter of POSIX")
def test_in_a_read_only_folder_nothing_is_fixed_and_that_is_reported(sample: ProjectWorkspace, tmp_path: Path) -> None:
    preexec = unprivileged_preexec()
    plan = appended(sample, "\nSee FR 1.\n")
    plan.parent.chmod(0o555)
    words = command("validate", "--session", "export-csv", "--select", "TRC009", "--no-state", "--fix")

    done = subprocess.run(
        words, cwd=tmp_path, env=environment(), preexec_fn=preexec, capture_output=True, check=False, timeout=60
    )
    plan.parent.chmod(0o755)

    assert done.returncode == 2
    assert b"permission denied" in done.stderr
    assert plan.read_text(encoding="utf-8").endswith("See FR 1.\n")


def appended(workspace: ProjectWorkspace, text: str) -> Path:
    """The plan of `export-csv`, with text appended."""
    plan = session_folder(workspace, "export-csv") / "plan.md"
    with plan.open("a", encoding="utf-8") as file:
        file.write(text)
    return plan
