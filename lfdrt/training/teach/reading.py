"""A table's rows as the classifiers read them: computed once, kept in one file, used by asking, by
the mix and by learning.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from lfdrt.batch import ALONE, Share
from lfdrt.checkpoint import Checkpoint
from lfdrt.errors import UserError
from lfdrt.inference.sample import Sample
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runs.files import whole
from lfdrt.runtime import Runtime
from lfdrt.training.ranks import each_its_own, put_together
from lfdrt.training.rethink.features import FeatureStore, Row
from lfdrt.training.rethink.rows import rows_of

CHUNK = 64
WIDTHS = {"z": 2, "logits_1": 2, "logits_2": 2, "ids": 1, "texts": 1, "of": 0}


@dataclass(frozen=True, kw_only=True)
class Read:
    """N rows. of: digest of the rows and the checkpoint that they were read with.

    Shape: z (N, D) of Eq. 11; logits_1, logits_2 (N, C), under a flat mix; all float32.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    z: np.ndarray
    logits_1: np.ndarray
    logits_2: np.ndarray
    of: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    def save(self, path: Path) -> None:
        """One file, whole or not at all."""
        with whole(path) as aside, aside.open("wb") as file:
            np.savez(
                file,
                z=self.z,
                logits_1=self.logits_1,
                logits_2=self.logits_2,
                ids=np.array(self.ids, dtype=np.str_),
                texts=np.array(self.texts, dtype=np.str_),
                of=np.array(self.of),
            )

    @classmethod
    def load(cls, path: Path) -> Read:
        """UserError: it is not there, or no file of ours."""
        try:
            with np.load(path, allow_pickle=False) as file:
                held = {name: file[name] for name in WIDTHS}
        except FileNotFoundError:
            raise UserError(f"{path} is not there: let the rows be read first.") from None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise UserError(
                f"{path} is damaged ({error}): delete it, and the rows are read again."
            ) from None
        sizes = {len(held[name]) for name in WIDTHS if name != "of"}
        if len(sizes) != 1 or any(held[name].ndim != n for name, n in WIDTHS.items()):
            raise UserError(f"{path} is damaged: delete it, and the rows are read again.")
        return cls(
            ids=tuple(held["ids"].tolist()),
            texts=tuple(held["texts"].tolist()),
            z=held["z"],
            logits_1=held["logits_1"],
            logits_2=held["logits_2"],
            of=str(held["of"]),
        )


def reading(
    checkpoint: Checkpoint,
    samples: Sequence[tuple[str, Sample]],
    runtime: Runtime,
    of: str = "",
    share: Share = ALONE,
) -> Generator[tuple[str, int], None, Read]:
    """Yields a stage ("pictures", "encoding") and how many rows of it are done; returns them. Of
    several processes each reads its share, and all return all.

    UserError: no row, or one without text and picture. 2,000 texts of 20 tokens take about a minute
    of one core.
    """
    if not len(samples):
        raise UserError("there is no row to read: every row was empty or unreadable.")
    model = checkpoint.model.to(runtime.device).eval()
    parts = [samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK)]

    def prepared(part: Sequence[tuple[str, Sample]]) -> list[Row]:
        return list(rows_of(model, checkpoint.tokenizer, part, runtime))

    made: list[list[Row] | None] = []
    for one in each_its_own(parts, prepared, share):
        made.append(one)
        yield "pictures", min(CHUNK * len(made), len(samples))
    rows = [row for part in put_together(made) for row in part]
    store = FeatureStore(
        model, checkpoint.tokenizer, rows, runtime, mask_rate=0.15, seed=0, folder=None
    )
    alike = list(in_parts(store.lengths))
    read: list[np.ndarray | None] = []
    for found, (_, done) in zip(
        each_its_own(alike, lambda one: fused(model, store, one[0], runtime), share),
        alike,
        strict=True,
    ):
        read.append(found)
        yield "encoding", done
    z = np.zeros((len(rows), model.config.width), dtype=np.float32)
    z[np.concatenate([part for part, _ in alike])] = np.concatenate(put_together(read))
    logits_1, logits_2 = flat_logits(model, z)
    return Read(
        ids=tuple(r.id for r in rows),
        texts=tuple(r.text or "" for r in rows),
        z=z,
        logits_1=logits_1,
        logits_2=logits_2,
        of=of,
    )


def in_parts(lengths: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Rows of like length together, and how many are done after them."""
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), CHUNK):
        part = order[start : start + CHUNK]
        yield part, start + len(part)


@torch.inference_mode()
def fused(model: LFDRT, store: FeatureStore, rows: np.ndarray, runtime: Runtime) -> np.ndarray:
    """z of Eq. 11. Shape: -> (n, D)."""
    f = store.read(rows.tolist())
    with runtime.autocast():
        z = model.read(model.adapter(f.x), f.mask, f.family, f.image).z
    return z.float().cpu().numpy()


@torch.inference_mode()
def flat_logits(model: LFDRT, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both classifiers in float32, without what the model expects of the classes. Shape: (N, D) ->
    (N, C), (N, C)."""
    there = torch.from_numpy(z).to(model.no_text.device)
    first, second = (c(there).cpu().numpy() for c in (model.classifier_1, model.classifier_2))
    return first, second


@torch.inference_mode()
def hidden(model: LFDRT, z: np.ndarray) -> np.ndarray:
    """Both classifiers' hidden layers. Shape: (N, D) -> (2, N, H)."""
    there = torch.from_numpy(z).to(model.no_text.device)
    both = [c.hidden(there).cpu().numpy() for c in (model.classifier_1, model.classifier_2)]
    return np.stack(both)


def samples_digest(samples: Iterator[tuple[str, Sample]] | Sequence[tuple[str, Sample]]) -> str:
    """Of ids, texts, languages and families, and of each picture's pixels."""
    total = hashlib.sha256()
    for name, s in samples:
        total.update(repr((name, s.text, s.language, s.voted, s.family)).encode())
        if s.image is not None:
            total.update(s.image.tobytes())
    return total.hexdigest()
