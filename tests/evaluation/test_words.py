"""What heads know of masked words: against the naive sum over the vocabulary, and by script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lfdrt.batch import NO_FAMILY, pad_text_batch
from lfdrt.checkpoint import load_checkpoint
from lfdrt.data.masking import Masking
from lfdrt.data.records import DataError, ParallelText
from lfdrt.evaluation.words import (
    MASK_RATE,
    SEED,
    HeadWords,
    head_words,
    script_rank,
    unseen,
    words_report,
)
from lfdrt.languages import FAMILIES
from lfdrt.losses import uniformity
from lfdrt.runtime import resolve_runtime
from tests.csv_files import write
from tests.tiny import SENTENCES, tiny_checkpoint, tiny_with_parts

CPU = resolve_runtime("cpu", "float32")
CODES = tuple(f.code for f in FAMILIES)


def test_heads_against_the_naive_form(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    pairs = [
        ParallelText(anchor=a, translation=b, language="tr")
        for a, b in zip(SENTENCES[:6], SENTENCES[3:9], strict=True)
    ]
    found = head_words(model, tokenizer, pairs, CPU)

    def batch(texts: list[str]):
        ids = [e.ids for e in tokenizer.encode(texts)]
        return pad_text_batch(ids, [NO_FAMILY] * len(ids), tokenizer.pad)

    masking = Masking.of(tokenizer, MASK_RATE)
    masked = masking.apply(batch([p.translation for p in pairs]), len(pairs), SEED)
    anchors = batch([p.anchor for p in pairs])
    with torch.inference_mode():
        x, x_an = model.encode(masked.texts), model.encode(anchors)
        W = model.text.word_matrix(torch.float32)
        for k in (0, found.own):
            family = torch.full((len(pairs),), k)
            h = model.word_vectors(x, family, x_an, anchors.mask).h[masked.rows, masked.columns]
            log_p = (h @ W.T).log_softmax(-1)
            wanted = -log_p[torch.arange(len(h)), masked.targets].mean().item()
            assert found.cross_entropy[k] == pytest.approx(wanted, abs=1e-3)
            assert found.uniformity[k] == pytest.approx(uniformity(h @ W.T).mean().item(), abs=1e-3)
            first = (log_p.argmax(-1) == masked.targets).float().mean().item()
            assert found.first[k] == pytest.approx(first, abs=1e-6)
    assert CODES[found.own] == "turkic"
    assert found.words == len(masked.targets)


def test_deeper_readings_of_the_own_head(tmp_path: Path) -> None:
    """Turkish with its branch is read through that alone at the branch's level, and at its own
    through both; the family's reading, and all other heads, are those of a model without parts."""
    tiny_checkpoint(tmp_path / "tiny")
    checkpoint = load_checkpoint(tiny_with_parts(tmp_path / "parts", ("oghu1243", "tr", "ja")))
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    pairs = [
        ParallelText(anchor=a, translation=b, language="tr")
        for a, b in zip(SENTENCES[:6], SENTENCES[3:9], strict=True)
    ]
    found = head_words(model, tokenizer, pairs, CPU)
    plain = head_words(load_checkpoint(tmp_path / "tiny").model, tokenizer, pairs, CPU)
    assert plain.deeper == {} and [*found.deeper] == ["branch", "language"]
    assert np.array_equal(found.cross_entropy, plain.cross_entropy)
    others = np.arange(13) != found.own
    up = model.disentanglers.up
    for level, read in found.deeper.items():
        assert np.array_equal(read.uniformity[others], found.uniformity[others])
        parts = up @ model.disentanglers.down
        W = parts[0] if level == "branch" else parts[0] + parts[1]
        moved = load_checkpoint(tmp_path / "tiny").model
        with torch.no_grad():
            moved.disentanglers.weight[found.own] += W
        same = head_words(moved, tokenizer, pairs, CPU)
        assert read.cross_entropy[read.own] == pytest.approx(same.cross_entropy[found.own], 1e-4)
        assert read.uniformity[read.own] == pytest.approx(same.uniformity[found.own], 1e-3)
        assert read.sharpest.tolist() == same.sharpest.tolist()
        assert read.cross_entropy[read.own] != found.cross_entropy[found.own]


def test_a_report_of_levels(tmp_path: Path) -> None:
    """Vietnamese has no head here, and so nothing deeper; Kazakh has a branch and was not trained:
    as a language it is what it is as one of its branch."""
    checkpoint = load_checkpoint(tiny_with_parts(tmp_path / "tiny", ("kipc1240", "tt")))
    heads = [
        head_words(
            checkpoint.model,
            checkpoint.tokenizer,
            [ParallelText(anchor=SENTENCES[0], translation=SENTENCES[6], language=code)],
            CPU,
        )
        for code in ("tt", "kk", "vi")
    ]
    report = words_report(heads, CODES)
    tt, kk, vi = report["languages"]
    assert "deeper" not in vi
    assert kk["deeper"]["branch"] == kk["deeper"]["language"] != {"own": kk["own"]}
    assert tt["deeper"]["branch"] != tt["deeper"]["language"]
    mean = report["mean"]["deeper"]["language"]
    levels = [row["deeper"]["language"]["own"]["cross_entropy"] for row in (tt, kk)]
    assert mean["own"]["cross_entropy"] == pytest.approx(sum(levels) / 2, abs=2e-3)
    assert mean.keys() == {"own", "sharpest", "sharpest_interval", "rank"}


def made(language: str, family: str, uniformity: list[float]) -> HeadWords:
    K = len(CODES)
    own = CODES.index(family) if family in CODES else NO_FAMILY
    return HeadWords(
        language=language,
        family=family,
        own=own,
        words=10,
        cross_entropy=np.full(K, 9.0),
        first=np.full(K, 0.1),
        uniformity=np.array(uniformity),
        sharpest=np.array([own, own, 0, 0]),
    )


def test_rank_and_means_by_hand() -> None:
    """The own head is third of 13; of four sentences it is the sharpest for two."""
    apart = [float(k) for k in range(13)]
    third = made("xx", CODES[10], apart)
    assert third.rank == 3
    report = words_report([made("kk", CODES[10], apart), made("vi", "austroasiatic", apart)], CODES)
    assert report["mean"]["languages"] == 1  # one has no head
    assert report["mean"]["rank"] == 3
    low, high = report["languages"][0]["sharpest_interval"]
    assert 0 <= low < report["languages"][0]["sharpest"] == 0.5 < high <= 1
    assert report["mean"]["sharpest_interval"] == [low, high]
    always = replace(third, language="kk", sharpest=np.full(4, third.own))
    assert words_report([always], CODES)["mean"]["sharpest_interval"] == [1, 1]
    assert report["languages"][1]["own"] is None
    assert report["languages"][0]["others"]["uniformity"] == pytest.approx((78 - 10) / 12, abs=1e-3)


def test_script_alone() -> None:
    """Cyrillic is written by tg (Indo-European) and tt (Turkic): two families, mean rank 1.5.
    Kannada script is written by none of the table: any of 13, mean rank 7."""
    assert script_rank("kk", CODES) == 1.5
    assert script_rank("kn", CODES) == 7.0


def test_unseen_languages_come_from_their_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no files en-<language>.csv"):
        unseen(tmp_path)
    write(tmp_path / "unseen" / "en-kk.csv", [("en", "kk"), SENTENCES[:2]])
    (pair,) = unseen(tmp_path)["kk"]
    assert pair.translation == SENTENCES[1] and pair.language == "kk"
