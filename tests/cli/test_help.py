"""The help of every command."""

from __future__ import annotations

import re
from typing import Iterator, List, Tuple

import click
import pytest

from idse_core import errors
from idse_core.cli import root
from idse_core.commands import BUILT_IN, GROUPS
from tests.cli.running import Idse


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


def test_no_list_of_commands_cuts_a_summary_at_80_columns(idse: Idse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    groups = [(), *sorted({words[:depth] for words, _ in ALL for depth in range(1, len(words))})]
    lists = {words: idse(*words, "--help").out for words in groups}

    assert len(lists) >= 8
    assert [words for words, text in lists.items() if "..." in text.replace("[ARGS]...", "")] == []


def test_the_list_of_commands_has_each_once_below_a_heading(idse: Idse) -> None:
    lines = idse("--help").out.splitlines()
    listed = lines[lines.index("Begin and look:") :]
    names = [line.split()[0] for line in listed if line.startswith("  ")]

    assert sorted(names) == sorted({*BUILT_IN, "agency", "tui"})
    assert [line[:-1] for line in listed if line.endswith(":")] == list(GROUPS)


def test_topics_are_listed_and_explained(idse: Idse) -> None:
    listed = idse("help")
    topics = idse("help", "--json").document["topics"]

    assert listed.code == 0
    assert len(topics) >= 5
    for topic in topics:
        text = idse("help", topic).out
        first = text.partition("\n")[0]
        assert f"  {topic}" in listed.out
        assert first in listed.out
        assert max(map(len, text.splitlines())) <= 120


def test_the_topic_of_exit_codes_has_those_of_the_error_tree(idse: Idse) -> None:
    text = idse("help", "exit-codes").out
    codes = {getattr(errors, name).exit_code for name in errors.__all__}

    assert codes <= {int(match) for match in re.findall(r"^ +(\d+) ", text, re.MULTILINE)}


def test_the_help_of_a_command_is_what_it_says_itself(idse: Idse) -> None:
    assert "Usage: " in idse("help", "session", "list").out
    assert "List sessions as a tree" in idse("help", "session", "list").out


def test_an_unknown_topic_is_one_line(idse: Idse) -> None:
    outcome = idse("help", "nonsense")

    assert outcome.code == 10
    assert "there is no topic and no command 'nonsense'" in outcome.err
