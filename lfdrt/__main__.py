"""The command line: `python -m lfdrt COMMAND`. Finds the command and turns errors into a sentence.

Exit codes: 0 done, 2 an error of input or settings, 130 stopped; a fault of the program itself
keeps its trace (and 1). With `LFDRT_DEBUG=1` in the environment every error shows it.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import lfdrt
from lfdrt.commands import (
    ablate,
    affinity,
    average,
    baseline,
    data,
    evaluate,
    export,
    faces,
    families,
    head,
    info,
    kit,
    predict,
    pretrain,
    rethink,
    teach,
    towers,
    translate,
)
from lfdrt.errors import UserError
from lfdrt.runs.files import NO_ROOM, is_full, no_temporary_folder

COMMANDS: dict[str, ModuleType] = {
    "predict": predict,
    "info": info,
    "towers": towers,
    "faces": faces,
    "pretrain": pretrain,
    "average": average,
    "head": head,
    "rethink": rethink,
    "teach": teach,
    "evaluate": evaluate,
    "families": families,
    "affinity": affinity,
    "ablate": ablate,
    "baseline": baseline,
    "kit": kit,
    "data": data,
    "export": export,
    "translate": translate,
}


DESCRIPTION = "Sentiment of text and image in low-resource languages."


class OneSentenceParser(argparse.ArgumentParser):
    """An error is one line on stderr, without the usage that buries it.

    `options`: adds its options when it is first asked to parse: those of one command may read
    files that the others do without.
    """

    options: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self.options is not None:
            options, self.options = self.options, None
            options(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; SystemExit for wrong options and --help."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows pipes are not UTF-8 by themselves
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = build_parser().parse_args(argv)
    if why := no_temporary_folder():  # torch makes use of one
        return _say(why, code=2)
    try:
        code = args.run(args)
        sys.stdout.flush()  # a closed pipe shows itself here, not at exit
        return code
    except KeyboardInterrupt as stop:
        return _say(str(stop) or "Stopped.", code=130)
    except BrokenPipeError:  # `... | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ModuleNotFoundError as error:
        return _say(f"{error}. Install what is missing: pip install -r requirements.txt", code=2)
    except UserError as error:
        return _say(" ".join(str(error).split()), code=2)
    except Exception as error:
        if is_full(error):
            return _say(f"Stopped: {NO_ROOM}", code=2)
        if not isinstance(error, OSError) or not error.strerror or not error.filename:
            raise
        return _say(f"{error.filename}: {error.strerror}", code=2)


def build_parser() -> argparse.ArgumentParser:
    called = "lfdrt" if Path(sys.argv[0]).stem == "lfdrt" else "python -m lfdrt"
    parser = OneSentenceParser(prog=called, description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"lfdrt {lfdrt.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=command.HELP,
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        sub.options = command.add_arguments
        sub.set_defaults(run=command.run)
    return parser


def _say(sentence: str, *, code: int) -> int:
    if os.environ.get("LFDRT_DEBUG") == "1":
        traceback.print_exc()
    print(f"lfdrt: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
