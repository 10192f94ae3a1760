"""Masked words of parallel text, as a frozen encoder sees them: encoded once, kept in files.

A translation is masked anew in each view, by the seed and its number alone. What is kept are the
features of the masked tokens and of all tokens of the anchors: what Eq. 6 to 9 read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, Share, length_buckets, pad_text_batch
from lfdrt.data.masking import Masking
from lfdrt.data.records import ParallelText
from lfdrt.encoders.tokens import TextTokenizer, cut
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.feature_files import FeatureFiles, rows_digest

ROWS = 64


@dataclass(frozen=True, kw_only=True)
class MaskedWords:
    """Masked words of S sentences, at most P of each.

    Shape: x (S, P, D) features of the masked tokens; targets (S, P), the ids that stood there, -1
    where a sentence has fewer; x_an (S, A, D) and mask_an (S, A), its anchor's tokens.
    """

    x: Tensor
    targets: Tensor
    x_an: Tensor
    mask_an: Tensor


class WordStore:
    """Masked words of `pairs` in `folder`, which a stopped run, or another one, may have begun."""

    def __init__(
        self,
        model: LFDRT,
        tokenizer: TextTokenizer,
        pairs: Sequence[ParallelText],
        runtime: Runtime,
        *,
        views: int,
        mask_rate: float,
        max_tokens: int,
        seed: int,
        folder: Path,
        share: Share,
    ) -> None:
        self._model, self._pad, self._runtime = model, tokenizer.pad, runtime
        self._share = share
        width, masking = model.config.width, Masking.of(tokenizer, mask_rate)
        anchors = list(dict.fromkeys(pair.anchor for pair in pairs))
        place = {text: n for n, text in enumerate(anchors)}
        self._anchor_of = np.array([place[pair.anchor] for pair in pairs])
        self._anchors = [cut(e.ids, max_tokens) for e in tokenizer.encode(anchors)]
        texts = [
            cut(e.ids, max_tokens) for e in tokenizer.encode([pair.translation for pair in pairs])
        ]
        self._views = [
            _View.drawn(texts, masking, tokenizer.pad, [seed, view]) for view in range(views)
        ]
        self._lengths = np.array([len(ids) for ids in self._anchors])
        self._anchor_files = FeatureFiles(
            folder / f"anchors-{rows_digest(self._anchors)}", self._lengths.tolist(), width, views=1
        )
        self._word_files = [
            FeatureFiles(
                folder / f"view-{rows_digest(view.ids, view.columns)}",
                view.counts.tolist(),
                width,
                views=1,
            )
            for view in self._views
        ]

    def __len__(self) -> int:
        return len(self._anchor_of)

    @property
    def views(self) -> int:
        return len(self._views)

    def words(self) -> int:
        """Masked words of all views."""
        return sum(int(view.counts.sum()) for view in self._views)

    def frequencies(self, vocabulary: int, sentences: np.ndarray) -> np.ndarray:
        """How often each word is a target, each sentence weighing `sentences` (N,). Shape: (V,)."""
        found = np.zeros(vocabulary)
        for view in self._views:
            weight = np.repeat(sentences, view.counts)
            found += np.bincount(view.targets, weights=weight, minlength=vocabulary)
        return found

    def encode_all(self) -> Iterator[tuple[int, int]]:
        """Encode what is not kept yet; yields how many texts are done, of how many. Of several
        processes each encodes its part, which is all that it counts, into the files of all.

        A sentence costs its encoder pass once for each view, an anchor once for all its languages.
        """
        jobs: list[tuple[FeatureFiles, list[tuple[int, ...]], list[np.ndarray] | None]] = [
            (self._anchor_files, self._anchors, None)
        ]
        jobs += [
            (files, view.ids, view.columns)
            for files, view in zip(self._word_files, self._views, strict=True)
        ]
        total = sum(len(ids) for _, ids, _ in jobs)
        done, turn = 0, -1
        for files, ids, columns in jobs:
            missing = np.flatnonzero(~files.holds(np.arange(len(ids)), 0))
            done += len(ids) - len(missing)
            for bucket in length_buckets([len(ids[n]) for n in missing], rows=ROWS):
                turn = (turn + 1) % self._share.world
                if turn != self._share.rank:
                    continue
                numbers = missing[bucket]
                found = self._encoded([ids[n] for n in numbers])
                if columns is not None:
                    found = [x[columns[n]] for n, x in zip(numbers, found, strict=True)]
                files.put(numbers, found, 0)
                done += len(numbers)
                yield done, total

    def read(self, view: int, sentences: np.ndarray, positions: int) -> MaskedWords:
        """The first `positions` masked words of each of `sentences` (S,) in a view."""
        targets = self.targets(view, sentences, positions)
        anchors = self._anchor_of[sentences]
        lengths = self._lengths[anchors]
        mask_an = np.arange(lengths.max()) < lengths[:, None]  # (S, A)
        device = self._runtime.device

        def features(files: FeatureFiles, numbers: np.ndarray, mask: np.ndarray) -> Tensor:
            return torch.from_numpy(files.gather(numbers, mask, 0)).to(device).float()

        return MaskedWords(
            x=features(self._word_files[view], sentences, targets >= 0),
            targets=torch.from_numpy(targets).to(device),
            x_an=features(self._anchor_files, anchors, mask_an),
            mask_an=torch.from_numpy(mask_an).to(device),
        )

    def targets(self, view: int, sentences: np.ndarray, positions: int) -> np.ndarray:
        """The ids that stood there, -1 where a sentence has fewer. Shape: (S,) -> (S, P)."""
        one = self._views[view]
        kept = np.arange(positions) < one.counts[sentences][:, None]
        at = np.where(kept, one.starts[sentences][:, None] + np.arange(positions), 0)
        return np.where(kept, one.targets[at], -1)

    @torch.inference_mode()
    def _encoded(self, ids: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
        """Shape: an entry a text, (its length, D) float16."""
        batch = pad_text_batch(ids, [NO_FAMILY] * len(ids), self._pad).to(self._runtime.device)
        with self._runtime.autocast():
            x = self._model.encode(batch).half().cpu().numpy()
        return [row[: len(own)] for row, own in zip(x, ids, strict=True)]


@dataclass(frozen=True, kw_only=True)
class _View:
    """All sentences masked once. counts, starts: of each sentence's words in `targets`."""

    ids: list[tuple[int, ...]]
    columns: list[np.ndarray]
    targets: np.ndarray
    counts: np.ndarray
    starts: np.ndarray

    @classmethod
    def drawn(
        cls, texts: Sequence[tuple[int, ...]], masking: Masking, pad: int, seed: list[int]
    ) -> _View:
        ids, columns, targets = [], [], []
        for n, text in enumerate(texts):
            own = int(np.random.SeedSequence([*seed, n]).generate_state(1)[0])
            masked = masking.apply(pad_text_batch([text], [NO_FAMILY], pad), 1, own)
            ids.append(tuple(masked.texts.ids[0].tolist()))
            columns.append(masked.columns.numpy())
            targets.append(masked.targets.numpy())
        counts = np.array([len(own) for own in targets])
        starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
        return cls(
            ids=ids,
            columns=columns,
            targets=np.concatenate(targets),
            counts=counts,
            starts=starts,
        )
