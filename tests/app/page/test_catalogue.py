"""The catalogues of the page's languages: the same sentences, placeholders and tags in all."""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from app.page import catalogue, speech

OTHERS = [language for language in speech.LANGUAGES if language != speech.ENGLISH]
FULL_WIDTH = tuple("；，。：、")
DONE = OTHERS
"""Wholly translated; the others are English where they are empty."""


def filled(sentence: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def marks(sentence: str) -> Counter[str]:
    """Tags, options and commands: what a browser or a person takes literally."""
    return Counter(re.findall(r"</?\w+[^>]*>|--[a-z-]+\b|python -m \S+|§[\d.]+", sentence))


def told(message: Message) -> list[tuple[str, str]]:
    """Each translation with the English that it stands for."""
    if not message.pluralizable:
        return [(message.id, message.string)] if message.string else []
    return [(message.id[1], said) for said in message.string if said]


def test_the_program_says_something() -> None:
    said = catalogue.sentences()
    assert len(said) > 1000
    assert ("{n:,} row", "{n:,} rows") in said
    singular = Counter(key if isinstance(key, str) else key[0] for key in said)
    assert singular.most_common(1)[0][1] == 1, "gettext knows a sentence by its singular"


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_sentence_and_no_other(language: str) -> None:
    """`python -m app.page.catalogue` makes it so."""
    whole = catalogue.renewed(language, catalogue.sentences())
    held = speech.read(language)
    assert [one.id for one in held] == [one.id for one in whole]
    assert held.plural_expr == whole.plural_expr


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_filled_as_the_english_one(language: str) -> None:
    for message in speech.read(language):
        if not message.id:
            continue
        for english, said in told(message):
            if message.pluralizable:  # "one row" needs no number
                assert not filled(said) - filled(english), said
            else:
                assert filled(said) == filled(english), said
            assert marks(said) == marks(english), said
            assert said[:1].isspace() == english[:1].isspace(), said
            if said[-1:] not in FULL_WIDTH:  # these bring their space with them
                assert said[-1:].isspace() == english[-1:].isspace(), said


@pytest.mark.parametrize("language", OTHERS)
def test_a_plural_has_all_its_forms_or_none(language: str) -> None:
    for message in speech.read(language):
        if message.id and message.pluralizable:
            assert len(message.string) == len(speech.categories(language))
            assert all(message.string) or not any(message.string), message.id
            if all(message.string):
                assert filled(message.string[-1]) == filled(message.id[1]), message.string


@pytest.mark.parametrize("language", DONE)
def test_nothing_is_left_in_english(language: str) -> None:
    held = speech.read(language)
    assert [one.id for one in held if one.fuzzy and one.id] == []
    assert catalogue.missing(held) == 0


def test_what_was_translated_survives_a_new_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "CATALOGUES", tmp_path)
    first = catalogue.renewed("es", {"old": ["a.py"], "kept": ["a.py"]})
    first["old"].string, first["kept"].string = "viejo", "guardado"
    speech.catalogue_file("es").write_bytes(catalogue.written(first))
    second = catalogue.renewed("es", {"new": ["b.py"], "kept": ["b.py"]})
    held = {one.id: one.string or "" for one in second if one.id}
    assert held == {"new": "", "kept": "guardado"}
    assert catalogue.missing(second) == 1
    speech.catalogue_file("es").write_bytes(catalogue.written(second))
    assert catalogue.written(catalogue.renewed("es", {"new": ["b.py"], "kept": ["b.py"]})) == (
        speech.catalogue_file("es").read_bytes()
    )
