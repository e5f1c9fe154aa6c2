"""``idse completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.errors import UsageError

__all__ = ["completion"]

_FILES = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/config.fish"}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_FILES)))
@common_options
@click.pass_context
def completion(ctx: click.Context, face: Face, shell: str) -> None:
    """Print the completion script of a shell. Names of projects, sessions and rules are completed live.

    \b
    Example:
      eval "$(idse completion bash)"        in ~/.bashrc
      eval "$(idse completion zsh)"         in ~/.zshrc
      idse completion fish | source         in ~/.config/fish/config.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"there is no completion for {shell}", hint="bash, zsh and fish have one")
    source = kind(ctx.find_root().command, {}, "idse", "_IDSE_COMPLETE").source()
    script = source if source.endswith("\n") else source + "\n"
    if face.json_output:
        from idse_core.reports.documents import CompletionDocument  # noqa: PLC0415  # only for --json

        face.document(CompletionDocument(shell, script))
    else:
        face.print(script)
