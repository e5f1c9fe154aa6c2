"""``idse help``: topics that belong to no single command."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Tuple

import click

from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.errors import NotFoundError

__all__ = ["help_command"]

_FOLDER = Path(__file__).with_name("topics")


def _topics() -> Dict[str, Path]:
    return {path.stem: path for path in sorted(_FOLDER.glob("*.txt"))}


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    del param
    group = ctx.find_root().command
    commands = group.list_commands(ctx) if isinstance(group, click.Group) else []
    return [name for name in [*_topics(), *commands] if name.startswith(incomplete)]


@click.command("help")
@click.argument("topic", nargs=-1, metavar="[TOPIC | COMMAND]", shell_complete=_complete)
@common_options
@click.pass_context
def help_command(ctx: click.Context, face: Face, topic: Tuple[str, ...]) -> None:
    """Explain a topic, or show a command's help. Alone: list the topics.

    \b
    Example:
      idse help
      idse help exit-codes
      idse help session list
    """
    known = _topics()
    if not topic:
        title, text = "", _listing(known)
    elif len(topic) == 1 and topic[0] in known:
        title, text = topic[0], known[topic[0]].read_text(encoding="utf-8")
    else:
        title, text = " ".join(topic), _of_command(ctx, topic)
    if face.json_output:
        from idse_core.reports.documents import HelpDocument  # noqa: PLC0415  # only for --json

        face.document(HelpDocument(title, text, list(known)))
    else:
        face.print(text)


def _listing(known: Dict[str, Path]) -> str:
    width = max(map(len, known))
    lines = [f"  {name:<{width}}  {_first_line(path)}" for name, path in known.items()]
    return "\n".join(["Topics:", *lines, "", "`idse help TOPIC` explains one, `idse help COMMAND` a command.", ""])


def _first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0]


def _of_command(ctx: click.Context, words: Tuple[str, ...]) -> str:
    command: click.Command = ctx.find_root().command
    context = ctx.find_root()
    for word in words:
        found = command.get_command(context, word) if isinstance(command, click.Group) else None
        if found is None:
            raise NotFoundError(
                f"there is no topic and no command '{' '.join(words)}'", hint="`idse help` lists the topics"
            )
        context = click.Context(found, info_name=word, parent=context)
        command = found
    return f"{command.get_help(context)}\n"
