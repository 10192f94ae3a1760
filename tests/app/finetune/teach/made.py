"""A teaching whose texts are read, as it lies in its folder, without a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.finetune.spec import TeachSpec
from app.jobs.store import JobFolder, JobRecord, now
from lfdrt.training.teach.reading import Read
from tests.csv_files import write

WORDS = ("neşe", "öfke", "banana", "")


def read_teaching(folder: Path, checkpoint: Path, rows: int = 30) -> Path:
    """Every fourth row has one of the table's own labels; what the model says is drawn."""
    (folder / "data").mkdir(parents=True)
    cells = [(f"r{n}", f"cümle {n}", WORDS[n % 4]) for n in range(rows)]
    write(folder / "data" / "table.csv", [("id", "text", "duygu"), *cells])
    rng = np.random.default_rng(0)
    Read(
        ids=tuple(name for name, _, _ in cells),
        texts=tuple(text for _, text, _ in cells),
        z=rng.normal(size=(rows, 8)).astype("float32"),
        logits_1=rng.normal(size=(rows, 7)).astype("float32"),
        logits_2=rng.normal(size=(rows, 7)).astype("float32"),
    ).save(folder / "read.npz")
    columns = {"text": "text", "id": "id", "label": "duygu", "image": None, "lang": None}
    spec = TeachSpec(
        table=Path("data/table.csv"), columns=columns, language="tr", checkpoint=checkpoint,
        name="cümleler", rows=rows,
    )  # fmt: skip
    record = JobRecord(name="cümleler", owner="", created=now(), spec=spec, ended="read")
    JobFolder(folder, TeachSpec).write(record)
    return folder
