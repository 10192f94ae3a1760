"""Our own sample set read as text, as faces and as both."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import torch
from PIL import Image

from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.data.sources.sample import read_sample
from lfdrt.evaluation.evaluate import predict_texts
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.sample_predictions import BOTH, IMAGE, TEXT, predict_sample
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.labels import POLARITY3
from lfdrt.runtime import resolve_runtime
from tests.tiny import tiny_checkpoint

RUNTIME = resolve_runtime("cpu", "float32")
ROWS = read_sample("sw")[:5]


@pytest.fixture
def checkpoint(tiny_folder: Path) -> Checkpoint:
    return load_checkpoint(tiny_folder)


def _predicted(checkpoint: Checkpoint, inputs: str, family: str | None) -> Predictions:
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    return predict_sample(model, tokenizer, ROWS, family, inputs, RUNTIME)


def test_text_alone_is_what_texts_are_everywhere(checkpoint: Checkpoint) -> None:
    found = _predicted(checkpoint, TEXT, "niger-congo")
    (expected,) = predict_texts(
        checkpoint.model, checkpoint.tokenizer, ROWS, ["niger-congo"], RUNTIME
    )
    torch.testing.assert_close(found.p_1, expected.p_1)
    assert (found.source, found.language, found.split) == ("sample", "sw", "all")
    assert found.read_through == "niger-congo"


@pytest.mark.parametrize("inputs", [BOTH, IMAGE])
def test_faces_are_read_as_the_predictor_reads_them(checkpoint: Checkpoint, inputs: str) -> None:
    """The predictor decodes, prepares and fuses a picture by code of its own."""
    found = _predicted(checkpoint, inputs, "niger-congo")
    predictor = Predictor(checkpoint, RUNTIME)
    for i, row in enumerate(ROWS):
        sample = Sample(
            text=row.text if inputs == BOTH else None,
            image=Image.open(BytesIO(row.image.data)).convert("RGB"),
            language="sw",
        )
        expected = predictor.predict(sample)
        torch.testing.assert_close(
            found.p_1[i], torch.tensor(expected.scores.probabilities_1), atol=1e-4, rtol=1e-3
        )


def test_a_face_alone_is_read_through_no_family(checkpoint: Checkpoint) -> None:
    through, none = (_predicted(checkpoint, IMAGE, family) for family in ("niger-congo", None))
    assert through.read_through is None
    torch.testing.assert_close(through.p_1, none.p_1)


def test_a_model_of_other_labels_is_refused(tmp_path: Path) -> None:
    polarity = load_checkpoint(tiny_checkpoint(tmp_path / "polarity", label_set=POLARITY3))
    with pytest.raises(ValueError, match="the model has no label .*: sample cannot score it"):
        _predicted(polarity, TEXT, None)
