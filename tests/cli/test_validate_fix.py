from __future__ import annotations

from pathlib import Path

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import session_folder, tree
from tests.cli.running import Idse

SPEC = "# Spec\r\n\r\n## Functional Requirements\r\n\r\n- FR 1: a\r\n\r\n## Agent Notes\r\n\r\nkeep me\r\n"


def test_shows_what_it_would_do_and_does_nothing(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    before = tree(tmp_path)

    outcome = idse("validate", "--session", "auth-login", "--fix", "--diff")

    assert outcome.code == 0
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
    assert "- FR-1: a" in text
    assert "keep me" in text
    for line in SPEC.replace("FR 1", "FR-1").splitlines():
        assert line in text
    assert text.index("## Overview") < text.index("## Functional Requirements") < text.index("## Acceptance Criteria")


def test_mending_twice_is_mending_once(idse: Idse, sample: ProjectWorkspace) -> None:
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


def test_only_the_selected_rules_mend(idse: Idse, sample: ProjectWorkspace) -> None:
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
