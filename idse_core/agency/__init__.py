"""Sync with a team's Agency Core: no edit is lost, and data is sent to the configured endpoint only."""
