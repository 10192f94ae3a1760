"""Predictions of a model for texts: order, labels, and through which family."""

from pathlib import Path

import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.data.records import LabelledText
from lfdrt.evaluation.evaluate import predict_texts, text_probabilities
from lfdrt.evaluation.suites import Suite, predict_suite, score_suite, set_scores
from lfdrt.runtime import resolve_runtime
from tests.tiny import SENTENCES, tiny_checkpoint

RUNTIME = resolve_runtime("cpu", "float32")


def test_probabilities_come_in_the_order_of_the_texts(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    together, _ = text_probabilities(model, tokenizer, SENTENCES, [0, 5], RUNTIME, rows=3)
    alone = [text_probabilities(model, tokenizer, [s], [0, 5], RUNTIME)[0] for s in SENTENCES]
    torch.testing.assert_close(together, torch.cat(alone, dim=1), atol=1e-5, rtol=0)


def test_label_the_model_does_not_have_is_named(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    row = LabelledText(id="0", text="a", label="pride", language="tt", source="s", split="dev")
    with pytest.raises(ValueError, match="no label pride.*anger, disgust.*: s cannot"):
        predict_texts(checkpoint.model, checkpoint.tokenizer, [row], [None], RUNTIME)
    with pytest.raises(ValueError, match="no labelled rows"):
        predict_texts(checkpoint.model, checkpoint.tokenizer, [], [None], RUNTIME)


def test_suite_reads_each_language_through_its_own_family(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    folder = tmp_path / "text" / "made"
    folder.mkdir(parents=True)
    for language in ("tr", "ja"):
        rows = "".join(f"{i},{s},joy\n" for i, s in enumerate(SENTENCES) if "," not in s)
        (folder / f"{language}.dev.csv").write_text("id,text,label\n" + rows, encoding="utf-8")
    suite = Suite(source="made", languages=("tr", "ja"), split="dev", excluded=("neutral",))
    found = score_suite(checkpoint.model, checkpoint.tokenizer, tmp_path, suite, RUNTIME)
    assert [one.family for one in found] == ["turkic", "japonic"]
    both = predict_suite(
        checkpoint.model, checkpoint.tokenizer, tmp_path, suite, RUNTIME, families=("none", "own")
    )
    none = [set_scores(one) for one in both]
    assert [one.family for one in none] == [None, "turkic", None, "japonic"]
    assert none[1] == found[0]
    predicted = predict_suite(checkpoint.model, checkpoint.tokenizer, tmp_path, suite, RUNTIME)
    assert [one.excluded for one in predicted] == [("neutral",)] * 2
    assert predicted[0].ids[0] == "0"
    assert predicted[0].correct.mean() == found[0].scores.accuracy
