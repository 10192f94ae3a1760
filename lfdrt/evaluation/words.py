"""What each family's head knows: masked words of parallel text, predicted from all words (Eq. 5-9).

The own family's head should find the word, the others should say nothing. Measured on sentences
that training held out, and on languages that it never saw; of a model with parts below the family,
the own head with them too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, TextBatch, pad_text_batch
from lfdrt.config import ModelConfig
from lfdrt.data.masking import Masking
from lfdrt.data.records import DataError, ParallelText, parallel_languages, read_parallel
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.bootstrap import RESAMPLES, interval
from lfdrt.languages import LANGUAGES, resolve
from lfdrt.losses import vocabulary_sums
from lfdrt.model.lfdrt import LFDRT
from lfdrt.parts import FAMILY, levels_of, part_numbers
from lfdrt.runtime import Runtime

SENTENCES = 40
"""Sentences of a language: about 170 masked words; 13 families take 10 s of one CPU core."""
MASK_RATE = 0.15  # the paper's
SEED = 7
OF_LEVEL = ("own", "sharpest", "sharpest_interval", "rank")
"""What a deeper reading of the own head changes of a report's row."""


@dataclass(frozen=True, kw_only=True)
class HeadWords:
    """What all heads make of a language's masked words; means over words.

    Shape: cross_entropy, first (share of words that are the head's first choice), uniformity (KL
    from uniform): (K,), natural logarithms. `sharpest`: for each sentence the head whose prediction
    is furthest from uniform, (S,). `own`: the family's number, `NO_FAMILY` where it has no head.
    `deeper`: the same with the own head read at each deeper level that the model has, by its name.
    """

    language: str
    family: str
    own: int
    words: int
    cross_entropy: np.ndarray
    first: np.ndarray
    uniformity: np.ndarray
    sharpest: np.ndarray
    deeper: Mapping[str, HeadWords] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """Of the own head among all by uniformity, the sharpest having 1."""
        return 1 + int((self.uniformity > self.uniformity[self.own]).sum())


def held_out(data: Path, language: str) -> list[ParallelText]:
    """Held-out pairs of a language that was trained. DataError: the file is missing."""
    return read_parallel(data, language, "dev")[:SENTENCES]


def unseen(data: Path) -> dict[str, list[ParallelText]]:
    """Pairs of the languages in `unseen/`, which no training file holds; DataError: there are
    none."""
    files = sorted((data / "unseen").glob("en-*.csv"))
    if not files:
        raise DataError(f"{data / 'unseen'} has no files en-<language>.csv: name the data folder.")
    found = {}
    for path in files:
        language = path.stem.removeprefix("en-")
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[language] = [
                ParallelText(anchor=row["en"], translation=row[language], language=language)
                for _, row in zip(range(SENTENCES), csv.DictReader(file), strict=False)
            ]
    return found


@torch.inference_mode()
def head_words(
    model: LFDRT,
    tokenizer: TextTokenizer,
    pairs: Sequence[ParallelText],
    runtime: Runtime,
) -> HeadWords:
    """All heads on the masked words of one language's pairs. ValueError: no word was masked."""
    model.eval()
    language = resolve(pairs[0].language)
    own = _number(model.config.families, language.family.code)
    masking = Masking.of(tokenizer, MASK_RATE)
    texts, anchors = (
        _batch(tokenizer, [getattr(pair, side) for pair in pairs])
        for side in ("translation", "anchor")
    )
    masked = masking.apply(texts, len(pairs), SEED)
    if not masked.positions:
        raise ValueError(f"no word of {language.name} was masked: its sentences are too short")
    device, readings = runtime.device, _readings(model.config, language.code, own)
    rows = masked.rows.to(device)
    with runtime.autocast():
        x = model.encode(masked.texts.to(device))[rows, masked.columns.to(device)]  # (N, D)
        x_an, mask_an = model.encode(anchors.to(device))[rows], anchors.mask.to(device)[rows]
        h = torch.stack(
            [_vectors(model, x, k, parts, x_an, mask_an) for _, k, parts in readings]
        )  # (H, N, D)
    H, N = h.shape[:2]
    targets = masked.targets.to(device).repeat(H)  # (H·N,)
    sums = vocabulary_sums(h.flatten(0, 1), model.text.word_parts(runtime.dtype), targets)
    missed, hit, apart = (
        t.reshape(H, N).float().cpu()
        for t in (sums.log_total - sums.own, sums.first == targets, sums.uniformity)
    )

    def read(head: int) -> HeadWords:
        """With one of the readings as the own head."""
        heads = [head if k == own else k for k in range(len(model.config.families))]
        return HeadWords(
            language=language.code,
            family=language.family.code,
            own=own,
            words=N,
            cross_entropy=missed[heads].mean(1).numpy(),
            first=hit[heads].mean(1).numpy(),
            uniformity=apart[heads].mean(1).numpy(),
            sharpest=_sharpest(apart[heads], masked.rows).numpy(),
        )

    deeper = {level: read(n) for n, (level, _, _) in enumerate(readings) if level != FAMILY}
    return replace(read(own), deeper=deeper)


def _number(families: Sequence[str], family: str) -> int:
    return families.index(family) if family in families else NO_FAMILY


def _readings(
    config: ModelConfig, language: str, own: int
) -> list[tuple[str, int, tuple[int, int]]]:
    """Level, family and parts of every head: all families', then the own one's at each deeper
    level that the model has."""
    found = [(FAMILY, k) for k in range(len(config.families))]
    if own != NO_FAMILY:
        found += [(level, own) for level in levels_of(config.parts)[1:]]
    return [(level, k, part_numbers(language, config.parts, level)) for level, k in found]


def _vectors(
    model: LFDRT, x: Tensor, family: int, parts: Sequence[int], x_an: Tensor, mask_an: Tensor
) -> Tensor:
    """Each masked word as a text of its own. Shape: x (N, D), x_an (N, A, D) -> (N, D)."""
    through = torch.full((len(x),), family, device=x.device)
    below = torch.tensor([parts], device=x.device).expand(len(x), -1)
    return model.word_vectors(x[:, None], through, x_an, mask_an, parts=below).h[:, 0]


def _sharpest(apart: Tensor, rows: Tensor) -> Tensor:
    """Shape: apart (K, N), rows (N,) -> (S,), the head of the largest mean in each sentence."""
    return torch.stack([apart[:, rows == row].mean(1).argmax() for row in rows.unique()])


def _batch(tokenizer: TextTokenizer, texts: Sequence[str]) -> TextBatch:
    return pad_text_batch(
        [e.ids for e in tokenizer.encode(texts)], [NO_FAMILY] * len(texts), tokenizer.pad
    )


def script_rank(language: str, families: Sequence[str]) -> float:
    """Rank of the own family among those that share the language's script, by script alone: what a
    head would have that knows letters and no language. Ties share their mean rank.

    A family has the scripts of its languages in the table.
    """
    own = resolve(language)
    sharing = {known.family.code for known in LANGUAGES.values() if known.script == own.script}
    better = [f for f in families if f in sharing]
    if own.family.code in better:
        return (1 + len(better)) / 2
    return (len(better) + 1 + len(families)) / 2


def words_report(heads: Sequence[HeadWords], families: Sequence[str]) -> dict[str, Any]:
    """A row a language, and means over languages whose family has a head; plain JSON types."""
    rows = [language_row(one, families) for one in heads]
    led = [one for one in heads if one.own != NO_FAMILY]
    mean = _mean(led, families) | {"languages": len(led)}
    for level in led[0].deeper:
        deeper = _mean([one.deeper[level] for one in led], families)
        mean.setdefault("deeper", {})[level] = {key: deeper[key] for key in OF_LEVEL}
    return {
        "about": f"masked words ({MASK_RATE:.0%}) of {SENTENCES} sentences a language, all words, "
        "with the English sentence; cross-entropy and KL from uniform in nats; `sharpest`: share "
        "of sentences for which the own head is furthest from uniform; `rank` of the own head by "
        "that, `script_rank` by script alone",
        "families": list(families),
        "mean": mean,
        "languages": rows,
    }


def _mean(led: Sequence[HeadWords], families: Sequence[str]) -> dict[str, Any]:
    """Over languages that have a head."""
    rows = [language_row(one, families) for one in led]
    mean: dict[str, Any] = {
        side: {k: round(float(np.mean([r[side][k] for r in rows])), 3) for k in rows[0][side]}
        for side in ("own", "others")
    }
    for key in ("sharpest", "rank", "script_rank"):
        mean[key] = round(float(np.mean([r[key] for r in rows])), 3)
    draws = np.mean([_resampled(one) for one in led], axis=0)
    return mean | {"sharpest_interval": _rounded(interval(draws))}


def language_row(one: HeadWords, families: Sequence[str]) -> dict[str, Any]:
    """One language in plain JSON types; `own`, `sharpest` and ranks are None without a head."""

    def told(heads: np.ndarray) -> dict[str, float]:
        return {
            "first": round(float(one.first[heads].mean()), 4),
            "cross_entropy": round(float(one.cross_entropy[heads].mean()), 3),
            "uniformity": round(float(one.uniformity[heads].mean()), 3),
        }

    numbers = np.arange(len(families))
    led = one.own != NO_FAMILY
    levels = {level: language_row(read, families) for level, read in one.deeper.items()}
    deeper = {name: {key: row[key] for key in OF_LEVEL} for name, row in levels.items()}
    return {
        "language": one.language,
        "family": one.family,
        "words": one.words,
        "own": told(numbers[numbers == one.own]) if led else None,
        "others": told(numbers[numbers != one.own]),
        "sharpest": round(float((one.sharpest == one.own).mean()), 3) if led else None,
        "sharpest_interval": _rounded(interval(_resampled(one))) if led else None,
        "rank": one.rank if led else None,
        "script_rank": script_rank(one.language, families) if led else None,
        "sharpest_head": families[int(one.uniformity.argmax())],
        "by_family": {f: round(float(v), 2) for f, v in zip(families, one.uniformity, strict=True)},
    } | ({"deeper": deeper} if deeper else {})


def _resampled(one: HeadWords) -> np.ndarray:
    """Share of sentences for which the own head is the sharpest, in each draw of the sentences with
    replacement. Shape: (R,)."""
    own = one.sharpest == one.own
    rows = np.random.default_rng(SEED).integers(0, len(own), (RESAMPLES, len(own)))
    shares: np.ndarray = own[rows].mean(axis=1)
    return shares


def _rounded(ends: tuple[float, float]) -> list[float]:
    return [round(end, 3) for end in ends]


def measured(
    model: LFDRT, tokenizer: TextTokenizer, data: Path, runtime: Runtime
) -> Iterator[tuple[str, HeadWords]]:
    """("held out" or "unseen", a language's heads), one after the other."""
    for code in parallel_languages(data):
        yield "held out", head_words(model, tokenizer, held_out(data, code), runtime)
    if (data / "unseen").is_dir():
        for pairs in unseen(data).values():
            yield "unseen", head_words(model, tokenizer, pairs, runtime)
