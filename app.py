"""Starts the app: `python app.py`, then http://127.0.0.1:7860.

Knows no model and no page; it reads the command line, starts the server, then lets the model load.
Every sentence that is said where it was started stands here. torch must not be imported on the way,
or the page would come seconds later.
"""

from __future__ import annotations

import argparse
import errno
import logging
import math
import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_OFFLINE"] = "1"

from app.places import RUNS
from lfdrt.places import checkpoint

if TYPE_CHECKING:
    import gradio as gr

    from app.kiosk.codes import Code
    from app.kiosk.kiosk import Kiosk

KIOSK_MINUTES = "3"
ENDS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals of a program that is told to end, or whose window is closed; which there are depends on
the operating system."""
MAX_UPLOAD = "1gb"
"""A ZIP of pictures; tables and single pictures have smaller limits where they are read."""

HOST_WARNING = (
    "Warning: on {host} the app can be reached from other machines. Only the password protects it, "
    "and the connection is not encrypted. It is answered under {names}; --allow-host adds a name."
)
HOST_NEEDS_AUTH = (
    "--host {host} makes the app reachable from other machines: add --auth NAME:PASSWORD, or leave "
    "--host out."
)
AUTH_FORM = "--auth must be NAME:PASSWORD, both non-empty."
PORT_TAKEN = "Port {port} is taken: stop the other program, or choose another with --port."
NOT_SERVED = "No page can be served on {host}, port {port}: {why}. Check --host and --port."
BAD_PORT = "--port takes a number from 1 to 65535, and not {port}."
BAD_RUNS = "The folder for trainings, {folder}, cannot be used: {why}. Name another with --runs."
RUNNING = "LFD-RT is at {url}  (Ctrl+C stops it)"
BAD_MINUTES = (
    "--kiosk takes minutes without input, after which everything is cleared: more than 0, such as "
    "--kiosk 3, and not {given!r}."
)
KIOSK_RUNS = (
    "--kiosk keeps nothing, so it takes no --runs: leave one of the two out. Trainings lie in a "
    "temporary folder, which is removed at the end."
)
QR_KIOSK = "--qr shows codes to the visitors of a kiosk: add --kiosk, or leave --qr out."
KIOSK_FOLDER = (
    "No temporary folder could be made for the kiosk: {why}. Free some space on the disk."
)


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is stopped. Returns the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    from app.page.guard import LOCAL, served_names
    from app.page.importing import without_stubs
    from lfdrt.runs.files import no_temporary_folder

    without_stubs()
    try:
        auth, idle = _auth(options.auth), _idle(options)
        options.codes = _codes(options)
        options.names = served_names(options.host, options.allow_host)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.host not in LOCAL:
        if auth is None:
            print(HOST_NEEDS_AUTH.format(host=options.host), file=sys.stderr)
            return 2
        told = HOST_WARNING.format(host=options.host, names=", ".join(options.names))
        print(told, file=sys.stderr)
    if why := no_temporary_folder() or _not_free(options.host, options.port):
        print(why, file=sys.stderr)
        return 2
    if idle is None:
        return _serve(options, auth)
    return _serve_kiosk(options, auth, idle)


def _serve_kiosk(options: argparse.Namespace, auth: tuple[str, str] | None, idle: float) -> int:
    """As `_serve`; what visitors leave lies in a folder that is removed at the end."""
    from app.kiosk.folder import temporary_place
    from app.kiosk.kiosk import Kiosk

    for name in ENDS:  # as Ctrl+C does, so that it is cleaned up
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    with ExitStack() as stack:
        try:
            place = stack.enter_context(temporary_place())
        except OSError as error:
            print(KIOSK_FOLDER.format(why=error.strerror or error), file=sys.stderr)
            return 2
        options.runs, kiosk = place.runs, Kiosk(idle, place.uploads, options.codes)
        stack.callback(kiosk.close)
        return _serve(options, auth, kiosk)


def _serve(
    options: argparse.Namespace, auth: tuple[str, str] | None, kiosk: Kiosk | None = None
) -> int:
    from lfdrt.uncollected import uncollected

    with uncollected():
        running = _start(options, auth, kiosk)
    if running is None:
        return 2
    running.block_thread()
    return 0


def _start(
    options: argparse.Namespace, auth: tuple[str, str] | None, kiosk: Kiosk | None
) -> gr.Blocks | None:
    """The page, served; the model loads from now on. None: why not was said."""
    from app.jobs.store import browser_secret
    from app.kinds import engines
    from app.models.service import Service
    from app.page.wiring import session_dropper
    from app.recordings.kind import RECORDING
    from app.recordings.recordings import Recordings
    from app.ui import build

    service = Service(options.checkpoint, options.device)
    single_user = auth is None and not options.multi_user and kiosk is None
    jobs = engines(options.runs, device=options.device, single_user=single_user)
    try:
        jobs.open()
        browser_secret(jobs.machine.runs)  # before the page reads it: the disk may be full
    except OSError as error:
        print(BAD_RUNS.format(folder=options.runs, why=error.strerror), file=sys.stderr)
        return None
    recordings = Recordings(options.data, jobs.of(RECORDING))
    page = build(service, jobs, recordings, kiosk)
    _, url, _ = page.launch(
        server_name=options.host,
        server_port=options.port,
        inbrowser=not options.no_browser,
        auth=auth,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        max_file_size=MAX_UPLOAD,
        **_look(kiosk),
        **_server(options, kiosk, page),
    )
    print(RUNNING.format(url=url), flush=True)
    service.start()
    if kiosk is not None:
        forget = (service.forget, lambda job: recordings.forget())
        kiosk.start(jobs, forget, session_dropper(page))
    return page


def _not_free(host: str, port: int) -> str:
    """Why no server can listen there; "" where one can. Gradio tells every reason as a taken
    port."""
    if not 0 < port <= 65535:  # Gradio looks for itself at port 0
        return BAD_PORT.format(port=port)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return PORT_TAKEN.format(port=port)
        why = error.strerror or error
        return NOT_SERVED.format(host=host, port=port, why=why)
    return ""


def _look(kiosk: Kiosk | None) -> dict[str, Any]:
    """Of the page, for `launch()`."""
    from app.kiosk.page import page_parts
    from app.page.wiring import launch_options

    return launch_options(**({} if kiosk is None else page_parts()))


def _server(options: argparse.Namespace, kiosk: Kiosk | None, built: gr.Blocks) -> dict[str, Any]:
    """What stands before Gradio's own server and beside it, for `launch()`."""
    from app.api import page as api
    from app.kiosk.page import server
    from app.page import atlas, bounds, guard, room, served, speech

    before = [*guard.middleware(options.names, options.allow_host), bounds.middleware()]
    before += [] if kiosk is None else [server(kiosk)]
    before += served.middleware()
    before += [speech.middleware(options.language), room.middleware()]
    routes = [atlas.route(), *served.mounts(), *api.pages(built)]
    settings = {"routes": routes, "middleware": before, "openapi_url": None}
    return {"app_kwargs": settings}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="LFD-RT: sentiment through language families.")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=checkpoint(),
        help="folder of the model (default: LFDRT_CHECKPOINT, or the bundled compact)",
    )
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--host", default="127.0.0.1", help="another one needs --auth")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name that the app is reached under, behind a proxy or in a network; may be "
        "given more than once",
    )
    parser.add_argument("--auth", metavar="NAME:PASSWORD")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument(
        "--runs",
        type=Path,
        help="folder that trainings and recordings are kept in (default: LFDRT_RUNS, else runs, "
        "or of an installed package a folder of this user)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("LFDRT_DATA") or None,
        help="folder of data sets, to record and to show texts of (default: none, or LFDRT_DATA)",
    )
    parser.add_argument(
        "--multi-user",
        action="store_true",
        help="every browser sees its own trainings and recordings alone (always so with --auth)",
    )
    parser.add_argument(
        "--kiosk",
        nargs="?",
        const=KIOSK_MINUTES,
        metavar="MINUTES",
        help="for strangers: nothing is kept, and all is cleared after MINUTES without input "
        f"(default: {KIOSK_MINUTES})",
    )
    parser.add_argument(
        "--language",
        choices=("en", "es", "fr", "zh", "ar", "id"),
        default="",
        help="of the page, until a visitor chooses another (default: as the browser asks)",
    )
    parser.add_argument(
        "--qr",
        action="append",
        default=[],
        metavar="NAME=ADDRESS",
        help="with --kiosk: an address that visitors take along as a QR code, such as that of a "
        "paper or a repository; may be given more than once",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    return parser


def _idle(options: argparse.Namespace) -> float | None:
    """Seconds without input of a kiosk, None without --kiosk; settles the folder of runs.

    Raises ValueError with a sentence."""
    if options.kiosk is None:
        options.runs = options.runs or Path(os.environ.get("LFDRT_RUNS") or RUNS)
        return None
    if options.runs is not None:
        raise ValueError(KIOSK_RUNS)
    try:
        seconds = 60 * float(options.kiosk)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ValueError(BAD_MINUTES.format(given=options.kiosk))
    return seconds


def _codes(options: argparse.Namespace) -> list[Code]:
    """Raises ValueError with a sentence."""
    from app.kiosk.codes import read

    if options.qr and options.kiosk is None:
        raise ValueError(QR_KIOSK)
    return [read(given) for given in options.qr]


def _auth(given: str | None) -> tuple[str, str] | None:
    """Raises ValueError with a sentence for anything but NAME:PASSWORD."""
    if given is None:
        return None
    name, _, password = given.partition(":")
    if not name or not password:
        raise ValueError(AUTH_FORM)
    return name, password


if __name__ == "__main__":
    sys.exit(main())
