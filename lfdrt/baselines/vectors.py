"""Many inputs to vectors by one encoder, in batches, with progress; kept where it is frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from lfdrt.baselines.base import Encoder, Inputs
from lfdrt.batch import length_buckets
from lfdrt.runtime import Runtime
from lfdrt.training.saved import keep_tensors, kept_tensors

ROWS = 64


class Vectors:
    """Vectors of `inputs` by `encoder`, once `read` has ended. Shape: values (N, width) float32.

    folder: where those of a frozen encoder are kept for the next run, under a name made of its
    weights and of the inputs.
    """

    def __init__(
        self, encoder: Encoder, inputs: Inputs, runtime: Runtime, folder: Path | None = None
    ) -> None:
        self._encoder, self._inputs, self._runtime = encoder, inputs, runtime
        self.values = torch.empty(len(inputs), encoder.width)
        self._file = folder / f"vectors-{_digest(encoder, inputs)}.safetensors" if folder else None

    def read(self) -> Iterator[int]:
        """Yields how many inputs are done."""
        if self._file is not None and (kept := kept_tensors(self._file)):
            self.values = kept["vectors"]
            return
        # Texts of similar length pad each other little; pictures are all of one size.
        lengths = [len(i) if isinstance(i, str) else 0 for i in self._inputs]
        self._encoder.eval()
        done = 0
        for bucket in length_buckets(lengths, rows=ROWS):
            with torch.inference_mode(), self._runtime.autocast():
                found = self._encoder([self._inputs[i] for i in bucket])
                self.values[bucket] = found.float().cpu()
            done += len(bucket)
            yield done
        if self._file is not None:
            keep_tensors(self._file, {"vectors": self.values})


def vectors_of(
    encoder: Encoder, inputs: Inputs, runtime: Runtime, folder: Path | None = None
) -> Tensor:
    """All at once. Shape: -> (N, width) float32."""
    vectors = Vectors(encoder, inputs, runtime, folder)
    for _ in vectors.read():
        pass
    return vectors.values


def _digest(encoder: Encoder, inputs: Inputs) -> str:
    """Of weights and inputs: 0.1 s for the compact image tower and the faces."""
    total = hashlib.sha256(f"{encoder.reads} {encoder.name}".encode())
    for name, t in sorted(encoder.state_dict().items()):
        total.update(name.encode() + t.detach().cpu().flatten().view(torch.uint8).numpy().tobytes())
    for one in inputs:
        total.update(one.tobytes() if isinstance(one, Image.Image) else f"{one}\n".encode())
    return total.hexdigest()[:16]


class TextVectors:
    """Vectors of texts, which each encoder reads once for all readings of a model.

    Costs 1.5 KB a text for the compact encoder.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[Encoder, dict[str, Tensor]] = {}

    def __call__(self, encoder: Encoder, texts: Sequence[str]) -> Tensor:
        """Shape: N texts -> (N, width) float32."""
        known = self._known.setdefault(encoder, {})
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, vectors_of(encoder, new, self._runtime), strict=True))
        return torch.stack([known[text] for text in texts])
