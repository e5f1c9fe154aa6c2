"""What `make bench` writes; what it measures decides no test."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.measuring import Figure, run
from benchmarks.plot import growth_plot
from benchmarks.results import results_page

FIGURES = {
    "Start": [
        Figure("a", 0.25, "s", "b", 1.26, 1.3),
        Figure("c", 0.25, "s", "b", 21.0, 20, "ms more"),
        Figure("rumdl", 0.0, note="skipped: no network"),
    ]
}


def test_each_figure_says_whether_it_is_within_its_budget() -> None:
    page = results_page(FIGURES, ["a machine"], quick=False)
    assert "| a | 0.25 s | b | 1.26× | ≤ 1.3× | within |" in page
    assert "| c | 0.25 s | b | 21 ms more | ≤ 20 ms more | over |" in page
    assert "| rumdl |  |  |  |  | skipped: no network |" in page
    assert "quick run" not in page
    assert "quick run" in results_page(FIGURES, [], quick=True)


def test_the_plot_is_well_formed_and_starts_at_nothing() -> None:
    root = ET.fromstring(growth_plot("Growth", {"cold": [(10.0, 1.0), (20.0, 2.0)], "warm": [(20.0, 0.1)]}))
    lines = [item.get("points", "") for item in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(lines) == 2
    assert {line.split()[0] for line in lines} == {"64.0,312.0"}


def test_a_run_counts_what_a_process_takes(tmp_path: Path) -> None:
    cost = run([sys.executable, "-c", "sum(range(10**6))"], tmp_path)
    assert cost.status == 0
    assert cost.cpu > 0
    assert cost.memory > 1 << 20


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        run([sys.executable, "-c", "import sys; sys.exit(sys.stderr.write('no such thing') and 3)"], tmp_path)
