"""Encoder outputs of a run's rows, computed once and kept: the encoders are frozen in rethinking.

Token features lie in one file that is mapped into memory, so 100,000 rows need 2 GB of disk and
little memory. A row's masked view (Eq. 14) is drawn by the seed and the row's number alone, and
encoded when it is first needed. Knows no labels and no losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, TextBatch, length_buckets, pad_text_batch
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.step import MaskedTexts, Masking

ROWS = 64


@dataclass(frozen=True, kw_only=True)
class Row:
    """An unlabelled sample: token ids (none without a text), its disentangler's index, and the
    image tower's pooled vector, (E,), or None without a picture."""

    id: str
    ids: tuple[int, ...]
    family: int
    image: Tensor | None


@dataclass(frozen=True, kw_only=True)
class Features:
    """Inputs of `LFDRT.read` for n rows.

    Shape: x (n, L, D), mask (n, L), family (n,), image (n, D).

    A row without text has its stand-in as only token and no family.
    """

    x: Tensor
    mask: Tensor
    family: Tensor
    image: Tensor


class FeatureStore:
    """Features of all rows by number.

    `folder`: where the files lie; None encodes anew at every call and keeps nothing, as the
    paper's text describes. Both give the same numbers, since both round to float16.
    """

    def __init__(
        self,
        model: LFDRT,
        tokenizer: TextTokenizer,
        rows: Sequence[Row],
        runtime: Runtime,
        *,
        mask_rate: float,
        seed: int,
        folder: Path | None,
    ) -> None:
        self._model, self._rows, self._runtime = model, rows, runtime
        self._pad, self._masking, self._seed = tokenizer.pad, Masking.of(tokenizer, mask_rate), seed
        self._starts = np.concatenate([[0], np.cumsum([len(r.ids) for r in rows])])
        self._kept = None if folder is None else _Kept(folder, int(self._starts[-1]), len(rows),
                                                       model.config.width)  # fmt: skip

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def lengths(self) -> list[int]:
        return [len(r.ids) for r in self._rows]

    def read(self, numbers: Sequence[int]) -> Features:
        """Rows as they are. The model's stand-ins are looked up now: they may have been trained."""
        return self._features(numbers, self._encoded(numbers, masked=False))

    def read_masked(self, numbers: Sequence[int]) -> tuple[Features, MaskedTexts]:
        """Masked views of rows that have texts; a short text may hide nothing."""
        masked = self._masked(numbers)
        return self._features(numbers, self._encoded(numbers, masked=True)), masked

    def _masked(self, numbers: Sequence[int]) -> MaskedTexts:
        """Each row masked by its own number, then put together."""
        parts = [
            self._masking.apply(self._texts([n]), 1, _row_seed(self._seed, n)) for n in numbers
        ]
        ids = [p.texts.ids[0].tolist() for p in parts]
        rows = [torch.full_like(p.rows, i) for i, p in enumerate(parts)]
        return MaskedTexts(
            texts=pad_text_batch(ids, [self._rows[n].family for n in numbers], self._pad),
            rows=torch.cat(rows),
            columns=torch.cat([p.columns for p in parts]),
            targets=torch.cat([p.targets for p in parts]),
            positions=sum(p.positions for p in parts),
        )

    def _texts(self, numbers: Sequence[int]) -> TextBatch:
        rows = [self._rows[n] for n in numbers]
        return pad_text_batch([r.ids for r in rows], [r.family for r in rows], self._pad)

    def _encoded(self, numbers: Sequence[int], *, masked: bool) -> list[np.ndarray | None]:
        """Token features of rows, float16; None for a row without text."""
        found: dict[int, np.ndarray | None] = {}
        missing = []
        for n in dict.fromkeys(numbers):
            found[n] = self._kept.get(n, self._span(n), masked) if self._kept else None
            if found[n] is None and self._rows[n].ids:
                missing.append(n)
        for n, x in self._encode(missing, masked=masked):
            found[n] = x
            if self._kept:
                self._kept.put(n, self._span(n), masked, x)
        return [found[n] for n in numbers]

    def _span(self, n: int) -> slice:
        return slice(int(self._starts[n]), int(self._starts[n + 1]))

    @torch.inference_mode()
    def _encode(self, numbers: Sequence[int], *, masked: bool) -> list[tuple[int, np.ndarray]]:
        done = []
        for bucket in length_buckets([len(self._rows[n].ids) for n in numbers], rows=ROWS):
            chosen = [numbers[i] for i in bucket]
            batch = self._masked(chosen).texts if masked else self._texts(chosen)
            batch = batch.to(self._runtime.device)
            with self._runtime.autocast():
                x = self._model.text(batch.ids, batch.mask)  # below any adapter
            for i, n in enumerate(chosen):
                done.append((n, x[i, : len(self._rows[n].ids)].half().cpu().numpy()))
        return done

    def _features(self, numbers: Sequence[int], encoded: Sequence[np.ndarray | None]) -> Features:
        model, device = self._model, self._runtime.device
        B, D = len(numbers), model.config.width
        L = max([1, *(len(e) for e in encoded if e is not None)])
        x = torch.zeros(B, L, D, device=device)
        mask = torch.zeros(B, L, dtype=torch.bool, device=device)
        family = torch.full((B,), NO_FAMILY, device=device)
        for i, (n, e) in enumerate(zip(numbers, encoded, strict=True)):
            if e is None:
                x[i, 0], mask[i, 0] = model.no_text.detach(), True
                continue
            x[i, : len(e)] = torch.from_numpy(np.asarray(e)).to(device).float()
            mask[i, : len(e)] = True
            family[i] = self._rows[n].family
        return Features(x=x, mask=mask, family=family, image=self._images(numbers))

    def _images(self, numbers: Sequence[int]) -> Tensor:
        """Shape: (n, D). The projection is frozen; what is kept is the tower's vector."""
        none = self._model.no_image.detach()
        pooled = [self._rows[n].image for n in numbers]
        return torch.stack(
            [none if p is None else self._model.image.projection(p.to(none)) for p in pooled]
        ).detach()


class _Kept:
    """Two memory-mapped files of token features, plain and masked, and which rows they hold."""

    def __init__(self, folder: Path, tokens: int, rows: int, width: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = [
            np.memmap(folder / name, dtype=np.float16, mode="w+", shape=(max(tokens, 1), width))
            for name in ("tokens.f16", "masked.f16")
        ]
        self._has = np.zeros((2, rows), dtype=bool)

    def get(self, n: int, span: slice, masked: bool) -> np.ndarray | None:
        return self._files[masked][span] if self._has[int(masked), n] else None

    def put(self, n: int, span: slice, masked: bool, x: np.ndarray) -> None:
        self._files[masked][span] = x
        self._has[int(masked), n] = True


def _row_seed(seed: int, n: int) -> int:
    return int(np.random.SeedSequence([seed, n, 4]).generate_state(1)[0])
