"""How Sphinx builds the documentation: `make docs`, then open docs/_build/index.html."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from idse_core._version import __version__  # noqa: E402  # the path above comes first

project = "IDSE Orchestrator"
author = "The IDSE Orchestrator contributors"
version = release = __version__
language = "en"

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
nitpicky = True

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4  # links to headings, as on a code host
myst_links_external_new_tab = False

html_theme = "furo"
html_title = f"IDSE Orchestrator {release}"
html_static_path: list[str] = []
html_extra_path = ["reference/agency-openapi.yaml", "reference/schemas"]
html_copy_source = False
html_show_sphinx = False

# Only what is in this repository is looked at: a build needs no network.
linkcheck_ignore = [r"https?://"]
