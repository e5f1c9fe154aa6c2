"""The fixtures of the command line serve here too."""

from __future__ import annotations

from tests.cli.conftest import *  # noqa: F403  # whatever they need of each other comes along
