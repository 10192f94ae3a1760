"""How many texts of the data are read otherwise in their usual letters (`lfdrt.letters`), by set,
and how many of them become other token ids.

    python -m tests.benchmarks.letters --data DATA
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer

from lfdrt.letters import usual

TOKENIZER = Path(__file__).parents[2] / "checkpoints/compact/tokenizer.json"


def texts(path: Path) -> Iterator[str]:
    """The text of every row, of parallel files both sides."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {"text", "en", path.stem.split("-")[-1]} & {*(reader.fieldnames or ())}
        yield from (row[name] for row in reader for name in names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    total: dict[str, list[int]] = {}
    for path in sorted(parser.parse_args().data.rglob("*.csv")):
        split = path.stem.split(".")[-1] if "." in path.stem else path.parent.name
        count = total.setdefault(split, [0, 0, 0])
        changed, before = 0, list(count)
        for text in texts(path):
            count[0] += 1
            letters = usual(text)
            if letters.changed:
                changed += 1
                count[1] += 1
                count[2] += tokenizer.encode(letters.text).ids != tokenizer.encode(text).ids
        if changed:
            rows, _, ids = (now - then for now, then in zip(count, before, strict=True))
            print(f"{path.parent.name}/{path.stem}: {changed} of {rows:,} changed, {ids} other ids")
    for split, (rows, changed, ids) in total.items():
        print(f"all {split}: {changed} of {rows:,} changed, {ids} other ids")


if __name__ == "__main__":
    main()
