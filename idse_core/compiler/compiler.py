"""``DocToAgentProfileSpecCompiler``: compiles a session's spec to a profile on disk, without network or other tools."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.compiler.check import checked
from idse_core.compiler.emit import ProfileFormat, serialize
from idse_core.compiler.explain import Origin, origins
from idse_core.compiler.merge import merge
from idse_core.compiler.model import AgentProfileSpec, Provenance
from idse_core.compiler.parse import ParsedProfile, open_markers, parse
from idse_core.compiler.source import ProfileBlock, find_block, has_section
from idse_core.design_store import Document, Place
from idse_core.errors import ProfileError
from idse_core.events import FileWritten, Listener, ignore
from idse_core.markdown import read
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["CompiledProfile", "DocToAgentProfileSpecCompiler"]


class CompiledProfile(NamedTuple):
    """The result of a compilation.

    Attributes:
        origins: where each value came from.
    """

    profile: AgentProfileSpec
    provenance: Provenance
    origins: Tuple[Origin, ...]

    def serialize(self, form: ProfileFormat) -> bytes:
        """The content of the profile's file."""
        return serialize(self.profile, self.provenance, form)


class DocToAgentProfileSpecCompiler:
    """Compiles the ``Agent Profile`` of a session's spec. Reads artifacts, and writes nothing but profiles.

    Args:
        workspace: the workspace of the sessions to compile.
        on_event: called for every write.
    """

    def __init__(self, workspace: ProjectWorkspace, *, on_event: Listener = ignore) -> None:
        self._workspace = workspace
        self._announce = on_event

    def compile(self, session: str, *, blueprint: Optional[str] = None) -> CompiledProfile:
        """Compile a session's spec.

        Args:
            session: its id.
            blueprint: the session whose profile gives defaults; by default ``__blueprint__``, if it exists.

        Raises:
            NotFoundError: there is no such session.
            ProfileError: the spec has no profile, or a broken or unfinished one; names the position.
            UnreadableError: the spec can't be read as text.
        """
        own = parse(find_block(session, self._spec(session)))
        base = self._defaults(session, blueprint)
        merged = merge(own, base)
        computed = {"source_session": session, "source_blueprint": blueprint or BLUEPRINT}
        profile = checked(merged, own, computed)
        return CompiledProfile(profile, _provenance(own, base), origins(profile, merged, own))

    def path(self, session: str, form: ProfileFormat) -> Path:
        """The path of a session's profile: ``build/agents/<session>.profile.<form>`` in the project."""
        project = self._workspace.folder / "projects" / self._workspace.project
        return project / "build" / "agents" / f"{session}.profile.{form}"

    def write(self, compiled: CompiledProfile, form: ProfileFormat, *, out: Optional[Path] = None) -> Path:
        """Write a profile to its path in the project, or into the folder ``out``; return the path.

        Raises:
            StorageError: the file system refused.
            ConflictError: somebody else wrote the file at the same moment.
        """
        data = compiled.serialize(form)
        if out is not None:
            path = out / self.path(compiled.provenance.session, form).name
            files.replace_file(path, data)
            return path
        path = self.path(compiled.provenance.session, form)
        self._replace(path, data)
        return path

    def is_current(self, compiled: CompiledProfile, form: ProfileFormat, *, out: Optional[Path] = None) -> bool:
        """Whether the file on disk equals the compiled profile."""
        kept = self.path(compiled.provenance.session, form)
        path, root = (kept, self._workspace.folder) if out is None else (out / kept.name, out)
        return files.read_bytes(path, root=root) == compiled.serialize(form)

    def _spec(self, session: str) -> Document:
        workspace = self._workspace
        workspace.require_session(session)
        place = Place.artifact(workspace.project, session, Stage.SPEC)
        document = workspace.store.read(place)
        if document is None:
            hint = f"`idse init {workspace.project}` adds it from its template"
            raise ProfileError("the spec is missing", path=workspace.store.locate(place), hint=hint)
        return document

    def _defaults(self, session: str, blueprint: Optional[str]) -> Optional[ParsedProfile]:
        """The blueprint's profile without its fields that still await input; None when it has no profile."""
        chosen = self._workspace.require_session(blueprint) if blueprint else BLUEPRINT
        if chosen == session or chosen not in self._workspace.sessions():
            return None
        spec = self._workspace.store.read(Place.artifact(self._workspace.project, chosen, Stage.SPEC))
        if spec is None or not has_section(read(files.decode(spec.data, path=spec.path))):
            return None
        return _open_defaults(find_block(chosen, spec))

    def _replace(self, path: Path, data: bytes) -> None:
        root = self._workspace.folder
        files.ensure_local(self._workspace.local, root=root)
        before = files.read_bytes(path, root=root)
        digest = files.write_bytes(
            path,
            data,
            expected=None if before is None else files.digest(before),
            root=root,
            displaced=self._workspace.local / "displaced" / self._workspace.project,
        )
        self._announce(FileWritten(path.relative_to(root.parent).as_posix(), digest))


def _open_defaults(block: ProfileBlock) -> Optional[ParsedProfile]:
    """The fields of a blueprint's block; None when it can't be parsed and still has open markers."""
    try:
        return parse(block, allow_open=True)
    except ProfileError:
        if next(open_markers(block), None) is not None:
            return None
        raise


def _provenance(own: ParsedProfile, base: Optional[ParsedProfile]) -> Provenance:
    block = own.block
    return Provenance(
        session=block.session,
        spec=block.path,
        spec_digest=block.digest,
        blueprint=base.block.session if base else "",
        blueprint_digest=base.block.digest if base else "",
    )
