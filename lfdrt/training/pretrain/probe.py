"""Which emotion English sentences carry, judged before training by a linear probe.

Parallel text is mostly neutral news; a step that is to teach emotions must find the sentences that
have some. The probe is a logistic regression (scikit-learn) on the untrained encoder's mean-pooled
vectors of labelled English rows, so no language but English has a say.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from lfdrt.encoders.text import mean_pool
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.evaluate import encoded_batches
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime

ROWS = 6_000
"""Labelled rows the probe reads: 20 s on two cores, and more rows change its scores little."""


def probe_emotions(
    model: LFDRT,
    tokenizer: TextTokenizer,
    labelled: Sequence[tuple[str, int]],
    sentences: Sequence[str],
    runtime: Runtime,
) -> Tensor:
    """Probabilities of the classes for each sentence, all classes taken to be equally frequent.

    `labelled`: texts and class numbers. Shape: -> (N, C); a class without labelled rows has 0.
    """
    chosen = np.random.default_rng(0).permutation(len(labelled))[:ROWS]
    distinct = list(dict.fromkeys(sentences))
    known = _vectors(model, tokenizer, [labelled[i][0] for i in chosen], runtime)
    asked = _vectors(model, tokenizer, distinct, runtime)
    regression = LogisticRegression(C=0.1, class_weight="balanced", max_iter=300)
    probe = make_pipeline(StandardScaler(), regression)
    probe.fit(known, [labelled[i][1] for i in chosen])
    found = torch.zeros(len(distinct), len(model.config.label_set))
    found[:, torch.from_numpy(regression.classes_)] = torch.from_numpy(
        probe.predict_proba(asked)
    ).float()
    place = {text: i for i, text in enumerate(distinct)}
    return found[[place[s] for s in sentences]]


@torch.inference_mode()
def _vectors(
    model: LFDRT, tokenizer: TextTokenizer, texts: Sequence[str], runtime: Runtime
) -> np.ndarray:
    """Mean-pooled x. Shape: -> (N, D)."""
    model.eval()
    vectors = torch.empty(len(texts), model.config.width)
    for bucket, batch, x in encoded_batches(model, tokenizer, texts, runtime):
        vectors[bucket] = mean_pool(x, batch.mask).float().cpu()
    return vectors.numpy()
