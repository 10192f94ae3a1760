"""Code-switched rows: what is replaced, and that a run reads them by its setting alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from lfdrt.config import ConfigError
from lfdrt.data.records import ParallelText
from lfdrt.training.pretrain import switched
from lfdrt.training.pretrain.switched import lexicons_of, switched_texts
from tests.csv_files import PAIRS, write
from tests.tiny_data import PARALLEL, tiny_data
from tests.training.pretrain.test_corpus import build
from tests.training.settings import TINY

FIRST_WORDS = ("i", "she", "this", "nobody")
"""Of the tiny data's English texts."""
LEXICONS = {"fi": {"happy": "iloinen", "day": "päivä"}, "tr": {"happy": "mutlu"}}


def test_known_words_change_and_all_else_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switched, "WORDS", 1.0)
    found = set(switched_texts(["Happy day, they'd say: HAPPYish!"] * 40, LEXICONS, 0.5, 0))
    assert found == {
        "Iloinen päivä, they'd say: HAPPYish!",
        "Mutlu day, they'd say: HAPPYish!",
    }


def test_about_half_of_the_known_words_change_by_the_seed_alone() -> None:
    texts = ["happy day"] * 400
    one, again, other = (switched_texts(texts, LEXICONS, 0.5, seed) for seed in (0, 0, 1))
    assert one == again != other
    kept = sum(text.startswith("happy") for text in one) / len(one)
    assert 0.4 < kept < 0.6


def test_families_are_balanced_as_parallel_text_is() -> None:
    """Two Uralic languages and a Turkic one, balanced in full: each family half of the texts."""
    lexicons = {code: {"a": code} for code in ("fi", "hu", "tr")}
    found = switched_texts(["a"] * 3_000, lexicons, 1.0, 0)
    turkish = found.count("tr") / (len(found) - found.count("a"))
    assert 0.45 < turkish < 0.55


def test_each_language_has_its_own_lexicon() -> None:
    pairs = [
        ParallelText(anchor="house", translation=word, language=code)
        for code, word in (("fi", "talo"), ("tr", "ev"))
        for _ in range(2)
    ]
    assert lexicons_of(pairs) == {"fi": {"house": "talo"}, "tr": {"house": "ev"}}


def test_a_run_reads_the_copies_by_its_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switched, "WORDS", 1.0)
    tiny_data(tmp_path)
    swapped = zip(FIRST_WORDS, reversed(FIRST_WORDS), strict=True)
    pairs = [(a, b, "own", "train") for a, b in swapped for _ in range(2)]
    for language in PARALLEL:
        write(tmp_path / "parallel" / f"en-{language}.csv", [("en", language, *PAIRS), *pairs])
    plain, _ = build(tmp_path, TINY)
    none, _ = build(tmp_path, replace(TINY, switched=0.0))
    every, _ = build(tmp_path, replace(TINY, switched=1.0))
    half, _ = build(tmp_path, replace(TINY, switched=0.5))
    assert len(every) == len(plain), "copies are no rows of their own"
    assert str(none.batch(2)) == str(plain.batch(2))
    batches = [corpus.batch(2) for corpus in (plain, every, half)]
    assert all((b.labels == batches[0].labels).all() for b in batches)
    assert all(b.texts.ids.shape == batches[0].texts.ids.shape for b in batches)
    changed = (batches[1].texts.ids != batches[0].texts.ids).any(dim=1)
    assert changed.float().mean() > 0.5
    halves = (batches[2].texts.ids != batches[0].texts.ids).any(dim=1)
    assert 0 < halves.sum() < changed.sum()
    assert not (halves & ~changed).any()


def test_a_share_is_a_share() -> None:
    with pytest.raises(ConfigError, match="switched"):
        replace(TINY, switched=1.5)
