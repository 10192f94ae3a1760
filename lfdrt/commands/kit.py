"""Carry a training to a machine with a GPU and no network, and its weights home again.

    python -m lfdrt kit build --data DATA --towers towers --out gpu-kit     (make gpu-kit)
    python3 run.py                                                  (in the kit, over there)
    python -m lfdrt kit merge results --towers towers --out checkpoints/new

The kit holds rows of the data sets: it is not to be published. It was rehearsed on CPUs and has
never run on a GPU.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lfdrt.commands.options import add_device

HELP = "carry a training to a machine with a GPU"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    build = actions.add_parser("build", help="put a kit into a folder", allow_abbrev=False)
    build.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    build.add_argument("--out", type=Path, default=Path("gpu-kit"), metavar="FOLDER")
    build.add_argument("--wheels", type=Path, metavar="FOLDER", help="packages to take along")
    build.add_argument("--limit", type=float, default=59.0, metavar="MIB", help="default: 59")
    build.add_argument("--recipe", type=Path, metavar="FILE", help="instead of the compact recipe")
    build.set_defaults(act=_build)
    run_ = actions.add_parser("run", help="run a kit (run.py does)", allow_abbrev=False)
    run_.add_argument("kit", type=Path, metavar="KIT")
    run_.add_argument("--out", type=Path, metavar="FOLDER", help="default: results")
    run_.add_argument("--work", type=Path, metavar="FOLDER", help="default: work in the kit")
    run_.add_argument("--minutes", type=float, help="instead of the recipe's")
    run_.add_argument("--side-by-side", type=int, metavar="N", help="trainings at a time")
    run_.add_argument(
        "--rehearse",
        type=int,
        metavar="STEPS",
        help="so many steps of each stage, on few rows, with two seeds",
    )
    run_.set_defaults(act=_run)
    checks = actions.add_parser("checks", help="a part of run", allow_abbrev=False)
    checks.add_argument("work", type=Path, metavar="WORK")
    checks.add_argument("--rehearse", action="store_true", help="on few rows")
    checks.set_defaults(act=_checks)
    merge = actions.add_parser("merge", help="make a checkpoint of results", allow_abbrev=False)
    merge.add_argument("results", type=Path, metavar="RESULTS")
    merge.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")
    merge.set_defaults(act=_merge)
    for one in (build, merge):
        one.add_argument("--towers", type=Path, default=Path("towers"), metavar="FOLDER",
                         help="what training starts from (default: towers)")  # fmt: skip
    for one in (run_, checks):
        add_device(one)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for data, towers or folders that cannot be used."""
    act = args.act
    return int(act(args))


def _build(args: argparse.Namespace) -> int:
    from lfdrt.checkpoint import read_json
    from lfdrt.config import from_dict
    from lfdrt.kit.build import MEBIBYTE, build_kit
    from lfdrt.kit.recipe import COMPACT, Recipe

    recipe = COMPACT if args.recipe is None else from_dict(Recipe, read_json(args.recipe))
    built = build_kit(args.out, data=args.data, towers=args.towers, recipe=recipe,
                      limit=args.limit, wheels=args.wheels)  # fmt: skip
    print(
        f"{args.out}: {built.size / MEBIBYTE:.1f} MiB, {built.texts:,} texts, {built.words:,} of "
        f"{built.of_words:,} words, {built.faces:,} faces. It holds rows of data sets: not to be "
        "published. Over there: python3 run.py"
    )
    return 0


def _run(args: argparse.Namespace) -> int:
    from lfdrt.kit.places import Places
    from lfdrt.kit.plan import Asked, run_kit

    # A rehearsal has folders of its own: a run that goes on takes what it finds for its own.
    end = "" if args.rehearse is None else "-rehearsed"
    out = args.out or Path(f"results{end}")
    places = Places(work=args.work or args.kit / f"work{end}", out=out)
    asked = Asked(device=args.device, minutes=args.minutes, side_by_side=args.side_by_side,
                  rehearse=args.rehearse)  # fmt: skip
    whole = run_kit(args.kit, places, asked, _say)
    print(f"{args.out}: {'everything was done' if whole else 'not everything was done'}, see "
          "jobs in report.json")  # fmt: skip
    return 0 if whole else 1


def _checks(args: argparse.Namespace) -> int:
    from lfdrt.checkpoint import read_json
    from lfdrt.config import from_dict
    from lfdrt.kit.checks import run_checks
    from lfdrt.kit.places import Places
    from lfdrt.kit.recipe import Recipe

    places = Places(work=args.work, out=args.work, rehearsed=args.rehearse)
    recipe = from_dict(Recipe, read_json(places.recipe))
    return 0 if run_checks(places, recipe, args.device, _say) else 1


def _merge(args: argparse.Namespace) -> int:
    from lfdrt.errors import UserError
    from lfdrt.kit.results import merge

    if args.out.exists():
        raise UserError(f"{args.out} is there already: name a new --out.")
    merge(args.results, args.towers, args.out)
    print(f"{args.out}: ready. Score it with: python -m lfdrt evaluate --checkpoint {args.out}")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)
