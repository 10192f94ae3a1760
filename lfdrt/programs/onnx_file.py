"""The text path as one ONNX file, for programs that have no torch: encoder, disentanglers,
attention and both classifiers (Eq. 1, 5, 11, 12), without pictures.

The tokenizer lies beside the file; what else a program must know stands in its metadata. Word
embeddings stay in 4 bits, and are unpacked as they are read.
"""

from __future__ import annotations

import json
import warnings
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lfdrt.batch import NO_FAMILY, pad_text_batch
from lfdrt.checkpoint import Checkpoint
from lfdrt.encoders.quantised import BLOCK, PackedEmbedding
from lfdrt.errors import UserError
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runs.files import whole

NEEDED = ("onnx", "onnxscript", "onnxruntime")
INPUTS, OUTPUTS = ("input_ids", "attention_mask", "families"), ("logits_1", "logits_2")
CLOSE = 1e-3
"""Of logits, between torch and the file: above it the file is not written."""
CHECKED = (
    "I am so happy that you came to see us today",
    "Nem értem, miért haragszik rám mindenki",
    "أنا سعيد جدا اليوم لأنك هنا يا صديقي",
    "ვერ ვიპოვე",
)
"""Texts of several lengths, each tried through no family and through one."""


class PlainWords(nn.Module):
    """`PackedEmbedding` by arithmetic of float32, which is exact for bytes: where bytes are
    shifted, torch's exporter writes signed numbers beside unsigned ones."""

    def __init__(self, table: PackedEmbedding) -> None:
        super().__init__()
        self.table = table

    def forward(self, ids: Tensor) -> Tensor:
        """Shape: ids (B, L) -> (B, L, D)."""
        rows, (B, L) = ids.reshape(-1), ids.shape
        pairs = self.table.packed.index_select(0, rows).float()  # (B * L, D // 2)
        high = (pairs / 16).floor()
        both = (pairs - 16 * high, high)
        blocks = self.table.width // BLOCK  # no length of the batch, which would be written down
        halves = [half.view(-1, blocks, 1, BLOCK // 2) for half in both]
        scale = self.table.scale.index_select(0, rows).float()[:, :, None, None]
        return ((torch.cat(halves, dim=2) - 8) * scale).view(B, L, self.table.width)


class TextPath(nn.Module):
    """What is exported; a text without a picture, as the whole model reads it."""

    def __init__(self, model: LFDRT) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, families: Tensor
    ) -> tuple[Tensor, Tensor]:
        """families: shares of the disentanglers, 1 for the one that the text is read through, all 0
        for none. Shape: (B, L) int64, (B, L) int64, (B, K) -> logits (B, C), (B, C)."""
        mask = attention_mask.bool()
        x = self.model.adapter(self.model.text(input_ids, mask))
        image = self.model.without_image(input_ids.shape[0])
        reading = self.model.read_mixed(x, mask, families, image)
        return reading.logits_1, reading.logits_2


def feed(checkpoint: Checkpoint, texts: list[str], families: list[str | None]) -> dict[str, Any]:
    """Inputs of the file for texts, each with the family that it is read through."""
    known = checkpoint.model.config.families
    index = [NO_FAMILY if name is None else known.index(name) for name in families]
    rows = [encoded.ids for encoded in checkpoint.tokenizer.encode(texts)]
    batch = pad_text_batch(rows, index, checkpoint.tokenizer.pad)
    shares = np.zeros((len(texts), len(known)), dtype=np.float32)
    for row, k in enumerate(index):
        if k != NO_FAMILY:
            shares[row, k] = 1
    values = (batch.ids.numpy(), batch.mask.numpy().astype(np.int64), shares)
    return dict(zip(INPUTS, values, strict=True))


def export_onnx(checkpoint: Checkpoint, path: Path) -> float:
    """Write `path` and, beside it, tokenizer.json; the largest deviation of a logit from torch on
    a few texts. Takes the checkpoint's model over. In float32.

    UserError: a package is missing, or the file does not compute what the model does.
    """
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UserError(
            f"ONNX export needs {', '.join(missing)}, which this machine has not: "
            "pip install -e '.[export]'"
        )
    texts = [text for text in CHECKED for _ in range(2)]
    families = [None, checkpoint.model.config.families[-1]] * len(CHECKED)
    given = feed(checkpoint, texts, families)
    path_of_text = TextPath(checkpoint.model.float().cpu().eval())
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        own = path_of_text(*(torch.from_numpy(given[name]) for name in INPUTS))
    checkpoint.model.text.attend_plainly()  # the fused kernel's mask depends on what the texts are
    words = checkpoint.model.text.word_embeddings
    if isinstance(words, PackedEmbedding):
        checkpoint.model.text.backbone.set_input_embeddings(PlainWords(words))
    with whole(path) as aside:
        program = _exported(path_of_text, given, checkpoint.model.config.text.max_tokens)
        program.model.metadata_props.update(_about(checkpoint))
        program.save(str(aside), external_data=False)
        apart = _deviation(own, aside, given)
        if not apart <= CLOSE:
            raise UserError(
                f"{path.name} was not written: its logits are up to {apart:.2g} from the model's. "
                "Another version of torch or onnxscript may do better."
            )
    checkpoint.tokenizer.save(path.with_name("tokenizer.json"))
    return apart


def _exported(module: TextPath, given: dict[str, Any], most: int) -> Any:
    """torch's program, for texts of at most so many tokens. Its exporter tells its steps on stdout,
    and warns of itself."""
    rows, length = torch.export.Dim("rows"), torch.export.Dim("length", max=most)
    sizes = ({0: rows, 1: length}, {0: rows, 1: length}, {0: rows})
    with torch.no_grad(), warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        return torch.onnx.export(
            module,
            tuple(torch.from_numpy(given[name]) for name in INPUTS),
            dynamo=True,
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_shapes=dict(zip(INPUTS, sizes, strict=True)),
        )


def _about(checkpoint: Checkpoint) -> dict[str, str]:
    """Metadata, each value as JSON: what a program needs beside the numbers."""
    config = checkpoint.model.config
    told = {
        "name": config.name,
        "labels": config.label_set.labels,
        "families": config.families,
        "anchor": config.anchor,
        "prefix": config.text.prefix,
        "max_tokens": config.text.max_tokens,
        "pad": checkpoint.tokenizer.pad,
        "class_prior": config.class_prior,
    }
    return {f"lfdrt.{name}": json.dumps(value, ensure_ascii=False) for name, value in told.items()}


def _deviation(own: tuple[Tensor, Tensor], path: Path, given: dict[str, Any]) -> float:
    """The largest of any logit."""
    import onnxruntime

    found = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, given)
    return max(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, own, strict=True))
