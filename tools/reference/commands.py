"""docs/reference/commands.md: every command with its options, from Click."""

from __future__ import annotations

import inspect
from typing import Iterator, List, NamedTuple, Tuple

import click

from idse_core.cli import root
from tools.reference.markdown import NOTE, cell, code, fence, table

__all__ = ["commands_page"]

_EVERYWHERE = ("workspace", "project", "json_output", "color", "help")
_INTRODUCTION = """\
# Commands

Every command takes `--help`, which shows an example, `--json` for one JSON document on stdout (its
schema is named in it and stands in [schemas](schemas.md)), and `--workspace`, `--project` and `--color`;
they are left out of the tables below. No command waits for a keyboard. [Exit codes](exit-codes.md) are the same everywhere.
"""


class _Described(NamedTuple):
    words: Tuple[str, ...]
    command: click.Command

    @property
    def name(self) -> str:
        return " ".join(("idse", *self.words))


def commands_page() -> str:
    """The page's text."""
    found = list(_commands(root, ()))
    lines = [NOTE, "", _INTRODUCTION]
    lines += table(
        ("command", "does"), ([f"[{code(each.name)}](#{_anchor(each.name)})", _summary(each)] for each in found)
    )
    for each in found:
        lines += ["", *_section(each)]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, words: Tuple[str, ...]) -> Iterator[_Described]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield _Described((*words, name), command)
            yield from _commands(command, (*words, name))
        elif command is not None and not command.hidden:
            yield _Described((*words, name), command)


def _section(each: _Described) -> List[str]:
    context = click.Context(each.command, info_name=each.name)
    usage = " ".join([each.name, *each.command.collect_usage_pieces(context)])
    text, examples = _help(each)
    lines = [f"## {code(each.name)}", "", *fence(usage, "text"), "", *text]
    rows = [_option(option) for option in each.command.params if _shown(option)]
    if rows:
        lines += ["", *table(("option", "", "default"), rows)]
    if examples:
        lines += ["", *fence("\n".join(examples), "text")]
    return lines


def _help(each: _Described) -> Tuple[List[str], List[str]]:
    """The paragraphs without the example, and the example's lines."""
    before, _, after = inspect.cleandoc(each.command.help or "").partition("\b\nExample:\n")
    examples, _, rest = after.partition("\n\n")
    text = [line.replace("\b", "").strip() for line in f"{before.strip()}\n\n{rest.strip()}".strip().splitlines()]
    return text, [line.strip() for line in examples.splitlines()]


def _shown(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.hidden and parameter.name not in _EVERYWHERE


def _option(option: click.Parameter) -> List[str]:
    assert isinstance(option, click.Option)
    names = ", ".join(code(name) for name in option.opts)
    if option.secondary_opts:
        names += " / " + ", ".join(code(name) for name in option.secondary_opts)
    value = "" if option.is_flag or option.count else f" {cell(code(_value(option)))}"
    many = " (may be repeated)" if option.multiple and "repeated" not in (option.help or "") else ""
    return [names + value, cell((option.help or "") + many), _default(option)]


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "|".join(str(getattr(choice, "value", choice)) for choice in option.type.choices)
    return option.metavar or option.type.name.upper()


def _default(option: click.Option) -> str:
    shown = option.show_default and not option.is_flag and isinstance(option.default, (str, int))
    return code(str(option.default)) if shown else ""


def _summary(each: _Described) -> str:
    text, _ = _help(each)
    first = " ".join(text[: text.index("")] if "" in text else text)
    return cell(first)


def _anchor(name: str) -> str:
    return name.replace(" ", "-")
