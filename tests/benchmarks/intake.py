"""Seconds to read and report 50,000 rows of each format, and a ZIP of 2,000 pictures.

python -m tests.benchmarks.intake [--rows 50000] [--pictures 2000]

Goals: under 10 s for the rows, under 30 s for the pictures (480×360 JPEG). The tokenizer is that of
the bundled checkpoint, if it is there; rows and pictures are made up.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import time
import zipfile
from collections.abc import Sequence
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

TOKENIZER = Path(__file__).parents[2] / "checkpoints" / "compact" / "tokenizer.json"
HEADER = ("id", "text", "label")
SIZE = (480, 360)
DIFFERENT = 50  # pictures; the others repeat them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--pictures", type=int, default=2_000)
    args = parser.parse_args()
    count = token_counter()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in tables(folder, args.rows):
            report(path.name, path, None, folder, count)
        path, images = pictures(folder, args.pictures)
        report(f"{args.pictures:,} pictures", path, images, folder, count)


def report(
    name: str, table: Path, images: Path | None, folder: Path, count: CountTokens | None
) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    *progress, last = read_intake(
        table, images, labels=EKMAN7.labels, count_tokens=count, scratch=folder, language="en"
    )
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    assert isinstance(last, Intake) and not last.report.errors, last
    print(
        f"{name:16} {len(last.rows):7,} rows {seconds:7.2f} s ({cpu:.2f} s of processor time), "
        f"{len(progress)} progress events"
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


def tables(folder: Path, rows: int) -> list[Path]:
    labels = EKMAN7.labels
    cells = [
        (f"r{place}", f"{text} {place}", labels[place % len(labels)])
        for place, text in enumerate(short_texts(rows))
    ]
    paths = [folder / name for name in ("t.csv", "t.jsonl", "t.parquet", "t.xlsx")]
    with paths[0].open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *cells])
    with paths[1].open("w", encoding="utf-8") as stream:
        stream.writelines(
            json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n"
            for row in cells
        )
    columns = zip(*cells, strict=True)
    pq.write_table(pa.table(dict(zip(HEADER, map(list, columns), strict=True))), paths[2])
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADER, *cells):
        sheet.append(row)
    book.save(paths[3])
    return paths


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
