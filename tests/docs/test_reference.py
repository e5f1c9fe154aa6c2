"""docs/reference: the pages that are made from the code say what it says."""

from __future__ import annotations

import sys

import pytest

from tools.reference.__main__ import main


@pytest.mark.skipif(sys.version_info < (3, 11), reason="lists the commands of Agency Core, which need Python 3.11")
def test_the_pages_are_up_to_date() -> None:
    assert main(["--check"]) == 0
