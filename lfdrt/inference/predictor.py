"""Samples to predictions: one at a time with the views that are asked for, or many in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lfdrt.batch import length_buckets
from lfdrt.checkpoint import Checkpoint, load_checkpoint, read_tower
from lfdrt.encoders.image import prepare_image
from lfdrt.inference.heads import head_guesses
from lfdrt.inference.occlusion import Others
from lfdrt.inference.prepare import Prepared, Preparer
from lfdrt.inference.sample import Sample, View
from lfdrt.inference.views import (
    AllFamilies,
    Anchor,
    all_families,
    regions,
    translation,
)
from lfdrt.output import HeadGuesses, Parallel, Prediction, Scores
from lfdrt.runtime import Runtime

WINDOW = 1024
"""Samples held at once by `predict_many`: enough to sort by length, little enough for memory."""
OTHERS = 64
"""Other texts of a sample that are read at once."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A prediction, with the translation as it was read ("" for none), and what can be asked later.

    heads: how well every family's head guesses the text's own words; `exact` as `head_guesses`
    takes it, None where there is nothing to guess or no head. others: the same sample, picture,
    family and all, with each of other texts in place of its own; a text that says nothing is none.
    mixed: the reading through a mix of families, by their shares, which leave to no family what
    they lack of 1.
    """

    prediction: Prediction
    english: str
    heads: Callable[[bool], HeadGuesses | None]
    others: Others
    mixed: Callable[[np.ndarray], Scores]


class Predictor:
    """A checkpoint ready to predict. Safe to call from several threads.

    Takes the checkpoint's model over: it is moved and cast to the runtime in place.
    """

    def __init__(self, checkpoint: Checkpoint, runtime: Runtime) -> None:
        self.runtime = runtime
        self.card = checkpoint.card
        self.folder = checkpoint.folder
        self.model = checkpoint.model.eval().requires_grad_(False)
        self.model.to(device=runtime.device, dtype=runtime.dtype)
        self._sight: Future[None] = Future()
        if self.model.image.tower is not None:
            self._given(self.model.image.tower)
        self.labels = self.model.config.label_set.labels
        self.families = self.model.config.families
        self.tokenizer = checkpoint.tokenizer
        self._preparer = Preparer(self.tokenizer, self.model.config)

    @classmethod
    def load(cls, folder: Path, runtime: Runtime) -> Predictor:
        """Raises CheckpointError with a sentence for anything that is not a usable checkpoint."""
        return cls(load_checkpoint(folder), runtime)

    @classmethod
    def open(cls, folder: Path, runtime: Runtime) -> Predictor:
        """As `load`, a third earlier: texts are answered at once, pictures after `see`."""
        return cls(load_checkpoint(folder, sees=False), runtime)

    def see(self) -> None:
        """Reads the image tower, where there is none yet. Who gave a picture waits for it, and
        gets the CheckpointError that it may end in."""
        if self._sight.done():
            return
        try:
            self._given(read_tower(self.folder, self.model))
        except Exception as error:  # told to those who wait
            self._sight.set_exception(error)

    def _given(self, tower: nn.Module) -> None:
        tower.to(device=self.runtime.device, dtype=self.runtime.dtype)
        self.model.image.tower = tower.to(memory_format=torch.channels_last)
        self._sight.set_result(None)

    def share_words(self, other: Predictor) -> bool:
        """Use the word embeddings of `other` where they are the same numbers in the same format;
        whether they are. Compared in 0.03 s for the compact model, where it saves 54 MB."""
        mine, theirs = (p.model.text.word_embeddings.state_dict() for p in (self, other))
        if self.runtime != other.runtime or mine.keys() != theirs.keys():
            return False
        if not all(torch.equal(t, theirs[name]) for name, t in mine.items()):
            return False
        self.model.text.backbone.set_input_embeddings(other.model.text.word_embeddings)
        return True

    def predict(self, sample: Sample, views: View = View.NOTHING) -> Prediction:
        """One sample. Raises ValueError for a sample without text and picture, or an unknown
        language or family."""
        return self.answer(sample, views).prediction

    @torch.inference_mode()
    def answer(self, sample: Sample, views: View = View.NOTHING) -> Answered:
        """As `predict`, and what can be asked of the encoded text later."""
        prepared = self._preparer.prepare(sample, offsets=True)
        x, mask, image, grid = self._encode([prepared])
        if views & View.FAMILIES:
            read = all_families(self.model, prepared, x, mask, image, self.labels)
        else:
            read = AllFamilies(own=self._scores([prepared], x, mask, image)[0], readings=None)
        anchor = self._anchor(sample) if views & (View.TRANSLATION | View.SHARPNESS) else None
        own = prepared.positions
        grid_view = None
        if views & View.REGIONS and grid is not None and own:
            grid_view = regions(self.model, prepared, x, mask, grid)

        def heads(exact: bool) -> HeadGuesses | None:
            return self._heads(prepared, anchor, exact) if own else None

        def others(texts: Sequence[str]) -> list[Scores]:
            return self._others(prepared, image, texts)

        @torch.inference_mode()
        def mixed(shares: np.ndarray) -> Scores:
            through = torch.from_numpy(shares[None]).to(x)
            reading = self.model.read_mixed(x, mask, through, image)
            return Scores.from_logits(reading.logits_1, reading.logits_2, self.labels)[0]

        guesses = heads(True) if views & View.SHARPNESS else None
        pairs = None
        if views & View.TRANSLATION and own and anchor is not None:
            pairs = translation(self.model, prepared, x, anchor)
        prediction = self._result(
            prepared,
            read.own,
            families=read.readings,
            grid=grid_view,
            sharpness=None if guesses is None else guesses.sharpness.mean(axis=1),
            translation=pairs,
            translation_tokens=anchor.prepared.tokens if pairs is not None and anchor else None,
        )

        english = anchor.prepared.text if anchor is not None else None
        return Answered(
            prediction=prediction,
            english=english or "",
            heads=heads,
            others=others,
            mixed=mixed,
        )

    @torch.inference_mode()
    def _others(self, like: Prepared, image: Tensor, texts: Sequence[str]) -> list[Scores]:
        """The picture's features are at hand. Texts lack a word of the same one, so they are of
        about one length, and reading them in their order pads little. Shape: image (1, D)."""
        found: list[Scores] = []
        rows = self._preparer.others(like, texts)
        for start in range(0, len(rows), OTHERS):
            part = rows[start : start + OTHERS]
            x, mask = self._encode_texts(part)
            found += self._scores(part, x, mask, image.expand(len(part), -1))
        return found

    @torch.inference_mode()
    def _heads(self, text: Prepared, anchor: Anchor | None, exact: bool) -> HeadGuesses | None:
        batch = self._preparer.batch([text]).to(self.runtime.device)
        hidden = self.tokenizer.mask
        return head_guesses(self.model, batch, text.positions, hidden, anchor, exact=exact)

    @torch.inference_mode()
    def side_by_side(self, samples: Sequence[Sample]) -> list[Parallel]:
        """Texts that say the same, in one batch, each read through its own family; the first is
        the anchor's, over whose tokens Eq. 6 aligns all of them, itself too. UserError where one
        says nothing."""
        rows = [self._preparer.prepare(replace(s, image=None), offsets=True) for s in samples]
        x, mask = self._encode_texts(rows)
        family = torch.tensor([r.family_index for r in rows], device=x.device)
        reading = self.model.read(x, mask, family, self.model.without_image(len(rows)))
        aligned = self.model.word_vectors(
            x, family, x[:1].expand(len(rows), -1, -1), mask[:1].expand(len(rows), -1)
        )
        scores = Scores.from_logits(reading.logits_1, reading.logits_2, self.labels)
        attention, alignment = reading.attention.float().cpu(), aligned.attention.float().cpu()
        anchor = list(rows[0].positions)
        return [
            Parallel(
                prediction=self._result(row, scores[i]),
                attention=attention[i, list(row.positions)].numpy(),
                alignment=alignment[i, list(row.positions)][:, anchor].numpy(),
            )
            for i, row in enumerate(rows)
        ]

    @torch.inference_mode()
    def predict_many(self, samples: Iterable[Sample], rows: int = 64) -> Iterator[Prediction]:
        """Samples of any kind, in their order; `rows` of similar length are read at a time."""
        stream = iter(samples)
        while window := list(islice(stream, WINDOW)):
            yield from self._predict_window(window, rows)

    def _predict_window(self, window: Sequence[Sample], rows: int) -> list[Prediction]:
        prepared = self._preparer.prepare_many(window)
        results: list[Prediction | None] = [None] * len(window)
        for bucket in length_buckets([len(p.ids) for p in prepared], rows=rows):
            chosen = [prepared[i] for i in bucket]
            x, mask, image, _ = self._encode(chosen)
            for i, p, scores in zip(
                bucket, chosen, self._scores(chosen, x, mask, image), strict=True
            ):
                results[i] = self._result(p, scores)
        return [r for r in results if r is not None]

    def _encode(self, rows: Sequence[Prepared]) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """Texts, their mask, pictures, and the regions where every row has a picture.

        Shape: x (B, L, D), mask (B, L), image (B, D), grid (B, P, D).
        """
        x, mask = self._encode_texts(rows)
        image = self.model.without_image(len(rows)).clone()
        seen = [i for i, r in enumerate(rows) if r.image is not None]
        if not seen:
            return x, mask, image, None
        self._sight.result()
        config = self.model.config.image
        pixels = torch.stack([prepare_image(rows[i].image, config) for i in seen])
        pixels = pixels.to(self.runtime.device, self.runtime.dtype)
        features = self.model.image(pixels.contiguous(memory_format=torch.channels_last))
        image[seen] = features.pooled
        return x, mask, image, features.grid if len(seen) == len(rows) else None

    def _encode_texts(self, rows: Sequence[Prepared]) -> tuple[Tensor, Tensor]:
        """Rows without text get the stand-in token. Shape: (B, L, D), (B, L)."""
        written = [i for i, r in enumerate(rows) if r.ids]
        nothing, nothing_mask = self.model.without_text(len(rows))
        if not written:
            return nothing, nothing_mask
        batch = self._preparer.batch([rows[i] for i in written]).to(self.runtime.device)
        x_written = self.model.encode(batch)
        if len(written) == len(rows):
            return x_written, batch.mask
        L = x_written.shape[1]
        x = torch.nn.functional.pad(nothing, (0, 0, 0, L - 1)).clone()
        mask = torch.nn.functional.pad(nothing_mask, (0, L - 1)).clone()
        x[written], mask[written] = x_written, batch.mask
        return x, mask

    def _scores(
        self, rows: Sequence[Prepared], x: Tensor, mask: Tensor, image: Tensor
    ) -> list[Scores]:
        family = torch.tensor([r.family_index for r in rows], device=x.device)
        reading = self.model.read(x, mask, family, image)
        return Scores.from_logits(reading.logits_1, reading.logits_2, self.labels)

    def _anchor(self, sample: Sample) -> Anchor | None:
        prepared = self._preparer.prepare_anchor(sample.translation)
        if prepared is None:
            return None
        x, mask = self._encode_texts([prepared])
        return Anchor(prepared=prepared, x=x, mask=mask)

    def _result(self, p: Prepared, scores: Scores, **views: Any) -> Prediction:
        return Prediction(
            labels=self.labels,
            scores=scores,
            language=p.language,
            family=p.family,
            text=p.text,
            has_image=p.image is not None,
            tokens=p.tokens,
            unknown_share=p.unknown_share,
            notes=p.notes,
            photograph=p.photograph,
            **views,
        )
