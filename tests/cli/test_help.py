"""What every command says of itself."""

from __future__ import annotations

from typing import Iterator, List, Tuple

import click
import pytest

from idse_core.cli import root


def commands(group: click.Group, words: Tuple[str, ...] = ()) -> Iterator[Tuple[Tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


ALL = list(commands(root))


def shown(words: Tuple[str, ...], command: click.Command) -> List[str]:
    context = click.Context(command, info_name=" ".join(("idse", *words)), max_content_width=100)
    return command.get_help(context).splitlines()


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_help_has_an_example_that_can_be_pasted(words: Tuple[str, ...], command: click.Command) -> None:
    lines = shown(words, command)
    begin = lines.index("  Example:") + 1
    examples = lines[begin : lines.index("", begin)]

    assert examples
    assert all(line.startswith("    ") for line in examples)
    assert any(line.startswith(f"    {' '.join(('idse', *words))}") for line in examples)


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_every_option_is_explained(words: Tuple[str, ...], command: click.Command) -> None:
    unexplained = [option.opts for option in command.params if isinstance(option, click.Option) and not option.help]

    assert unexplained == []
    assert not any("\\b" in line for line in shown(words, command))
