"""docs/reference: the pages that are made from the code say what it says."""

from __future__ import annotations

import re
import sys

import pytest

from idse_core.agency import outcome
from idse_core.validation.constitution import core_constitution
from tools.reference.__main__ import main
from tools.reference.exit_codes import exit_codes_page
from tools.reference.rules import rules_page


@pytest.mark.skipif(sys.version_info < (3, 11), reason="lists the commands of Agency Core, which need Python 3.11")
def test_the_pages_are_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_each_rule_says_what_it_has_against_its_bad_example() -> None:
    sections = rules_page().split("\n### ")[1:]

    assert [section.split()[0] for section in sections] == sorted(rule.id for rule in core_constitution().rules)
    bad = [section for section in sections if "\nNot good:\n" in section]
    assert bad
    assert [section for section in bad if "\nIt says, at line " not in section.partition("\nNot good:\n")[2]] == []


def test_the_exit_codes_of_a_sync_are_on_their_page() -> None:
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", exit_codes_page(), re.MULTILINE)}
    assert {outcome._CONFLICTS, outcome._MOVED, outcome._PARTLY, outcome._INTERRUPTED} <= listed
