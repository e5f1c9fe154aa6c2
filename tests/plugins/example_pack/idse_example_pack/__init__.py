"""House rules for idse: every `*.yaml` file in this package is a rule pack."""
