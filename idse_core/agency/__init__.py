"""Sync with a team's Agency Core: nobody's edit is lost, and nothing goes anywhere but to the configured endpoint."""
