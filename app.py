"""Starts the app: `python app.py`, then http://127.0.0.1:7860.

Knows no model and no page; it reads the command line, starts the server, then lets the model load.
torch must not be imported on the way, or the page would come seconds later.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_OFFLINE"] = "1"

from app import text_start as text

DEFAULT_CHECKPOINT = Path(__file__).resolve().parent / "checkpoints" / "compact"
LOCAL = ("127.0.0.1", "localhost", "::1")
DEFAULT_RUNS = Path(__file__).resolve().parent / "runs"
MAX_UPLOAD = "1gb"
"""A ZIP of pictures; tables and single pictures have smaller limits where they are read."""


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is stopped. Returns the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        auth = _auth(options.auth)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.host not in LOCAL:
        if auth is None:
            print(text.HOST_NEEDS_AUTH.format(host=options.host), file=sys.stderr)
            return 2
        print(text.HOST_WARNING.format(host=options.host), file=sys.stderr)
    return _serve(options, auth)


def _serve(options: argparse.Namespace, auth: tuple[str, str] | None) -> int:
    from app.jobs import Jobs
    from app.jobs.record_jobs import RecordingJobs
    from app.jobs.recordings import Recordings
    from app.service import Service
    from app.theme import launch_options
    from app.ui import build

    service = Service(options.checkpoint, options.device)
    single_user = auth is None and not options.multi_user
    try:
        jobs = Jobs(options.runs, device=options.device, single_user=single_user)
        recorder = RecordingJobs(options.runs, device=options.device, single_user=single_user)
    except OSError as error:
        print(text.RUNS_FOLDER.format(folder=options.runs, why=error.strerror), file=sys.stderr)
        return 2
    page = build(service, jobs, Recordings(options.data, recorder))
    try:
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
            **launch_options(),
        )
    except OSError:
        print(text.PORT_TAKEN.format(port=options.port), file=sys.stderr)
        return 2
    print(text.RUNNING.format(url=url), flush=True)
    service.start()
    page.block_thread()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="LFD-RT: sentiment through language families.")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=Path(os.environ.get("LFDRT_CHECKPOINT") or DEFAULT_CHECKPOINT),
        help="folder of the model (default: checkpoints/compact, or LFDRT_CHECKPOINT)",
    )
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--host", default="127.0.0.1", help="another one needs --auth")
    parser.add_argument("--auth", metavar="NAME:PASSWORD")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path(os.environ.get("LFDRT_RUNS") or DEFAULT_RUNS),
        help="folder that trainings and recordings are kept in (default: runs, or LFDRT_RUNS)",
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
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    return parser


def _auth(given: str | None) -> tuple[str, str] | None:
    """Raises ValueError with a sentence for anything but NAME:PASSWORD."""
    if given is None:
        return None
    name, _, password = given.partition(":")
    if not name or not password:
        raise ValueError(text.AUTH_FORM)
    return name, password


if __name__ == "__main__":
    sys.exit(main())
