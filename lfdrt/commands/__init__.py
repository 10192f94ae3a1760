"""The commands of `python -m lfdrt`, one file each.

A command has HELP (one line), `add_arguments(parser)` and `run(args) -> exit code`, and imports
what is heavy inside `run`, so that `--help` answers at once.
"""
