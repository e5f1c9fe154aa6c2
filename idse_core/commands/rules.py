"""``idse rules``: what is in force, why, and whether rules do what their examples say."""

from __future__ import annotations

import json
from typing import Optional, Tuple

import click

from idse_core.commands.completion_values import rules as complete_rules
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.rules_in_force import InForce, chosen, filtered, in_force, run_tests
from idse_core.constitution_rules import Rule
from idse_core.pipeline_artifacts import Stage

__all__ = ["rules"]


@click.group()
def rules() -> None:
    """The rules in force: list and explain them, run their examples."""


@rules.command("list")
@click.option("--stage", type=click.Choice([stage.value for stage in Stage]), help="Only those about this artifact.")
@click.option("--pack", metavar="NAME", help="Only those that this pack, or a pack file of this name, adds or changes.")
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    shell_complete=complete_rules,
    help="Only these: ids, names or beginnings of ids; commas or repeated.",
)
@common_options
def list_rules(face: Face, stage: Optional[str], pack: Optional[str], select: Tuple[str, ...]) -> None:
    """List the rules in force. Outside of a workspace: those that are installed.

    \b
    Example:
      idse rules list --stage spec
      idse rules list --select TRC,SPEC --json
    """
    force = in_force(face)
    found = filtered(force.rules, stage=Stage(stage) if stage else None, pack=pack, select=select)
    if face.json_output:
        from idse_core.commands.rule_items import rule_list  # noqa: PLC0415  # only for --json

        face.document(rule_list(force.project, found))
        return
    from idse_core.reports.rules_text import render_rules  # noqa: PLC0415  # only as text

    face.print(render_rules(found, face.style))


@rules.command()
@click.argument("rule", metavar="RULE", shell_complete=complete_rules)
@common_options
def show(face: Face, rule: str) -> None:
    """Show a rule in full. Every field, the pack that it is from and those that changed it.

    \b
    Example:
      idse rules show SPEC003
    """
    from idse_core.reports.rules_text import render_rule  # noqa: PLC0415  # only for this command

    force = in_force(face)
    found = force.rules.get(rule)
    if face.json_output:
        _print_document(face, force, found)
    else:
        face.print(render_rule(found, force.article(found), face.style))


@rules.command()
@click.argument("rule", metavar="RULE", shell_complete=complete_rules)
@common_options
def explain(face: Face, rule: str) -> None:
    """Say why a rule exists. With a good and a bad example, and what to do about a finding.

    \b
    Example:
      idse rules explain requires-input
    """
    from idse_core.reports.rules_text import render_explanation  # noqa: PLC0415  # only for this command

    force = in_force(face)
    found = force.rules.get(rule)
    if face.json_output:
        _print_document(face, force, found)
    else:
        face.print(render_explanation(found, force.article(found), face.style))


@rules.command()
@click.argument("what", nargs=-1, metavar="[RULE | PACK FILE]...", shell_complete=complete_rules)
@common_options
@click.pass_context
def test(ctx: click.Context, face: Face, what: Tuple[str, ...]) -> None:
    """Run the examples of rules. Exit 1 when one has the wrong outcome.

    A pack file need not be in force: its rules are tried on top of those that are.

    \b
    Example:
      idse rules test
      idse rules test SPEC003 .idse/rules/team.yaml
    """
    force, picked = chosen(face, what)
    results = run_tests(face, force, picked)
    if face.json_output:
        from idse_core.commands.rule_items import rule_tests  # noqa: PLC0415  # only for --json

        face.document(rule_tests(force.project, picked, results))
    else:
        from idse_core.reports.rules_text import render_tests  # noqa: PLC0415  # only as text

        face.print(render_tests(results, picked, face.style))
    if any(result.problem for result in results):
        ctx.exit(1)


@rules.command()
@common_options
def schema(face: Face) -> None:
    """Print the JSON Schema of rule packs. For editors; with the kinds that are installed.

    \b
    Example:
      idse rules schema
    """
    # Imported here: it imports pydantic, which no other of these commands needs once the rules are compiled.
    from idse_core.validation.kind_registry import kind, kind_names  # noqa: PLC0415
    from idse_core.validation.pack_schema import pack_schema  # noqa: PLC0415

    face.print(json.dumps(pack_schema(map(kind, kind_names())), indent=2) + "\n")


@rules.command()
@common_options
def articles(face: Face) -> None:
    """List the articles of the Constitution.

    \b
    Example:
      idse rules articles
    """
    force = in_force(face)
    if face.json_output:
        from idse_core.commands.rule_items import article_list  # noqa: PLC0415  # only for --json

        face.document(article_list(force.project, force.rules.articles))
    else:
        from idse_core.reports.rules_text import render_articles  # noqa: PLC0415  # only as text

        face.print(render_articles(force.rules.articles, face.style))


def _print_document(face: Face, force: InForce, rule: Rule) -> None:
    from idse_core.commands.rule_items import rule_document  # noqa: PLC0415  # only for --json

    face.document(rule_document(force.project, rule, force.article(rule)))
