"""Measurements against the budgets, in a generated workspace: ``python -m benchmarks``. No test depends on them."""
