"""The chat baseline's prompt, and reading what models write in return."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from PIL import Image

from lfdrt.baselines.chat.prompt import (
    LONGEST_SIDE,
    UNUSABLE,
    Picture,
    Question,
    read_answer,
    response_format,
)
from lfdrt.data.images import ImageError
from tests.baselines.chat.made import QUESTION

LABELS = QUESTION.labels


def photo() -> Picture:
    """A JPEG of 1,200 x 600 pixels whose EXIF names a camera."""
    image, file = Image.new("RGB", (1200, 600), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "Camera of a stranger"
    image.save(file, format="JPEG", exif=exif)
    return Picture(name="red.jpg", data=file.getvalue())


def test_a_text_is_a_string_and_the_labels_are_named() -> None:
    system, user = QUESTION.messages()
    assert user == {"role": "user", "content": "Text:\nNinafurahi sana"}
    assert "anger, joy, neutral" in system["content"]
    assert "probabilities" not in system["content"]
    assert "probabilities" in replace(QUESTION, probabilities=True).messages()[0]["content"]


def test_a_picture_goes_small_and_without_its_metadata() -> None:
    picture = photo()
    assert b"stranger" in picture.data
    _, user = replace(QUESTION, picture=picture).messages()
    text, image = user["content"]
    assert text["text"].endswith("Ninafurahi sana")
    head, _, data = image["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    sent = base64.b64decode(data)
    assert b"stranger" not in sent
    assert Image.open(io.BytesIO(sent)).size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_picture_alone_and_a_damaged_one() -> None:
    _, user = replace(QUESTION, text=None, picture=photo()).messages()
    assert [part["type"] for part in user["content"]] == ["image_url"]
    damaged = Picture(name="half.png", data=b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ImageError, match=r"half\.png"):
        replace(QUESTION, picture=damaged).messages()
    with pytest.raises(ValueError, match="a text or a picture"):
        Question(labels=LABELS, text=None, picture=None, probabilities=False)


def test_text_that_json_cannot_carry_is_cleaned() -> None:
    _, user = replace(QUESTION, text="a\ud800\0b").messages()
    assert user["content"].encode("utf-8").startswith(b"Text:\na")
    assert "\0" not in user["content"]


def test_the_schema_allows_the_labels_alone() -> None:
    schema = response_format(LABELS, True)["json_schema"]["schema"]
    assert schema["required"] == ["label", "probabilities"]
    assert schema["properties"]["label"]["enum"] == list(LABELS)
    assert schema["properties"]["probabilities"]["required"] == list(LABELS)
    assert list(response_format(LABELS, False)["json_schema"]["schema"]["properties"]) == ["label"]


@pytest.mark.parametrize(
    "content",
    ['{"label": "joy"}', '```json\n{"label": "Joy"}\n```', 'It is:\n{"label": " joy."}', "Joy."],
)
def test_labels_are_found(content: str) -> None:
    answer = read_answer(content, LABELS)
    assert (answer.label, answer.problem, answer.probabilities) == ("joy", "", None)


@pytest.mark.parametrize(
    "content",
    [
        "",
        '{"label": "jo',
        '{"label": "happiness"}',
        '{"label": ["joy"]}',
        '{"emotion": "joy"}',
        '["joy"]',
        "I think joy",
        '{"label":' * 100_000 + "1" + "}" * 100_000,
    ],
)
def test_what_is_no_label_is_unusable(content: str) -> None:
    answer = read_answer(content, LABELS)
    assert (answer.label, answer.problem) == (None, UNUSABLE)


def test_probabilities_are_divided_by_their_sum() -> None:
    """0.2 + 0.6 + 0.16 = 0.96."""
    stated = '{"label": "joy", "probabilities": {"anger": 0.2, "joy": 0.6, "neutral": 0.16}}'
    answer = read_answer(stated, LABELS)
    assert answer.probabilities == pytest.approx((0.2 / 0.96, 0.6 / 0.96, 0.16 / 0.96))


@pytest.mark.parametrize(
    "stated",
    [
        '{"anger": 0.6, "joy": 0.4, "neutral": 0}',  # the label is not the likeliest
        '{"anger": 0.5, "joy": 0.5, "neutral": 0}',
        '{"anger": 0.1, "joy": 0.6, "neutral": 0.1}',  # sums to 0.8
        '{"anger": 0.1, "joy": 0.9}',
        '{"anger": true, "joy": 0.9, "neutral": 0}',
        '{"anger": NaN, "joy": 0.9, "neutral": 0.1}',
        '{"anger": -0.1, "joy": 1, "neutral": 0.1}',
        '"high"',
    ],
)
def test_probabilities_that_contradict_are_not_used(stated: str) -> None:
    answer = read_answer(f'{{"label": "joy", "probabilities": {stated}}}', LABELS)
    assert (answer.label, answer.probabilities) == ("joy", None)
