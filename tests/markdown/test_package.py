from __future__ import annotations

import subprocess
import sys

import pytest

from idse_core import markdown


def test_public_names() -> None:
    assert markdown.__all__ == sorted(markdown.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(markdown, name) for name in markdown.__all__)


def test_importing_the_package_imports_no_parser() -> None:
    code = "import sys, idse_core.markdown; print([m for m in sys.modules if m in ('pyromark', 'markdown_it')])"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, encoding="utf-8")
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("text", "parsers"), [("# a", "0"), ("- a\n\n\tb", "1")])
def test_only_what_is_not_certain_imports_a_parser(text: str, parsers: str) -> None:
    code = f"import sys, idse_core.markdown as m; m.read({text!r}); print(len({{'pyromark', 'markdown_it'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, encoding="utf-8")
    assert done.stdout.strip() == parsers


def test_an_unknown_reader() -> None:
    with pytest.raises(KeyError):
        markdown.READERS["mistune"]
    assert len(markdown.READERS) == len(list(markdown.READERS))
