"""What a sample becomes before the model, and what the user is told about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lfdrt.batch import NO_FAMILY
from lfdrt.checkpoint import load_checkpoint
from lfdrt.data.detect import Detection
from lfdrt.data.guessers import Guess
from lfdrt.inference import prepare
from lfdrt.inference.prepare import Preparer
from lfdrt.inference.sample import NO_DISENTANGLER, Sample
from lfdrt.languages import FAMILIES

PICTURE = Image.new("RGB", (8, 8), "red")
CODES = tuple(family.code for family in FAMILIES)


@pytest.fixture(scope="module")
def preparer(tiny_folder: Path) -> Preparer:
    checkpoint = load_checkpoint(tiny_folder)
    return Preparer(checkpoint.tokenizer, checkpoint.model.config)


@pytest.fixture
def detected(monkeypatch: pytest.MonkeyPatch) -> list[Detection | None]:
    """What detection will answer; Swahili, sure, unless a test changes it."""
    answer: list[Detection | None] = [
        Detection(code="sw", name="Swahili", probability=0.99, verdict="sure")
    ]
    monkeypatch.setattr(prepare, "detect_language", lambda text: answer[0])
    return answer


@pytest.mark.parametrize(
    ("language", "code", "family"),
    [
        ("tt", "tt", "turkic"),
        ("Swahili", "sw", "niger-congo"),
        ("pt-BR", "pt", "indo-european"),
        ("eu", "eu", "isolate"),
    ],
)
def test_a_named_language_gives_its_family(
    preparer: Preparer, language: str, code: str, family: str
) -> None:
    row = preparer.prepare(Sample(text="so happy", language=language), offsets=True)
    assert (row.language, row.family) == (code, family)
    assert row.family_index == CODES.index(family)
    assert row.notes == ()


@pytest.mark.usefixtures("detected")
def test_a_language_that_is_not_named_is_detected(preparer: Preparer) -> None:
    row = preparer.prepare(Sample(text="so happy"), offsets=True)
    assert (row.language, row.family, row.notes) == ("sw", "niger-congo", ())


def test_a_named_language_is_not_detected(
    preparer: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "detect_language", lambda text: pytest.fail("asked"))
    preparer.prepare(Sample(text="so happy", language="fi"), offsets=True)
    preparer.prepare(Sample(image=PICTURE), offsets=True)


JAVANESE = {"code": "jv", "name": "Javanese", "probability": 0.41}
BASQUE = Guess(code="eu", name="Basque", share=0.2, key="eu")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "Too short to tell: no language is taken for sure. Choose it"),
        (
            Detection(**JAVANESE, verdict="short", others=(BASQUE,)),
            "Too short to tell (perhaps Javanese, Basque): no language",
        ),
        (
            Detection(**JAVANESE, verdict="mixed"),
            "Mixed or romanised, or in a language that is not known (perhaps Javanese): no",
        ),
    ],
)
def test_no_unsure_guess_chooses_a_family(
    preparer: Preparer,
    detected: list[Detection | None],
    found: Detection | None,
    said: str,
) -> None:
    detected[0] = found
    row = preparer.prepare(Sample(text="so happy"), offsets=True)
    assert (row.language, row.family, row.family_index) == (None, None, NO_FAMILY)
    assert row.notes[0].startswith(said)


def test_a_table_votes_for_texts_that_are_too_short(
    preparer: Preparer, detected: list[Detection | None]
) -> None:
    sample = Sample(text="so happy", voted="tr")
    assert preparer.prepare(sample, offsets=True).family == "niger-congo"  # the text is sure
    detected[0] = Detection(**JAVANESE, verdict="short")
    row = preparer.prepare(sample, offsets=True)
    assert (row.language, row.family) == ("tr", "turkic")
    assert row.notes == (
        "Too short to tell its language: taken for Turkish, as most of the table.",
    )


def test_an_untrained_family_is_named_and_read_through_none(preparer: Preparer) -> None:
    row = preparer.prepare(Sample(text="so happy", language="vi"), offsets=True)
    assert (row.language, row.family, row.family_index) == ("vi", None, NO_FAMILY)
    assert "No disentangler was trained for Vietnamese (Austroasiatic)" in row.notes[0]


def test_a_chosen_family_wins_and_silences_the_note(preparer: Preparer) -> None:
    row = preparer.prepare(Sample(text="so happy", language="vi", family="turkic"), offsets=True)
    assert (row.family, row.notes) == ("turkic", ())
    row = preparer.prepare(
        Sample(text="so happy", language="tr", family=NO_DISENTANGLER), offsets=True
    )
    assert (row.language, row.family, row.family_index) == ("tr", None, NO_FAMILY)


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        (Sample(), "nothing to predict: give a text, a picture, or both"),
        (Sample(text=" \n\t\u200b\0"), "nothing to predict"),
        (Sample(text="so happy", language="nowhere tongue"), "'nowhere tongue' is not a language"),
        (Sample(text="so", language="sw", family="martian"), "no family 'martian' .*turkic"),
        (Sample(image=PICTURE, family="martian"), "no family 'martian'"),
    ],
)
def test_what_cannot_be_predicted_is_a_sentence(
    preparer: Preparer, sample: Sample, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        preparer.prepare(sample, offsets=True)
    with pytest.raises(ValueError, match=message):
        preparer.prepare_many([Sample(text="so", language="sw"), sample])


def test_a_picture_alone_has_no_family(preparer: Preparer) -> None:
    row = preparer.prepare(Sample(image=PICTURE, language="sw", family="turkic"), offsets=True)
    assert (row.text, row.language, row.family, row.family_index) == (None, None, None, NO_FAMILY)
    assert row.ids == () and row.tokens == () and row.notes == ()


def test_an_empty_text_beside_a_picture_is_mentioned(preparer: Preparer) -> None:
    row = preparer.prepare(Sample(text="  \u200b ", image=PICTURE), offsets=True)
    assert row.text is None
    assert row.notes == ("The text is empty.",)


@pytest.mark.parametrize("text", ["😀 😀", "!!!", "https://example.org/x", "\u0301"])
def test_a_text_without_words_is_read_with_one_note(preparer: Preparer, text: str) -> None:
    row = preparer.prepare(Sample(text=text, language="en"), offsets=True)
    assert row.ids
    assert len([n for n in row.notes if "no words" in n]) == 1


def test_a_long_text_says_how_much_was_read(preparer: Preparer) -> None:
    """64 ids at most, of which the begin, the prefix and the end are not the user's."""
    row = preparer.prepare(Sample(text="so happy " * 60, language="en"), offsets=True)
    assert len(row.ids) == 64
    own = len(row.ids) - preparer._around
    (note,) = row.notes
    assert note.startswith(f"Only the first {own} tokens were read; ")
    assert abs(own - len(row.tokens)) <= 1
    (batch,) = preparer.prepare_many([Sample(text="so happy " * 60, language="en")])
    assert batch.notes == row.notes


def test_a_script_that_the_tokenizer_does_not_know_is_mentioned(preparer: Preparer) -> None:
    """Even in one word, where begin, prefix and end outnumber the user's tokens."""
    row = preparer.prepare(Sample(text="ሰላም", language="am"), offsets=True)
    assert 0.3 < row.unknown_share <= 1
    assert "unknown to the tokenizer" in " ".join(row.notes)
    known = preparer.prepare(Sample(text="so happy", language="en"), offsets=True)
    assert known.unknown_share == 0


def test_many_and_one_agree_but_for_the_offsets(preparer: Preparer) -> None:
    samples = [
        Sample(text="so happy", language="en"),
        Sample(image=PICTURE),
        Sample(text="Ninafurahi sana", language="sw", image=PICTURE),
        Sample(text="ሰላም", language="am"),
    ]
    for row, sample in zip(preparer.prepare_many(samples), samples, strict=True):
        alone = preparer.prepare(sample, offsets=False)
        assert row == alone
        full = preparer.prepare(sample, offsets=True)
        assert (full.ids, full.notes) == (row.ids, row.notes)
        assert row.tokens == () and len(full.tokens) == len(full.positions)


def test_the_text_is_cleaned_and_tokens_count_its_characters(preparer: Preparer) -> None:
    row = preparer.prepare(Sample(text="  so\n\u202ehappy\0 ", language="en"), offsets=True)
    assert row.text == "so happy"
    assert row.tokens[-1].end == len("so happy")


def test_unusual_letters_are_read_as_usual_ones_and_shown_as_typed(preparer: Preparer) -> None:
    typed, usual = (
        preparer.prepare(Sample(text=text, language="ka"), offsets=True)
        for text in ("ᲓᲦᲔᲡ so\u00ad", "დღეს so")
    )
    assert typed.ids == usual.ids
    assert (typed.text, typed.tokens[-1].end) == ("ᲓᲦᲔᲡ so\u00ad", 8)
    note = "Read in usual letters, shown as it was typed: 4 Georgian capitals, 1 invisible sign."
    assert typed.notes == (note, *usual.notes)


def test_a_batch_carries_the_families(preparer: Preparer) -> None:
    samples = [Sample(text="so happy", language="tr"), Sample(text="so", language="vi")]
    batch = preparer.batch(preparer.prepare_many(samples))
    assert batch.family.tolist() == [CODES.index("turkic"), NO_FAMILY]


def test_a_translation_that_says_nothing_is_none(preparer: Preparer) -> None:
    assert preparer.prepare_anchor(None) is None
    assert preparer.prepare_anchor(" \u200b ") is None
    anchor = preparer.prepare_anchor("so happy")
    assert anchor is not None and len(anchor.tokens) == len(anchor.positions) > 0


def test_the_anchor_of_a_literal_model_is_read_through_no_disentangler(tiny_folder: Path) -> None:
    """`disentangle_anchor=False`: x^an of Eq. 11 is raw, in prediction as in training."""
    checkpoint = load_checkpoint(tiny_folder)
    literal = Preparer(
        checkpoint.tokenizer, replace(checkpoint.model.config, disentangle_anchor=False)
    )
    english, spanish = (
        literal.prepare(Sample(text="so happy", language=tag), offsets=False)
        for tag in ("en", "es")
    )
    assert english.family is None
    assert not english.notes
    assert spanish.family == "indo-european"
