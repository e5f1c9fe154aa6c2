"""Measurements against the budgets, in a workspace that is generated: ``python -m benchmarks``. No test is decided here."""
