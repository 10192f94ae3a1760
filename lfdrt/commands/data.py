"""The data sets that can be read: list them, check a folder of one, or fetch one.

  python -m lfdrt data list
  python -m lfdrt data check NAME FOLDER
  python -m lfdrt data fetch NAME --out FOLDER [--pair en-tr] [--url URL] [--sha256 HEX]

`check` reads everything, pictures too, and counts by split, language and label. `fetch` continues a
download that was stopped. Archives stay packed.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.data.sources.census import Census

HELP = "list, check or fetch data sets"
_PAIR = re.compile(r"[a-z]{2,3}-[a-z]{2,3}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    show = actions.add_parser("list", help="what can be read, and where it comes from")
    show.set_defaults(action=_list)
    check = actions.add_parser("check", help="read a data set's folder and count")
    check.add_argument("name", metavar="NAME")
    check.add_argument("folder", type=Path, metavar="FOLDER")
    check.set_defaults(action=_check)
    fetch = actions.add_parser("fetch", help="download a data set's file")
    fetch.add_argument("name", metavar="NAME")
    fetch.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    fetch.add_argument(
        "--pair", metavar="XX-YY", help="of wikimatrix: en-tr, in alphabetical order"
    )
    fetch.add_argument("--url", help="another address of the file")
    fetch.add_argument("--sha256", metavar="HEX", help="what the file must have")
    fetch.set_defaults(action=_fetch)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for an unknown name, a wrong folder or a failed download."""
    return args.action(args)


def _list(args: argparse.Namespace) -> int:
    from lfdrt.data.sources.catalogue import SOURCES

    for name, source in SOURCES.items():
        print(f"{name}\n  {source.title}\n  from: {source.home}\n  licence: {source.licence}")
        print(f"  size: {source.size}\n  SHA-256: {source.sha256 or 'not published'}")
        print(f"  to get it: {source.how}{'' if source.url else ' (no address to fetch from)'}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from lfdrt.data.records import DataError
    from lfdrt.data.sources.catalogue import source_named
    from lfdrt.data.sources.census import Census

    census = Census()
    try:
        for item in source_named(args.name).read(args.folder):
            census.add(item)
    except DataError:
        _report(census)  # what was read before the file that cannot be
        raise
    _report(census)
    if census.used == 0:
        raise DataError(f"{args.folder} holds no row of {args.name} that can be used.")
    return 0


def _report(census: Census) -> None:
    for (split, language, label), count in sorted(census.counts.items()):
        print(f"{split:6s} {language:8s} {label:18s} {count:9,d}")
    print(f"{census.used:,} used, {census.skipped.total():,} left out")
    for why, count in census.skipped.most_common():
        print(f"  {why}: {count:,}")
        for example in census.examples[why]:
            print(f"    {example}")


def _fetch(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from lfdrt.data.fetch import fetch, target
    from lfdrt.data.sources.catalogue import source_named

    source = source_named(args.name)
    url = args.url or _address(args.name, source.url, args.pair)
    path = target(url, args.out)
    if path.exists():
        print(f"{path} is there already; delete it to fetch it again.")
        return 0
    try:
        with tqdm(unit="B", unit_scale=True, disable=None) as bar:
            for progress in fetch(url, path, sha256=args.sha256 or source.sha256):
                bar.total = progress.total
                bar.update(progress.done - bar.n)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Stopped; the same command continues.") from None
    print(f"{path}: {path.stat().st_size:,} bytes. The whole way: {source.how}.")
    return 0


def _address(name: str, url: str | None, pair: str | None) -> str:
    if url is None:
        raise UserError(
            f"{name} has no address that a program can fetch from: see data list, or give --url."
        )
    if ("{pair}" in url) != (pair is not None):
        raise UserError(
            f"--pair is of no use for {name}." if pair else f"{name} needs --pair, such as en-tr."
        )
    if pair is not None and (
        not _PAIR.fullmatch(pair) or pair.split("-") != sorted(pair.split("-"))
    ):
        raise UserError(f"--pair {pair}: two language codes in alphabetical order, such as de-en.")
    return url.replace("{pair}", pair or "")
