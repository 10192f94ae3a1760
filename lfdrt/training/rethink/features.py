"""Encoder outputs of a run's rows, computed once and kept: the encoders are frozen in rethinking.

A row's masked view (Eq. 14) is drawn by the seed and the row's number alone, and encoded when it is
first needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, length_buckets, pad_text_batch
from lfdrt.data.masking import MaskedTexts, Masking
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.model.lfdrt import LFDRT
from lfdrt.output import Box
from lfdrt.runtime import Runtime
from lfdrt.training.feature_files import FeatureFiles

ROWS = 64
PLAIN, MASKED = 0, 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """An unlabelled sample: its text as it was read, token ids (none without a text), its
    disentangler's index, and the image tower's pooled vector, (E,), or None without a picture;
    `part`: of the picture that was read, None for all of it."""

    id: str
    text: str | None
    ids: tuple[int, ...]
    family: int
    image: Tensor | None
    part: Box | None


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

    `folder`: where the files lie, which a stopped run may have begun; None encodes anew at every
    call and keeps nothing, as the paper's text describes. Both give the same numbers, since both
    round to float16.
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
        self.lengths = np.array([len(r.ids) for r in rows], dtype=np.int64)
        self._families = np.array([r.family if r.ids else NO_FAMILY for r in rows], dtype=np.int64)
        self._kept = None
        if folder is not None:
            self._kept = FeatureFiles(folder, self.lengths.tolist(), model.config.width)
        pictured = [n for n, r in enumerate(rows) if r.image is not None]
        self.pictured = np.full(len(rows), -1)  # place of a row's picture in `_pooled`
        self.pictured[pictured] = np.arange(len(pictured))
        kept = [r.image for r in rows if r.image is not None]
        self._pooled = torch.stack(kept) if kept else None  # (M, E)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def cached(self) -> bool:
        return self._kept is not None

    @property
    def damaged(self) -> int:
        """Rows whose kept features were not what had been written; they are encoded again."""
        return 0 if self._kept is None else self._kept.damaged

    def row(self, number: int) -> Row:
        return self._rows[number]

    def seen_ids(self) -> Tensor:
        """Every token id that a row holds, ascending. Shape: (S,)."""
        return torch.tensor(sorted({i for row in self._rows for i in row.ids}), dtype=torch.int64)

    def close(self) -> None:
        """Let go of the files, so that they can be removed. Nothing is read after this."""
        if self._kept is not None:
            self._kept.close()

    def encode_all(self) -> Iterator[int]:
        """Encode what is not kept yet; yields how many rows are done. Without files, nothing."""
        if self._kept is None:
            return
        numbers = np.argsort(self.lengths, kind="stable")
        missing = numbers[~self._kept.holds(numbers, PLAIN) & (self.lengths[numbers] > 0)]
        done = len(self) - len(missing)
        for start in range(0, len(missing), ROWS):
            part = missing[start : start + ROWS].tolist()
            self._encode_into(part, [self._rows[n].ids for n in part], PLAIN)
            yield done + start + len(part)

    def read(self, numbers: Sequence[int]) -> Features:
        """Rows as they are. The model's stand-ins are looked up now: they may have been trained."""
        return self._features(numbers, [self._rows[n].ids for n in numbers], PLAIN)

    def read_masked(self, numbers: Sequence[int]) -> tuple[Features, MaskedTexts]:
        """Masked views of rows that have texts; a short text may hide nothing."""
        masked = self._masked(numbers)
        ids = masked.texts.ids.tolist()
        ids = [row[: self.lengths[n]] for n, row in zip(numbers, ids, strict=True)]
        return self._features(numbers, ids, MASKED), masked

    def _masked(self, numbers: Sequence[int]) -> MaskedTexts:
        """Each row masked by its own number, then put together."""
        families = [self._rows[n].family for n in numbers]
        parts = []
        for n, family in zip(numbers, families, strict=True):
            one = pad_text_batch([self._rows[n].ids], [family], self._pad)
            seed = int(np.random.SeedSequence([self._seed, n, 4]).generate_state(1)[0])
            parts.append(self._masking.apply(one, 1, seed))
        ids = [p.texts.ids[0].tolist() for p in parts]
        rows = [torch.full_like(p.rows, i) for i, p in enumerate(parts)]
        return MaskedTexts(
            texts=pad_text_batch(ids, families, self._pad),
            rows=torch.cat(rows),
            columns=torch.cat([p.columns for p in parts]),
            targets=torch.cat([p.targets for p in parts]),
            positions=sum(p.positions for p in parts),
        )

    def _features(
        self, numbers: Sequence[int], ids: Sequence[Sequence[int]], view: int
    ) -> Features:
        """`ids`: of the wanted view, an entry a row."""
        lengths = self.lengths[numbers]
        mask = np.arange(max(1, int(lengths.max()))) < lengths[:, None]  # (n, L)
        texts = [i for i, length in enumerate(lengths) if length]
        x = self._tokens([numbers[i] for i in texts], [ids[i] for i in texts], mask[texts], view)
        if len(texts) < len(numbers):
            whole = x.new_zeros(*mask.shape, x.shape[-1])
            whole[texts] = x
            bare = np.flatnonzero(lengths == 0)
            whole[bare, 0], mask[bare, 0] = self._model.no_text.detach().float(), True
            x = whole
        device = self._runtime.device
        kept = torch.from_numpy(mask).to(device)
        return Features(
            x=x * kept[..., None],  # zeros at the padding
            mask=kept,
            family=torch.from_numpy(self._families[numbers]).to(device),
            image=self._images(numbers),
        )

    def _tokens(
        self, numbers: Sequence[int], ids: Sequence[Sequence[int]], mask: np.ndarray, view: int
    ) -> Tensor:
        """Shape: n rows with texts, mask (n, L) -> (n, L, D) float32."""
        if not numbers:
            width = self._model.config.width
            return torch.zeros(0, mask.shape[1], width, device=self._runtime.device)
        if self._kept is None:
            found = np.zeros((*mask.shape, self._model.config.width), dtype=np.float16)
            for i, x in zip(range(len(numbers)), self._encode(ids), strict=True):
                found[i, : len(x)] = x
        else:
            missing = np.flatnonzero(~self._kept.holds(numbers, view)).tolist()
            if missing:
                self._encode_into([numbers[i] for i in missing], [ids[i] for i in missing], view)
            found = self._kept.gather(numbers, mask, view)
        return torch.from_numpy(found).to(self._runtime.device).float()

    def _encode_into(self, numbers: Sequence[int], ids: Sequence[Sequence[int]], view: int) -> None:
        if self._kept is not None:
            self._kept.put(numbers, self._encode(ids), view)

    @torch.inference_mode()
    def _encode(self, ids: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """Below any adapter. Shape: an entry a text, (its length, D) float16."""
        done: list[np.ndarray] = [np.empty(0)] * len(ids)
        for bucket in length_buckets([len(i) for i in ids], rows=ROWS):
            batch = pad_text_batch([ids[i] for i in bucket], [NO_FAMILY] * len(bucket), self._pad)
            batch = batch.to(self._runtime.device)
            with self._runtime.autocast():
                x = self._model.text(batch.ids, batch.mask)
            for row, i in enumerate(bucket):
                done[i] = x[row, : len(ids[i])].half().cpu().numpy()
        return done

    def _images(self, numbers: Sequence[int]) -> Tensor:
        """Shape: (n, D). The projection is frozen; what is kept is the tower's vector."""
        image = self._model.no_image.detach().expand(len(numbers), -1)
        at = self.pictured[numbers]
        has = np.flatnonzero(at >= 0)
        if self._pooled is None or not len(has):
            return image
        image = image.clone()
        seen = self._model.image.projection(self._pooled[at[has]].to(image)).detach()
        image[has] = seen.to(image)  # autocast gives bfloat16
        return image
