"""What the page says about a prediction: the truth, escaped."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from app.exports import csv_text, export, json_text, svg_text
from app.views.families import families, sharpness, spread, units
from app.views.regions import regions
from app.views.result import empty, failure, result, waiting
from app.views.translation import translation
from tests.app.samples import CODES, prediction, scores

EVIL = "<script>alert(1)</script> <img src=x onerror=alert(1)>"


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "draw",
    [
        lambda p: result(p, EVIL, EVIL),
        families,
        lambda p: export(p, EVIL),
        lambda p: regions(p, Image.new("RGB", (20, 10))),
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
    both = words_of(result(prediction(used=scores(3, 3, 0.7))))
    assert "Both classifiers say joy: 70 % and 70 %." in both
    apart = words_of(result(prediction(used=scores(3, 0, 0.6))))
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
    assert words in words_of(result(prediction(text, grid=grid)))


def test_a_model_is_named_only_where_it_is_not_the_usual_one():
    assert "Model: my own" in words_of(result(prediction(), model="my own"))
    assert "Model" not in words_of(result(prediction()))


def test_every_class_of_both_classifiers_has_its_number():
    html = result(prediction())
    assert html.count('class="number"') == 2 * 7


def test_notes_are_shown():
    assert "Only the first 64 tokens" in result(
        prediction(notes=("Only the first 64 tokens were read.",))
    )


def test_families_that_do_not_differ_are_said_not_to():
    p = prediction()
    assert spread(p.families) == (0.0, False)
    assert "hardly differ" in words_of(families(p))


def test_families_that_differ_are_said_to():
    """0.7 against 0.05 for joy, and another label."""
    p = prediction(used=scores(3, 3, 0.7), others=scores(0, 0, 0.7))
    most, labels_differ = spread(p.families)
    assert (round(most, 2), labels_differ) == (0.65, True)
    assert "do not all give the same label; probabilities differ by up to 65" in words_of(
        families(p)
    )


def test_one_row_and_one_panel_for_each_family_and_none():
    html = families(prediction())
    assert html.count("data-choose=") == 2 * (len(CODES) + 1)  # over words and over tokens
    assert html.count("data-panel=") == len(CODES) + 1
    assert html.count(" hidden>") == len(CODES)  # only the reading used is open
    assert html.rindex("No disentangler") > html.rindex("Constructed")


def test_the_strip_holds_the_whole_text_as_it_was():
    p = prediction("so  happy, today…")
    strip = re.search(r'<p class="strip unit-words"[^>]*>(.*?)</p>', families(p))
    assert strip is not None
    assert re.sub("<[^>]*>", "", strip[1]) == p.text


def test_right_to_left_text_has_a_right_to_left_table():
    p = prediction("أنا سعيد جدا", language="ar", family="afro-asiatic")
    assert 'class="heat" dir="rtl" lang="ar"' in families(p)


def test_a_picture_alone_compares_predictions_only():
    html = families(prediction(None, language=None, family=None, grid=2))
    assert "heat" not in html
    assert "There is no text to attend to" in html


def test_merging_that_changes_nothing_is_not_offered():
    assert list(units(prediction("a"))) == ["tokens"]
    assert list(units(prediction("so happy"))) == ["words", "tokens"]


def test_sharpness_marks_the_own_family_and_knows_its_absence():
    import numpy as np

    values = np.linspace(1, 2, len(CODES))
    assert sharpness(values, CODES, "uralic").count("class=marked") == 1
    assert sharpness(values, CODES, None).count("class=marked") == 0
    assert sharpness(None, CODES, "uralic") == ""


def test_absent_views_are_absent():
    p = prediction()
    assert regions(p, None) == ""
    assert translation(p, "") == ""


def test_regions_have_a_button_each():
    html = regions(prediction(grid=3), Image.new("RGB", (40, 20)))
    assert html.count("data-cell=") == 9
    assert "Part 3, 3 of the picture" in html


def test_states_without_a_result():
    assert "What does it feel like?" in empty()
    assert "<b>" not in failure("<b>")


def test_the_table_is_for_spreadsheets_and_runs_nothing():
    table = csv_text(prediction("=1+1 and more"), "=2")
    assert table.startswith("\ufeff")
    assert ",'=2,'=1+1 and more," in table
    assert len(table.strip().splitlines()) == 1 + 1 + len(CODES) + 1


def test_the_json_holds_everything():
    import json

    p = prediction("so happy", grid=2)
    data = json.loads(json_text(p, "tiny"))
    assert data["model"] == "tiny"
    assert data["prediction"]["label"] == "joy"
    assert len(data["families"]) == len(CODES) + 1
    assert len(data["regions"]) == 2
    assert [t["piece"] for t in data["tokens"]] == [t.piece for t in p.tokens]


def test_there_is_no_figure_without_text():
    assert svg_text(prediction(None, grid=2), "tiny") == ""
    assert 'data-download="png"' not in export(prediction(None, grid=2), "tiny")
