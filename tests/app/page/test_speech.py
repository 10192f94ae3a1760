"""The page in a visitor's language: which one it is, numbers and plurals by CLDR, and words files
that are read when something is said."""

from __future__ import annotations

import ast
import asyncio
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo

from app.page import catalogue, say, speech

ROOT = Path(__file__).parents[3]
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in catalogue.words_files()
}
OTHERS = [language for language in speech.LANGUAGES if language != speech.ENGLISH]


def asked(headers: dict[str, str], usual: str = "", path: str = "/config") -> str:
    """What is spoken in a request with these headers."""
    spoken = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        spoken.append(speech.current())

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": raw}
    asyncio.run(speech.Speaking(app, usual)(scope, None, None))  # type: ignore[arg-type]
    assert speech.current() == speech.ENGLISH, "it ends with the request"
    return spoken[0]


@pytest.mark.parametrize(
    ("headers", "usual", "language"),
    [
        ({}, "", "en"),
        ({"accept-language": "de, es-MX;q=0.8, fr;q=0.9"}, "", "fr"),
        ({"accept-language": "zh-TW"}, "", "zh"),
        ({"accept-language": "fr;q=0, es;q=x, ar"}, "", "ar"),
        ({"accept-language": "fr", "cookie": "a=b; lfdrt-language=id"}, "", "id"),
        ({"accept-language": "fr", "cookie": "lfdrt-language=../../x"}, "", "fr"),
        ({"accept-language": "fr", "cookie": 'lfdrt-language="}[;'}, "", "fr"),
        ({"accept-language": "fr"}, "ar", "ar"),
        ({"cookie": "lfdrt-language=en"}, "ar", "en"),
    ],
)
def test_the_choice_comes_before_the_browsers(
    headers: dict[str, str], usual: str, language: str
) -> None:
    assert asked(headers, usual) == language


def test_programs_are_answered_in_english() -> None:
    assert asked({"accept-language": "es"}, path="/gradio_api/call/v1_predict") == "en"
    assert asked({"accept-language": "es"}, path="/gradio_api/queue/join") == "es"


def test_nothing_of_the_machine_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "es")
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    assert speech.current() == "en"
    assert say.percent(0.125, 1) == "12.5\u00a0%"


@pytest.mark.parametrize(
    ("language", "percent", "number", "count", "duration"),
    [
        ("en", "12.5\u00a0%", "−1234.5", "12,345", "2.5\u00a0h"),
        ("es", "12,5\u00a0%", "−1234,5", "12.345", "2,5\u00a0h"),
        ("fr", "12,5\u00a0%", "−1234,5", "12\u202f345", "2,5\u202fh"),
        ("zh", "12.5%", "−1234.5", "12,345", "2.5小时"),
        ("ar", "12.5%", "−1234.5", "12,345", "2.5\u00a0س"),
        ("id", "12,5%", "−1234,5", "12.345", "2,5\u00a0j"),
    ],
)
def test_numbers_are_written_as_cldr_has_them(
    language: str, percent: str, number: str, count: str, duration: str
) -> None:
    with speech.speaking(language):
        assert say.percent(0.125, 1) == percent
        assert say.number(-1234.5) == number
        assert say.count(12345) == count
        assert say.duration(9000) == duration
        assert say.points(0.00001) == say.number(0.0), "a zero has no sign"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "5 Nov 2026 09:20"),
        ("es", "5 nov 2026 9:20"),
        ("fr", "5 nov. 2026 09:20"),
        ("zh", "2026年11月5日 09:20"),
        ("ar", "05\u200f/11\u200f/2026 9:20 ص"),
        ("id", "5 Nov 2026 09.20"),
    ],
)
def test_times_are_written_as_cldr_has_them(language: str, said: str) -> None:
    with speech.speaking(language):
        assert say.moment("2026-11-05T09:20:30.000+00:00") == said
        assert said.startswith(say.date("2026-11-05"))
        assert say.date("long ago") == say.moment("long ago") == "long ago"


def test_what_is_written_from_the_left_stays_together_in_arabic() -> None:
    """An equation's number is a piece of its own, which no end of a line cuts."""
    told = [one.string for one in speech.read("ar") if "Eq." in str(one.string)]
    assert len(told) > 10
    for said in told:
        assert str(said).count("Eq.") == len(
            re.findall("\u2066Eq\\.\u00a0[\\d,\u00a0]+\u2069", said)
        )


def test_a_chart_separates_numbers_alike() -> None:
    from app.page.plots import Curve, curves

    line = Curve(name="a", x=[1000, 2000], y=[0.5, 1.5])
    for language, marks in (("en", ".,"), ("es", ",."), ("fr", ",\u202f")):
        with speech.speaking(language):
            assert curves([line], title="", x_title="").layout.separators == marks


def test_numbers_that_fill_a_sentence_follow_its_language(filled: None) -> None:
    with speech.speaking("es"):
        said = speech.t("{rows:,} rows, {share:.1f} of {all}, {gain:+.2f}")
        assert said == "de {all}: {rows:,} filas, {share:.1f}; {gain:+.2f}"
        assert said.format(rows=12345, share=0.25, all="5.5", gain=1.5) == (
            "de 5.5: 12.345 filas, 0,2; +1,50"
        )
        assert speech.t("not translated") == "not translated"


def test_every_form_of_a_plural_is_said(filled: None) -> None:
    forms = {0: "zero", 1: "one", 2: "two", 3: "few", 11: "many", 100: "other"}
    with speech.speaking("ar"):
        for n, form in forms.items():
            assert speech.tn("{n} row", "{n} rows", n) == f"{form} {n}"
        assert speech.forms("{n} row", "{n} rows") == {
            form: f"{form} {{n}}" for form in forms.values()
        }
    assert [speech.tn("{n} row", "{n} rows", n) for n in (1, 2)] == ["1 row", "2 rows"]


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Catalogues of two sentences."""
    sentence = "{rows:,} rows, {share:.1f} of {all}, {gain:+.2f}"
    monkeypatch.setattr(speech, "CATALOGUES", tmp_path)
    for language in ("es", "ar"):
        made = catalogue.renewed(language, {sentence: [], ("{n} row", "{n} rows"): []})
        made[sentence].string = "de {all}: {rows:,} filas, {share:.1f}; {gain:+.2f}"
        made["{n} row"].string = tuple(f"{form} {{n}}" for form in speech.categories(language))
        speech.catalogue_file(language).write_bytes(catalogue.written(made))
    speech._catalogue.cache_clear()
    yield
    speech._catalogue.cache_clear()


def test_every_words_file_speaks() -> None:
    for name in FILES:
        importlib.import_module(name)
    assert set(FILES) <= set(speech.WORDS)
    for name, but in speech.WORDS.items():
        assert but <= set(vars(importlib.import_module(name))), f"{name} has no such constants"


def test_constants_are_read_in_the_visitors_language(filled: None) -> None:
    from app.jobs import words

    with speech.speaking("es"):
        assert type(words.NOT_RUNNING) is speech.Said
        assert isinstance(words.STATES, dict)
        assert say.NBSP == "\u00a0"
        assert type(say.NBSP) is str
    assert type(words.NOT_RUNNING) is str


@pytest.mark.parametrize("path", sorted(ROOT.glob("app/**/*.py")), ids=lambda path: path.stem)
def test_no_module_keeps_a_sentence(path: Path) -> None:
    """Read at import, or by name out of its file, it would stay in the language of that moment."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                if (full := f"{node.module}.{one.name}") in FILES:
                    words[one.asname or one.name] = full
                elif node.module in FILES:
                    assert not _spoken(node.module, one.name), f"line {node.lineno}: {one.name}"
    for node in _at_import(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = words.get(node.value.id)
            assert name is None or not _spoken(name, node.attr), f"line {node.lineno}: {node.attr}"


def _spoken(module: str, name: str) -> bool:
    loaded = importlib.import_module(module)
    value = vars(loaded).get(name)
    return (
        name.isupper()
        and name not in speech.WORDS[module]
        and not isinstance(value, speech.Sentences)
    )


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """All but the insides of functions."""
    yield node
    inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in [node.args] if inside else ast.iter_child_nodes(node):
        yield from _at_import(child)


def test_a_catalogue_is_a_gettext_one(tmp_path: Path) -> None:
    """Other programs read it too."""
    for language in OTHERS:
        with (tmp_path / "one.mo").open("wb") as file:
            write_mo(file, speech.read(language))
