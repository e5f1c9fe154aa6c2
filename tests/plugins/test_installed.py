"""Packs and kinds of other packages, really installed, in processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterator, List, Mapping, Sequence, Set

import pytest

from benchmarks.workspaces import generate
from idse_core.errors import PackError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation import plugins
from idse_core.validation_engine import _WORTHWHILE
from tests.builders import config_for, make_workspace, write_artifact
from tests.cli.running import Outcome, environment, once_cached, run
from tests.plugins.installing import EXAMPLE, install, package, uninstall

LONG = "word " * 41 + ".\n"
BROKEN = "update it, or remove it: pip uninstall made-up"

Run = Callable[..., Outcome]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder that packages are installed into."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    workspace = make_workspace(folder)
    write_artifact(workspace, "__blueprint__", Stage.INTENT, f"# Intent\n\n{LONG}")
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> ProjectWorkspace:
    shutil.copytree(str(made / ".idse"), str(tmp_path / "work" / ".idse"))
    return ProjectWorkspace.open(config_for(tmp_path / "work"))


@pytest.fixture
def idse(workspace: ProjectWorkspace, target: Path) -> Run:
    """Calls `idse` with what is installed in ``target``."""

    def call(*words: str) -> Outcome:
        outcome = run(*words, cwd=workspace.folder.parent, env={"PYTHONPATH": str(target)})
        assert "Traceback" not in outcome.err
        return outcome

    return call


@pytest.fixture
def plugged(target: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same folder, for this process."""
    monkeypatch.syspath_prepend(str(target))
    yield target
    for name in [name for name in sys.modules if name.partition(".")[0] in {"made_up", "idse_example_pack"}]:
        del sys.modules[name]
    plugins.installed_kinds.cache_clear()


def made_up(target: Path, files: Mapping[str, str], **points: str) -> None:
    """Install a package; ``points`` are ``packs="name = 'value'"`` and ``kinds``."""
    groups = {"packs": "idse.rule_packs", "kinds": "idse.rule_kinds"}
    text = "".join(f'[project.entry-points."{groups[group]}"]\n{line}\n' for group, line in points.items())
    install(target, package(target.parent / "made-up", files, text), unpacked=True)


def test_the_example_package_adds_rules_changes_one_and_brings_a_kind(idse: Run, target: Path) -> None:
    install(target, EXAMPLE)

    rules = {item["id"]: item for item in idse("rules", "list", "--json").document["rules"]}
    assert rules["HOUSE001"]["pack"] == "house"
    assert rules["HOUSE001"]["source"] == "idse-example-pack:idse_example_pack/house.yaml"
    assert rules["HOUSE001"]["params"] == {"words": 40}
    assert rules["CTX004"]["severity"] == "error"
    assert rules["CTX004"]["changed_by"] == ["idse-example-pack:idse_example_pack/house.yaml"]
    assert "short-sentences" in idse("rules", "list", "--pack", "house").out

    (finding,) = idse("validate", "--select", "HOUSE001", "--json").document["findings"]
    assert (finding["line"], finding["message"]) == (3, "a sentence of 41 words; 40 are enough")
    assert idse("rules", "test", "HOUSE001").out == "2 examples of 1 rule: all as they should be\n"
    assert "sentence-length" in idse("rules", "schema").out


def test_installing_updating_and_removing_takes_effect_on_the_next_run(
    idse: Run, target: Path, workspace: ProjectWorkspace
) -> None:
    def counts() -> int:
        for folder in (target, workspace.folder.parent):
            os.utime(str(folder), (1e9, 1e9))  # what is older than two seconds may be remembered
        return len(idse("validate", "--select", "ART,HOUSE", "--format", "concise").out.split("HOUSE001")) - 1

    assert counts() == counts() == 0
    install(target, EXAMPLE)
    assert len(idse("validate", "--format", "concise").out.split("HOUSE001")) == 2
    assert counts() == counts() == 1

    (target / "idse_example_pack" / "house.yaml").write_text(
        (EXAMPLE / "idse_example_pack" / "house.yaml").read_text("utf-8").replace("words: 40", "words: 50"), "utf-8"
    )
    assert counts() == 0
    uninstall(target, "idse-example-pack")
    assert counts() == 0
    assert idse("rules", "show", "HOUSE001").code == 2


def test_a_changed_kind_judges_anew(idse: Run, target: Path, workspace: ProjectWorkspace) -> None:
    install(target, EXAMPLE, unpacked=True)
    assert "41 words" in idse("validate", "--select", "HOUSE001").out

    module = target / "idse_example_pack" / "sentence_length.py"
    module.write_text(module.read_text("utf-8").replace("str(count)", '"far too many"'), "utf-8")

    assert "far too many words" in idse("validate", "--select", "HOUSE001").out


def test_what_is_remembered_needs_no_look_at_what_is_installed(
    idse: Run, target: Path, workspace: ProjectWorkspace
) -> None:
    install(target, EXAMPLE, unpacked=True)
    for folder in (target, *target.rglob("*"), workspace.folder.parent):
        os.utime(str(folder), (1e9, 1e9))

    def records() -> List[Path]:
        idse("validate")
        return list((workspace.folder / ".local" / "cache").glob("installed-*.json"))

    (record,) = once_cached(records, bool)
    assert "HOUSE001" in record.read_text("utf-8")

    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "idse_core", "rules", "list"],
        cwd=workspace.folder.parent,
        env=environment({"PYTHONPATH": str(target)}),
        capture_output=True,
        check=True,
    )
    imported = {line.split("|")[-1].strip() for line in done.stderr.decode().splitlines()}
    assert b"HOUSE001" in done.stdout
    assert (
        imported & {"importlib.metadata", "idse_example_pack", "pydantic", "yaml", "idse_core.validation.plugins"}
        == set()
    )


@pytest.mark.parametrize(
    ("files", "message", "point"),
    [
        ({"made_up.py": "raise OSError('no\\x1b disk')"}, "OSError: no\x1b disk", "x = 'made_up'"),
        ({"made_up.py": "import sys; sys.exit('bye')"}, "SystemExit: bye", "x = 'made_up'"),
        ({"made_up.py": ""}, "'made_up' is not a package that holds *.yaml files", "x = 'made_up'"),
        ({"made_up/__init__.py": ""}, "'made_up' is not a package that holds *.yaml files", "x = 'made_up'"),
        ({"made_up.py": ""}, "AttributeError", "x = 'made_up:gone'"),
        ({"made_up.py": "x = 3"}, "it must name a package that holds *.yaml files, or a function", "x = 'made_up:x'"),
        ({"made_up.py": "def x(): return 1 / 0"}, "ZeroDivisionError", "x = 'made_up:x'"),
        ({"made_up.py": "def x(): return 'pack: x'"}, "must return a pack's bytes and a path", "x = 'made_up:x'"),
    ],
)
def test_a_pack_that_can_not_be_loaded_names_its_distribution(
    plugged: Path, files: Mapping[str, str], message: str, point: str
) -> None:
    made_up(plugged, files, packs=point)

    with pytest.raises(PackError) as caught:
        plugins.look_up()
    assert str(caught.value).startswith("the rule pack 'x' of made-up 1.0 can't be used: ")
    assert message in str(caught.value)
    assert caught.value.hint == BROKEN


def test_a_broken_plug_in_ends_every_call_that_needs_rules_with_one_message(idse: Run, target: Path) -> None:
    made_up(target, {"made_up.py": "raise OSError('no\\x1b disk')"}, packs="x = 'made_up'")

    outcome = idse("validate")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error: the rule pack 'x' of made-up 1.0 can't be used: OSError: no\\x1b disk\n"
        "  hint: update it, or remove it: pip uninstall made-up\n"
    )
    assert idse("status").code == 2
    assert idse("rules", "list", "--json").error["code"] == "rule-pack"


def test_a_mistake_in_an_installed_pack_has_its_place(idse: Run, target: Path) -> None:
    text = "pack: x\nrules:\n  - extend: SPEC001\n    severty: error\n"
    made_up(target, {"made_up/__init__.py": "", "made_up/b.yaml": text}, packs="x = 'made_up'")

    outcome = idse("status")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: made-up:made_up/b.yaml:4:5: unknown key 'severty'\n")


def test_a_function_gives_a_pack(idse: Run, target: Path) -> None:
    text = "pack: x\\nrules: [{extend: SPEC001, severity: info}]"
    code = f"def pack(): return b'{text}', 'made.yaml'"
    made_up(target, {"made_up.py": code}, packs="x = 'made_up:pack'")

    rule = idse("rules", "show", "SPEC001", "--json").document["rule"]
    assert (rule["severity"], rule["changed_by"]) == ("info", ["made-up:made.yaml"])


KIND = """\
from dataclasses import dataclass
from idse_core.validation.kinds import Hit, Kind, Phase, Reach, strict

@dataclass(frozen=True)
class Params:
    __pydantic_config__ = strict
    word: str = "x"

def check(params, facts):
    return [Hit()]

"""


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("KIND = Kind('no-such', Reach.FILE, Params, check)", "the kind is called 'no-such'"),
        ("KIND = 3", "it is not a Kind, but int"),
        ("KIND = Kind('forbid-pattern', Reach.FILE, Params, check)", "idse has a kind of that name"),
        ("KIND = Kind('made-up', 'file', Params, check)", "its reach, its phase or its check"),
        ("KIND = Kind('made-up', Reach.FILE, Params, None)", "its reach, its phase or its check"),
        ("KIND = Kind('made-up', Reach.FILE, dict, check)", "its params are not a dataclass"),
        ("KIND = Kind('made-up', Reach.FILE, Params, check, fix=1)", "its fix is not a function"),
        ("KIND = Kind('made-up', Reach.FILE, Params, check, fixes=True)", "its fixes is not a function"),
        (
            "P = dataclass(type('P', (), {'__annotations__': {'x': 'Gone'}}))\nKIND = Kind('made-up', Reach.FILE, P, check)",
            "ydantic",
        ),
        ("raise RuntimeError", "can't be used: RuntimeError"),
    ],
)
def test_a_kind_that_can_not_be_used_names_its_distribution(plugged: Path, code: str, message: str) -> None:
    name = "forbid-pattern" if "forbid-pattern" in code else "made-up"
    made_up(plugged, {"made_up.py": KIND + code}, kinds=f"{name} = 'made_up:KIND'")

    with pytest.raises(PackError) as caught:
        plugins.look_up()
    assert str(caught.value).startswith(f"the rule kind '{name}' of made-up 1.0 can't be used: ")
    assert message in str(caught.value)
    assert caught.value.hint == BROKEN


def test_the_name_of_a_kind_can_be_taken_by_another_package(plugged: Path) -> None:
    install(plugged, EXAMPLE, unpacked=True)
    code = KIND + "KIND = Kind('sentence-length', Reach.FILE, Params, check)"
    made_up(plugged, {"made_up.py": code}, kinds="sentence-length = 'made_up:KIND'")

    with pytest.raises(PackError, match=r"of made-up 1\.0 can't be used: idse-example-pack has a kind of that name"):
        plugins.look_up()


RULE = """\
pack: team
rules:
  - {id: TEAM001, name: ours, kind: made-up, stage: intent, message: m, fix: f, with: {word: y}}
"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise LookupError('no\\nline')", "LookupError: no line"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return [1]", "TypeError: a kind gives hits, not int"),
        ("return [Hit(line=0)]", "ValueError: a hit's place counts from 1"),
        ("return [Hit(values=(('a', 1),))]", "TypeError: a hit's texts are strings"),
        ("return [Hit(parts=(Hit(parts=(Hit(),)),))]", "ValueError: the parts of a hit have no parts themselves"),
        ("yield Hit()\n    raise KeyError('x')", "KeyError: 'x'"),
        ("while True: pass", "it takes too long"),
    ],
)
def test_a_kind_that_fails_while_it_runs_stops_nothing_but_its_rule(  # by name, from the table
    idse: Run, target: Path, workspace: ProjectWorkspace, body: str, reason: str
) -> None:
    code = KIND.replace("return [Hit()]", body) + "KIND = Kind('made-up', Reach.FILE, Params, check)"
    made_up(target, {"made_up.py": code}, kinds="made-up = 'made_up:KIND'")
    (workspace.folder / "rules").mkdir()
    (workspace.folder / "rules" / "team.yaml").write_text(RULE, encoding="utf-8")

    outcome = idse("validate", "--json")

    assert outcome.code == 2
    assert outcome.err.startswith(f"warning: rule TEAM001 (ours) is broken: {reason}")
    findings = outcome.document["findings"]
    (broken,) = [item for item in findings if item["name"] == "rule-broken"]
    assert broken["message"].startswith(f"rule TEAM001 (ours) is broken: {reason}")
    assert (broken["severity"], broken["stage"], broken["line"]) == ("error", "intent", 1)
    assert {"ART003", "SPEC001"} & {item["rule"] for item in findings}
    assert idse("status").code == 0


@pytest.mark.parametrize("reach", ["SESSION", "PROJECT"])
def test_a_kind_about_more_than_one_file_may_fail_too(
    idse: Run, target: Path, workspace: ProjectWorkspace, reach: str
) -> None:
    code = KIND.replace("return [Hit()]", "return facts.gone") + f"KIND = Kind('made-up', Reach.{reach}, Params, check)"
    made_up(target, {"made_up.py": code}, kinds="made-up = 'made_up:KIND'")
    (workspace.folder / "rules").mkdir()
    (workspace.folder / "rules" / "team.yaml").write_text(RULE.replace("stage: intent, ", ""), encoding="utf-8")

    outcome = idse("validate", "--json")

    assert outcome.code == 2
    (broken,) = [item for item in outcome.document["findings"] if item["name"] == "rule-broken"]
    assert "AttributeError" in broken["message"]
    assert broken["path"] == ".idse/rules/team.yaml"
    assert (broken["session"] is None) == (reach == "PROJECT")


def test_parameters_of_an_installed_kind_are_checked_at_their_place(
    idse: Run, target: Path, workspace: ProjectWorkspace
) -> None:
    install(target, EXAMPLE, unpacked=True)
    pack = workspace.folder / "rules" / "team.yaml"
    pack.parent.mkdir()
    for params, message in (
        ("{wrds: 3}", "unknown key 'wrds'"),
        ("{words: 0}", "'words' must be at least 1"),
    ):
        rule = (
            f"  - {{id: TEAM001, name: ours, kind: sentence-length, stage: spec, message: m, with: {params}, fix: f}}"
        )
        pack.write_text(f"pack: team\nrules:\n{rule}\n", encoding="utf-8")
        outcome = idse("validate")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith(
            f"error: .idse/rules/team.yaml:3:{rule.index(params) + 1 + ('wrds' in params)}: {message}"
        )


@pytest.mark.parametrize(
    ("more", "fixable"),
    [("fix=fix", True), ("fix=fix, fixes=lambda params: params['word'] != 'y'", False), ("", False)],
)
def test_findings_of_an_installed_kind_say_whether_it_mends_them(
    idse: Run, target: Path, workspace: ProjectWorkspace, more: str, *, fixable: bool
) -> None:
    code = KIND.replace("return [Hit()]", "return [] if 'mended' in facts.text else [Hit()]")
    mend = "def fix(params, facts, template):\n    return facts.text + '\\nmended\\n'\n\n"
    made_up(
        target,
        {"made_up.py": f"{code}{mend}KIND = Kind('made-up', Reach.FILE, Params, check, {more})"},
        kinds="made-up = 'made_up:KIND'",
    )
    (workspace.folder / "rules").mkdir()
    (workspace.folder / "rules" / "team.yaml").write_text(RULE, encoding="utf-8")

    for _ in range(2):  # the second one from what is remembered
        (finding,) = idse("validate", "--select", "TEAM001", "--json").document["findings"]
        assert finding["fixable"] is fixable


def test_a_kind_that_can_not_tell_whether_it_mends_names_its_rule(
    idse: Run, target: Path, workspace: ProjectWorkspace
) -> None:
    code = f"{KIND}KIND = Kind('made-up', Reach.FILE, Params, check, fixes=lambda params: params['gone'])"
    made_up(target, {"made_up.py": code}, kinds="made-up = 'made_up:KIND'")
    (workspace.folder / "rules").mkdir()
    (workspace.folder / "rules" / "team.yaml").write_text(RULE, encoding="utf-8")

    outcome = idse("validate")

    assert (outcome.code, outcome.out) == (2, "")
    assert "error: .idse/rules/team.yaml:3:5: the kind 'made-up' can't tell whether it mends: KeyError" in outcome.err


PRINTS = """\
import sys
print("while imported")

def fix(params, artifact, template):
    print("while mended")
    return artifact.text

def can_fix(params):
    print("while loaded")
    return True

def check(params, facts):
    print("while checked")
    sys.stdout.write("half a line\\n")
    return [Hit()]

KIND = Kind("made-up", Reach.FILE, Params, check, fix=fix, fixes=can_fix)
"""


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (("validate", "--json", "--no-cache"), {"while imported", "while loaded", "while checked", "half a line"}),
        (("rules", "list", "--json"), {"while imported", "while loaded"}),
        (("rules", "test", "TEAM001", "--json"), {"while checked", "half a line"}),
        (("validate", "--fix", "--json"), {"while mended"}),
    ],
)
def test_what_a_kind_prints_is_no_part_of_a_document(
    idse: Run, target: Path, workspace: ProjectWorkspace, words: Sequence[str], printed: Set[str]
) -> None:
    _install_printing(target, workspace.folder.parent)

    outcome = idse(*words)

    assert outcome.document["schema"]
    assert printed <= set(outcome.err.splitlines())


def test_what_a_kind_prints_in_another_process_is_no_part_of_a_document(
    target: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    large = generate(tmp_path_factory.mktemp("large"), sessions=_WORTHWHILE).folder
    _install_printing(target, large)
    words = ("validate", "--all", "--json", "--no-state", "--no-cache")
    alone, together = (run(*words, "--jobs", jobs, cwd=large, env={"PYTHONPATH": str(target)}) for jobs in ("1", "2"))

    assert (together.code, together.document) == (alone.code, alone.document)
    assert together.document["counts"]["errors"] >= _WORTHWHILE
    assert "while checked" in together.err


def _install_printing(target: Path, folder: Path) -> None:
    made_up(target, {"made_up.py": KIND + PRINTS}, kinds="made-up = 'made_up:KIND'")
    rules = folder / ".idse" / "rules"
    rules.mkdir(exist_ok=True)
    rule = RULE.replace("with: {word: y}", "with: {word: y}, examples: {valid: [], invalid: [x]}")
    (rules / "team.yaml").write_text(rule, encoding="utf-8")
