"""What the heads' guesses of a text cost and how near the estimate is to the count of all words.

python -m tests.benchmarks.heads [--checkpoint FOLDER] [--rounds 5]

Estimate and count take turns, on one thread, by processor time: other work on the machine slows
both alike, so their ratio holds. Operations are multiplications of the product with the words.
What the page shows first is the estimate: aim of it and its view 0.15 s.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from app.predict import heads as head_views
from lfdrt.inference import Predictor, Sample
from lfdrt.inference.heads import FREQUENT, SHARPEST, STRIDE, TOKENS
from lfdrt.output import HeadGuesses, Prediction
from lfdrt.runtime import resolve_runtime
from lfdrt.words import merge

TEXTS = {
    "tr": "Bugün hava çok güzel, dışarı çıkıp yürümek istiyorum ama yağmur yağacak.",
    "ta": "இன்று வானிலை மிகவும் அழகாக இருக்கிறது.",
    "ar": "الطقس جميل جدا اليوم وأريد أن أخرج للمشي.",
    "fi": "Tänään on todella kaunis ilma ja haluan mennä ulos kävelemään.",
    "sw": "Ninafurahi sana kukuona leo, rafiki yangu wa zamani.",
    "ja": "今日はとても天気がいいので、外に出て散歩したいです。",
    "en": "I cannot believe how happy this little dog makes me every morning.",
    "hu": "Nem hiszem el, milyen boldoggá tesz ez a kiskutya minden reggel.",
    "ka": "დღეს ძალიან კარგი ამინდია და მინდა გარეთ გავიდე.",
    "id": "Saya tidak percaya betapa bahagianya anjing kecil ini membuat saya.",
}


def timed(make: Callable[[], HeadGuesses | None]) -> tuple[HeadGuesses, float]:
    begun = time.process_time()
    found = make()
    assert found is not None
    return found, time.process_time() - begun


def view_seconds(found: HeadGuesses, p: Prediction, families: tuple[str, ...]) -> float:
    words = merge(p.text or "", p.tokens)
    begun = time.process_time()
    head_views.heads(found, p, words, families, english=False, source="")
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/compact"))
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    predictor = Predictor.load(args.checkpoint, resolve_runtime("cpu"))
    K, D, V = len(predictor.families), predictor.model.config.width, predictor.model.text.words
    spent: dict[bool, list[float]] = {True: [], False: []}
    heads, rows, views, own = [], [], [], 0
    for language, text in TEXTS.items():
        asked = predictor.answer(Sample(text=text, language=language))
        for _ in range(args.rounds):
            for exact in (False, True):
                found, seconds = timed(partial(asked.heads, exact))
                if len(asked.prediction.tokens) >= TOKENS - 4:
                    spent[exact].append(seconds / min(len(asked.prediction.tokens), TOKENS))
                if exact:
                    counted = found
                else:
                    estimated = found
        views.append(view_seconds(estimated, asked.prediction, predictor.families))
        t = estimated.sharpness.shape[1]
        apart = estimated.sharpness - counted.sharpness[:, :t]
        heads.append(np.abs(apart.mean(axis=1)).max())
        rows.append(np.abs(estimated.log_probability - counted.log_probability[:, :t]).max())
        sharp = counted.sharpness.mean(axis=1)
        own += predictor.families[int(sharp.argmax())] == asked.prediction.family
    part = FREQUENT + (V - FREQUENT) / STRIDE
    operations = {
        True: K * TOKENS * D * V,
        False: K * TOKENS * D * part + SHARPEST * TOKENS * D * V,
    }
    for exact, name in ((False, "estimated"), (True, "counted")):
        each = float(np.median(spent[exact])) * TOKENS
        print(
            f"{name}: {each:.3f} s of one core for {TOKENS} tokens, {operations[exact] / 1e9:.1f} "
            "billion multiplications"
        )
    each = float(np.median(spent[False])) * TOKENS + float(np.median(views))
    print(f"with its view: {each:.3f} s of one core  (aim: 0.15)")
    print(f"ratio {np.median(spent[False]) / np.median(spent[True]):.2f}")
    print(
        f"largest errors, {len(TEXTS)} texts: {max(heads):.3f} nats of a head's mean sharpness, "
        f"{max(rows):.3f} of a token's log-probability; own family sharpest in {own}"
    )


if __name__ == "__main__":
    main()
