"""Real specs: those that hold a profile compile, or say precisely what is open in them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Dict

import yaml

from idse_core.compiler import DocToAgentProfileSpecCompiler, ProfileFormat
from idse_core.errors import ProfileError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agents.corpus import CORPUS, SEED_SPEC, required
from tests.builders import config_for, make_workspace, write_artifact

OPEN = {
    "sqlite-cms-refactor": "'inputs[1]' must be a text, not a mapping: put a text with a colon in quotes",
    "item8-test-session": "[REQUIRES INPUT] is still open in 'id'",
    "blueprint-bootstrap-lifecycle": "there is no section 'Agent Profile'",
    "component-impact-parser": "there is no section 'Agent Profile'",
}
"""Sessions of the corpus whose spec holds no finished profile."""


def test_the_specification_of_this_product_compiles(tmp_path: Path) -> None:
    text = required(SEED_SPEC).read_text(encoding="utf-8")
    workspace = make_workspace(tmp_path, sessions={"seed": {Stage.SPEC: text}})
    compiled = DocToAgentProfileSpecCompiler(workspace).compile("seed")
    block = yaml.safe_load(text.split("## 6. Agent Profile")[1].split("```yaml")[1].split("```")[0])
    assert compiled.profile.plain() == block
    document = yaml.safe_load(compiled.serialize(ProfileFormat.YAML).decode("utf-8"))
    assert document["provenance"]["session"] == "seed"


def test_every_spec_of_the_corpus_compiles_or_says_why_not(tmp_path: Path) -> None:
    shutil.copytree(str(required(CORPUS)), str(tmp_path / ".idse"))
    for path in [tmp_path / ".idse", *(tmp_path / ".idse").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    workspace = ProjectWorkspace.open(config_for(tmp_path))
    compiler = DocToAgentProfileSpecCompiler(workspace)
    failed: Dict[str, ProfileError] = {}
    for session in workspace.sessions():
        try:
            profile = compiler.compile(session).profile
        except ProfileError as error:
            failed[session] = error
        else:
            assert profile.id == ("idse-orchestrator" if session == "__blueprint__" else session)
            assert profile.goals
    assert {name: OPEN[name] in error.message for name, error in failed.items()} == dict.fromkeys(OPEN, True)
    open_one = failed["item8-test-session"]
    lines = (tmp_path / open_one.path).read_text(encoding="utf-8").splitlines()
    assert lines[(open_one.line or 0) - 1][(open_one.column or 0) - 1 :] == "[REQUIRES INPUT]"


def test_a_numbered_heading_of_our_own_compiles_without_the_corpus(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    write_artifact(
        workspace, "__blueprint__", Stage.SPEC, (Path(__file__).parent / "numbered-spec.md").read_text("utf-8")
    )
    profile = DocToAgentProfileSpecCompiler(workspace).compile("__blueprint__").profile
    assert (profile.id, profile.source_session, profile.version) == ("depot-desk", "__blueprint__", "0.3.0")
    assert profile.constraints == ["No call of a model at run time", "Python >=3.8"]
