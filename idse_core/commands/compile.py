"""``idse compile agent-spec``."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Optional

import click

from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.session_choice import choose
from idse_core.errors import RefusedError, UsageError
from idse_core.printable import printable
from idse_core.project_workspace import ProjectWorkspace

if TYPE_CHECKING:
    from idse_core.compiler import CompiledProfile, DocToAgentProfileSpecCompiler, EmittedFile, ProfileFormat

__all__ = ["compile_group"]

_EMITTERS = ("agents-md", "claude-code", "codex", "copilot", "cursor")


@click.group("compile")
def compile_group() -> None:
    """Compile artifacts into what machines read."""


@compile_group.command("agent-spec")
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option(
    "--blueprint",
    metavar="ID",
    shell_complete=complete_sessions,
    help="The session whose profile gives defaults (default: __blueprint__).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="What the profile is written as.",
)
@click.option("--out", metavar="DIR", help="Write into this folder instead of the project's build/agents.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the profile, write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file is not what compiling gives now.")
@click.option("--explain", is_flag=True, help="Show where each value came from, write nothing.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a compiled profile.")
@click.option("--emit", type=click.Choice(_EMITTERS), help="Write an agent file in a tool's own format instead.")
@common_options
@click.pass_context
def agent_spec(
    ctx: click.Context,
    face: Face,
    session: Optional[str],
    blueprint: Optional[str],
    form: str,
    out: Optional[str],
    to_stdout: bool,
    check: bool,
    explain: bool,
    schema: bool,
    emit: Optional[str],
) -> None:
    """Compile the Agent Profile of a session's spec.md. It needs no model, network or tool.

    \b
    Example:
      idse compile agent-spec
      idse compile agent-spec --session auth-login --check
      idse compile agent-spec --emit claude-code --stdout
    """
    # Imported here: it imports pydantic and PyYAML, which other commands must not pay for.
    from idse_core.compiler import DocToAgentProfileSpecCompiler, ProfileFormat, json_schema  # noqa: PLC0415

    if schema:
        face.print(json.dumps(json_schema(), indent=2) + "\n")
        return
    if sum((to_stdout, check, explain)) > 1:
        raise UsageError("--stdout, --check and --explain exclude each other", hint="give only one of them")
    workspace = face.open()
    (chosen,) = choose(face, workspace, session, all_sessions=False).sessions
    compiler = DocToAgentProfileSpecCompiler(workspace, on_event=face.announce)
    compiled = compiler.compile(chosen, blueprint=blueprint)
    if to_stdout:
        face.print(
            compiled.serialize(ProfileFormat(form)).decode("utf-8") if emit is None else _emitted(compiled, emit).text
        )
        return
    call = _Call(face, workspace, compiled, check=check, explain=explain)
    current = call.emit(emit) if emit else call.keep(compiler, ProfileFormat(form), Path.cwd() / out if out else None)
    if check and not current:
        ctx.exit(1)


class _Call(NamedTuple):
    """The result of one compilation, and what to do with it."""

    face: Face
    workspace: ProjectWorkspace
    compiled: CompiledProfile
    check: bool
    explain: bool

    def keep(self, compiler: DocToAgentProfileSpecCompiler, form: ProfileFormat, out: Optional[Path]) -> bool:
        """Write the profile, or only check it; returns whether the file is up to date."""
        kept = compiler.path(self.compiled.provenance.session, form)
        if not self.check and not self.explain:
            compiler.write(self.compiled, form, out=out)
        current = compiler.is_current(self.compiled, form, out=out)
        self._say(kept if out is None else out / kept.name, current=current)
        return current

    def emit(self, form: str) -> bool:
        """Write an agent file where its tool looks for it, or only check it; returns whether it is up to date.

        Raises:
            RefusedError: somebody edited the file that is there.
        """
        from idse_core.agent_files import Outcome, apply, place_block, place_file  # noqa: PLC0415  # only for --emit
        from idse_core.compiler.emitters.common import file_name  # noqa: PLC0415  # as above

        made, root = _emitted(self.compiled, form), self.workspace.folder.parent
        name = f"agent-{file_name(self.compiled.profile)}"
        placed = (
            place_block(root, made.path, name, made.text) if made.section else place_file(root, made.path, made.text)
        )
        if placed.edit.outcome is Outcome.KEPT:
            raise RefusedError(f"{made.path} is kept as it is", hint=placed.edit.note)
        looking = self.check or self.explain
        if not looking:
            apply(root, [placed])
        current = not looking or placed.edit.outcome is Outcome.UNCHANGED
        self._say(root / made.path, current=current)
        return current

    def _say(self, path: Path, *, current: bool) -> None:
        if self.face.json_output:
            self.face.document(_document(self.workspace, path, self.compiled, current=current))
        elif self.explain:
            self.face.print(_explained(self.compiled))
        else:
            session = self.compiled.provenance.session
            self.face.print(_said(self.face.shown(path), session, checked=self.check, current=current))


def _emitted(compiled: CompiledProfile, form: str) -> EmittedFile:
    from idse_core.compiler import emit  # noqa: PLC0415  # as in the command

    return emit(compiled.profile, form)


def _said(path: str, session: str, *, checked: bool, current: bool) -> str:
    if not checked:
        return f"Compiled into {path}\n"
    if current:
        return f"{path} is up to date\n"
    return f"{path} is out of date: run `idse compile agent-spec --session {shlex.quote(session)}`\n"


def _explained(compiled: CompiledProfile) -> str:
    width = max(len(item.field) for item in compiled.origins)
    lines = [f"{item.field.ljust(width)}  {item.value}  ({item.source} {item.place})" for item in compiled.origins]
    return "".join(f"{printable(line.replace(' )', ')'))}\n" for line in lines)


def _document(workspace: ProjectWorkspace, path: Path, compiled: CompiledProfile, *, current: bool) -> object:
    from idse_core.compiler.emit import document  # noqa: PLC0415  # as in the command
    from idse_core.reports.documents import CompileDocument, OriginItem, ProfileItem  # noqa: PLC0415  # only for --json

    profile = ProfileItem(**document(compiled.profile, compiled.provenance))  # type: ignore[arg-type]  # its own fields
    origins = [OriginItem(*item) for item in compiled.origins]  # type: ignore[arg-type]  # a source is one of three
    root = workspace.folder.parent
    shown = path.relative_to(root).as_posix() if root in path.parents else path.as_posix()
    return CompileDocument(workspace.project, compiled.provenance.session, shown, current, profile, origins)
