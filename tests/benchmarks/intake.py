"""Seconds to read and report tables of each format, a list of lines, and a ZIP of pictures.

python -m tests.benchmarks.intake [--rows 200000] [--lines 1000000] [--pictures 2000] [--only t.ods]

Goals: under 20 s for 200,000 rows and for 1,000,000 lines, under 30 s for 2,000 pictures (480×360
JPEG). Processor time counts where other programs run: of this process, and of the one that reads
spreadsheets. The tokenizer is that of the bundled checkpoint, if it is there; rows and pictures are
made up.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from tokenizers import Tokenizer

from lfdrt.data.intake.read import Intake, read_intake
from lfdrt.data.intake.report import CountTokens, TokenCount
from lfdrt.labels import EKMAN7
from tests.benchmarks.texts import short_texts
from tests.data.readers.make_files import open_document

TOKENIZER = Path(__file__).parents[2] / "checkpoints" / "compact" / "tokenizer.json"
HEADER = ("id", "text", "label")
SIZE = (480, 360)
DIFFERENT = 50  # pictures; the others repeat them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--pictures", type=int, default=2_000)
    parser.add_argument("--only", metavar="NAME", help=f"one of {', '.join((*TABLES, PICTURES))}")
    args = parser.parse_args()
    count = token_counter()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for name, write in TABLES.items():
            if args.only in (None, name):
                write(folder / name, args.lines if name == "t.txt" else args.rows)
                report(name, folder / name, None, folder, count)
        if args.only in (None, PICTURES):
            path, images = pictures(folder, args.pictures)
            report(PICTURES, path, images, folder, count)


def report(
    name: str, table: Path, images: Path | None, folder: Path, count: CountTokens | None
) -> None:
    start, before = time.perf_counter(), os.times()
    *progress, last = read_intake(
        table, images, labels=EKMAN7.labels, count_tokens=count, scratch=folder, language="en"
    )
    seconds, after = time.perf_counter() - start, os.times()
    assert isinstance(last, Intake) and not last.report.errors, last
    own, other = (sum(after[i : i + 2]) - sum(before[i : i + 2]) for i in (0, 2))
    print(
        f"{name:16} {len(last.rows):9,} rows {seconds:7.2f} s ({own:.2f} s of processor time, and "
        f"{other:.2f} s of the reader's process), {len(progress)} progress events",
        flush=True,
    )


def token_counter() -> CountTokens | None:
    if not TOKENIZER.is_file():
        print("no bundled checkpoint: without the tokenizer's part of the report")
        return None
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    unknown = tokenizer.token_to_id("<unk>")

    def count(texts: Sequence[str]) -> list[TokenCount]:
        found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [TokenCount(tokens=len(e.ids), unknown=e.ids.count(unknown)) for e in found]

    return count


def cells(rows: int) -> Iterator[tuple[str, str, str]]:
    labels = EKMAN7.labels
    for place, text in enumerate(short_texts(rows)):
        yield f"r{place}", f"{text} {place}", labels[place % len(labels)]


def write_lines(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{text}\n" for _, text, _ in cells(rows))


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *cells(rows)])


def write_json(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for row in cells(rows):
            told = dict(zip(HEADER, row, strict=True))
            stream.write(json.dumps(told, ensure_ascii=False) + "\n")


def write_parquet(path: Path, rows: int) -> None:
    columns = map(list, zip(*cells(rows), strict=True))
    pq.write_table(pa.table(dict(zip(HEADER, columns, strict=True))), path)


def write_xlsx(path: Path, rows: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADER, *cells(rows)):
        sheet.append(row)
    book.save(path)


def write_ods(path: Path, rows: int) -> None:
    path.write_bytes(open_document([HEADER, *cells(rows)]))


TABLES = {
    "t.txt": write_lines, "t.csv": write_csv, "t.jsonl": write_json, "t.parquet": write_parquet,
    "t.xlsx": write_xlsx, "t.ods": write_ods,
}  # fmt: skip
PICTURES = "pictures"


def pictures(folder: Path, count: int) -> tuple[Path, Path]:
    """A table that names the pictures, and their ZIP."""
    generator = np.random.default_rng(0)
    contents = []
    for _ in range(DIFFERENT):
        coarse = generator.integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(coarse).resize(SIZE).save(buffer, format="JPEG", quality=90)
        contents.append(buffer.getvalue())
    table, images = folder / "named.csv", folder / "pictures.zip"
    with zipfile.ZipFile(images, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(count):
            archive.writestr(f"pictures/{place}.jpg", contents[place % DIFFERENT])
    with table.open("w", encoding="utf-8", newline="") as stream:
        rows = [(text, f"{place}.jpg") for place, text in enumerate(short_texts(count))]
        csv.writer(stream).writerows([("text", "image"), *rows])
    return table, images


if __name__ == "__main__":
    main()
