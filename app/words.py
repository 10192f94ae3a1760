"""What the page says around its tabs, and the program where it was started. Knows no components."""

from __future__ import annotations

TITLE = "LFD-RT"
TAGLINE = "The sentiment of a text and a picture, read through language families."
BENCHMARK = "Benchmark"
THEME_BUTTON = "Light or dark"

# Where it was started
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
NOT_SERVED = "No page can be served on {host}, port {port}: {why}. Check --host and --port."
RUNS_FOLDER = "The folder for trainings, {folder}, cannot be used: {why}. Name another with --runs."
RUNNING = "LFD-RT is at {url}  (Ctrl+C stops it)"
KIOSK_MINUTES = (
    "--kiosk takes minutes without input, after which everything is cleared: more than 0, such as "
    "--kiosk 3, and not {given!r}."
)
KIOSK_RUNS = (
    "--kiosk keeps nothing, so it takes no --runs: leave one of the two out. Trainings lie in a "
    "temporary folder, which is removed at the end."
)
KIOSK_FOLDER = (
    "No temporary folder could be made for the kiosk: {why}. Free some space on the disk."
)


def ready(name: str, device: str) -> str:
    return f"{name} is ready on {device}"
