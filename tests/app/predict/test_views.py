"""What the page says about a prediction: the truth, escaped."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from PIL import Image

from app.page.saving import csv_text
from app.predict import attention, readings
from app.predict import result as result_views
from app.predict.readings import spread
from app.predict.result import empty, failure, json_text, waiting
from lfdrt.output import Prediction
from lfdrt.words import Word, units
from tests.app.samples import CODES, prediction, scores, tokens_of

SOURCE = "LFD-RT 9.9; checkpoint tiny"
EVIL = "<script>alert(1)</script> <img src=x onerror=alert(1)>"


def words(p: Prediction) -> tuple[Word, ...]:
    return next(iter(units(p).values()))


def result(p: Prediction, source: str, *more: str, **others: str) -> str:
    return result_views.result(p, words(p), source, *more, **others)


def families(p: Prediction, source: str) -> str:
    return readings.families(p, units(p), source)


def regions(p: Prediction, image: Image.Image | None, source: str) -> str:
    return attention.regions(p, words(p), image, source)


def translation(p: Prediction, english: str, source: str) -> str:
    return attention.translation(p, words(p), english, source)


def export(p: Prediction, model: str, source: str) -> str:
    return result_views.export(p, words(p), model, source)


def saved_table(html: str) -> list[list[str]]:
    """The first table that can be saved, its source at the end."""
    content = unescape(re.search(r'data-content="([^"]*)"', html)[1])
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "draw",
    [
        lambda p: result(p, EVIL, EVIL, EVIL),
        lambda p: families(p, EVIL),
        lambda p: export(p, EVIL, EVIL),
        lambda p: regions(p, Image.new("RGB", (20, 10)), EVIL),
        lambda p: waiting("reading", 1.0, EVIL),
    ],
    ids=["result", "families", "export", "regions", "waiting"],
)
def test_nothing_a_visitor_writes_becomes_html(draw):
    html = draw(prediction(EVIL, grid=2, notes=(EVIL,)))
    assert html
    assert "<script" not in html
    assert "<img" not in html


def test_agreement_and_disagreement_are_sentences():
    both = words_of(result(prediction(used=scores(3, 3, 0.7)), SOURCE))
    assert "Both classifiers say joy: 70 % and 70 %." in both
    apart = words_of(result(prediction(used=scores(3, 0, 0.6)), SOURCE))
    assert "the first says joy (60 %), the second anger (60 %)" in apart
    assert "The first is surer, so its word counts." in apart


@pytest.mark.parametrize(
    ("text", "grid", "words"),
    [
        ("so happy", None, "Text only, no picture"),
        ("so happy", 2, "Text and picture used"),
        (None, 2, "Picture only, no text"),
    ],
)
def test_it_says_what_was_used(text: str | None, grid: int | None, words: str):
    assert words in words_of(result(prediction(text, grid=grid), SOURCE))


def test_a_model_is_named_only_where_it_is_not_the_usual_one():
    assert "Model: my own" in words_of(result(prediction(), SOURCE, model="my own"))
    assert "Model" not in words_of(result(prediction(), SOURCE))


def test_every_class_of_both_classifiers_has_its_number():
    html = result(prediction(), SOURCE)
    assert html.count('class="number"') == 2 * 7


def test_notes_are_shown():
    assert "Only the first 64 tokens" in result(
        prediction(notes=("Only the first 64 tokens were read.",)), SOURCE
    )


def test_families_that_do_not_differ_are_said_not_to():
    p = prediction()
    assert spread(p.families) == (0.0, False)
    assert "hardly differ" in words_of(families(p, SOURCE))


def test_families_that_differ_are_said_to():
    """0.7 against 0.05 for joy, and another label."""
    p = prediction(used=scores(3, 3, 0.7), others=scores(0, 0, 0.7))
    most, labels_differ = spread(p.families)
    assert (round(most, 2), labels_differ) == (0.65, True)
    assert "do not all give the same label; probabilities differ by up to 65" in words_of(
        families(p, SOURCE)
    )


def test_one_row_and_one_panel_for_each_family_and_none():
    html = families(prediction(), SOURCE)
    assert html.count("data-choose=") == 2 * (len(CODES) + 1)  # over words and over tokens
    assert html.count("data-panel=") == len(CODES) + 1
    assert html.count(" hidden>") == len(CODES)  # only the reading used is open
    assert html.rindex("No disentangler") > html.rindex("Constructed")


def test_the_strip_holds_the_whole_text_as_it_was():
    p = prediction("so  happy, today…")
    strip = re.search(r'<p class="strip unit-words"[^>]*>(.*?)</p>', families(p, SOURCE))
    assert strip is not None
    assert re.sub("<[^>]*>", "", strip[1]) == p.text


def test_right_to_left_text_has_a_right_to_left_table():
    p = prediction("أنا سعيد جدا", language="ar", family="afro-asiatic")
    assert 'class="heat" dir="rtl" lang="ar"' in families(p, SOURCE)


def test_a_picture_alone_compares_predictions_only():
    html = families(prediction(None, language=None, family=None, grid=2), SOURCE)
    assert "heat" not in html
    assert "There is no text to attend to" in html


def test_merging_that_changes_nothing_is_not_offered():
    assert list(units(prediction("a"))) == ["tokens"]
    assert list(units(prediction("so happy"))) == ["words", "tokens"]


def test_absent_views_are_absent():
    p = prediction()
    assert regions(p, None, SOURCE) == ""
    assert translation(p, "", SOURCE) == ""


def test_regions_have_a_button_each():
    html = regions(prediction(grid=3), Image.new("RGB", (40, 20)), SOURCE)
    assert html.count("data-cell=") == 9
    assert "Part 3, 3 of the picture" in html


def test_states_without_a_result():
    assert "What does it feel like?" in empty()
    assert "<b>" not in failure("<b>")


def test_the_table_is_for_spreadsheets_and_runs_nothing():
    evil = prediction("=1+1 and more")
    table = csv_text(result_views.table_rows(evil, words(evil), "=2"), SOURCE)
    assert table.startswith("\ufeff")
    assert ",'=2,'=1+1 and more," in table
    assert len(table.strip().splitlines()) == 1 + 1 + len(CODES) + 1 + 1
    assert table.endswith(f"{SOURCE}\r\n")


def test_the_json_holds_everything():
    import json

    p = prediction("so happy", grid=2)
    data = json.loads(json_text(p, "tiny", SOURCE))
    assert (data["model"], data["source"]) == ("tiny", SOURCE)
    assert data["label"] == "joy"
    assert len(data["families"]) == len(CODES) + 1
    assert len(data["grid"]) == 2
    assert [t["piece"] for t in data["tokens"]] == [t.piece for t in p.tokens]


def test_every_chart_has_its_files_and_its_source():
    """Classifiers, attention, picture and words, translation."""
    p = replace(
        prediction("so happy", grid=2),
        translation=np.full((len(CODES), 4, 2), 0.5),
        translation_tokens=tokens_of("be"),
    )
    charts = (
        result(p, SOURCE),
        families(p, SOURCE),
        regions(p, Image.new("RGB", (4, 4)), SOURCE),
        translation(p, "be", SOURCE),
    )
    for html in charts:
        assert f'data-source="{SOURCE}"' in html and "data-drawn" in html
        assert [html.count(f'data-download="{kind}"') for kind in ("csv", "svg", "png")] == [1] * 3


def test_the_translation_is_saved_for_every_family():
    p = replace(
        prediction("ah", grid=2),
        translation=np.stack([np.full((2, 2), k / 100) for k in range(len(CODES))]),
        translation_tokens=tokens_of("be"),
    )
    rows = saved_table(translation(p, "be", SOURCE))
    assert rows[0] == ["Family", "Word", "be"]
    assert rows[1:3] == [["Indo-European", "ah", "0.0"], ["Uralic", "ah", "0.02"]]
    assert len(rows) == 1 + len(CODES) + 1


def test_a_picture_alone_has_no_figure_of_attention():
    assert "data-drawn" not in families(
        prediction(None, grid=2, language=None, family=None), SOURCE
    )
