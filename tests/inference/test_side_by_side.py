"""Several languages in one batch: what each alone says, and Eq. 6 over the English words."""

from __future__ import annotations

import numpy as np
import pytest

from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.languages import FAMILIES

CODES = [family.code for family in FAMILIES]
ENGLISH = "I am so happy that you came to see us today"
TEXTS = {"sw": "Ninafurahi sana kukuona leo", "tt": "Мин бүген бик шатмын", "ar": "أنا سعيد جدا"}


def test_one_batch_says_what_each_alone_says(predictor: Predictor) -> None:
    """The naive form: one text after the other with the English as its translation."""
    samples = [Sample(text=text, language=code) for code, text in TEXTS.items()]
    english, *others = predictor.side_by_side([Sample(text=ENGLISH, language="en"), *samples])
    for code, one in zip(TEXTS, others, strict=True):
        alone = predictor.predict(
            Sample(text=TEXTS[code], language=code, translation=ENGLISH),
            View.FAMILIES | View.TRANSLATION,
        )
        k = CODES.index(str(alone.family))
        assert alone.families is not None and alone.translation is not None
        assert one.prediction.tokens == alone.tokens and one.pieces == len(alone.tokens)
        for name in ("probabilities_1", "probabilities_2"):
            np.testing.assert_allclose(
                getattr(one.prediction.scores, name), getattr(alone.scores, name), atol=1e-5
            )
        np.testing.assert_allclose(one.attention, alone.families[k].attention, atol=1e-5)
        np.testing.assert_allclose(one.alignment, alone.translation[k], atol=1e-5)
    assert english.alignment.shape == (english.pieces, english.pieces)


def test_a_text_that_says_nothing_is_a_sentence(predictor: Predictor) -> None:
    with pytest.raises(UserError, match="nothing to predict"):
        predictor.side_by_side([Sample(text=ENGLISH), Sample(text=" \u200b")])
