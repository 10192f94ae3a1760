"""What the program says where it was started from. Knows no components."""

from __future__ import annotations

HOST_WARNING = (
    "Warning: on {host} the app can be reached from other machines. Only the password protects it, "
    "and the connection is not encrypted."
)
HOST_NEEDS_AUTH = (
    "--host {host} makes the app reachable from other machines: add --auth NAME:PASSWORD, or leave "
    "--host out."
)
AUTH_FORM = "--auth must be NAME:PASSWORD, both non-empty."
PORT_TAKEN = "Port {port} is taken: stop the other program, or choose another with --port."
RUNS_FOLDER = "The folder for trainings, {folder}, cannot be used: {why}. Name another with --runs."
RUNNING = "LFD-RT is at {url}  (Ctrl+C stops it)"
