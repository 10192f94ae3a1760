"""Properties that hold for any input: intake, letters, words, exports, run files, names, HTML."""

from __future__ import annotations

import csv
import html
import io
import json
import math
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.finetune.spec import TrainingSpec
from app.jobs.store import JobFolder, JobRecord, clean_name, slug
from app.models.requests import Refused
from app.page.guard import NAME, host_name
from app.page.html import esc
from lfdrt.data.export import Appender, CsvAppender, JsonlAppender, restore
from lfdrt.data.intake.read import Intake, read_intake
from lfdrt.events import EvalDone, StepDone, Warned, from_line, to_line
from lfdrt.languages import resolve
from lfdrt.letters import usual
from lfdrt.output import Token
from lfdrt.runs.files import SEAL, replace_whole, sealed, unsealed
from lfdrt.runs.log import EventLog, read_events
from lfdrt.words import each_token, merge, spans, summed

ODD = (
    "aأـ\u064eﻷﷲᲓე\u0301\u200b\u200c\u200d\u00ad\u200f\u202e👩👧🏽🇫1\ufe0f\u20e3"
    "가ｶﾞख\u093cខ\u17d2 \n。"
)
texts = st.text() | st.text(st.sampled_from(ODD), max_size=40)
whole = st.text(st.characters(exclude_categories=["Cs"]))  # what UTF-8 can hold
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


# Intake


def taken(content: bytes, name: str, **given: Any) -> Intake:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        *_, found = read_intake(path, **given)
    assert isinstance(found, Intake)
    return found


sentences = st.text(st.sampled_from("aáçğñшქ你あ '\"=-+@;|,\t.!?"), min_size=1).filter(
    lambda text: any(c.isalpha() for c in text)
)


@settings(max_examples=20)
@given(st.lists(st.tuples(sentences, st.sampled_from(["joy", "fear", ""])), min_size=1))
def test_a_table_gives_its_rows_in_their_order(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
    found = taken(written.getvalue().encode(), "t.csv", labels=("joy", "fear"))
    assert found.report.rows == len(rows)
    assert [row.text for row in found.rows] == [restore(text) for text, _ in rows]
    numbers = [row.number for row in found.rows]
    assert numbers == sorted(set(numbers))


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.txt", "t.jsonl", "t", "t.xlsx"]))
def test_any_bytes_are_rows_or_a_sentence(content: bytes, name: str) -> None:
    report = taken(content, name).report
    assert report.rows or report.errors
    for said in (*report.errors, *report.warnings):
        assert said.strip() and "Traceback" not in said


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.sampled_from(["text", "label", "data", ""]), values), max_size=4)
)
def test_any_json_is_rows_or_a_sentence(rows: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    for content, name in ((lines, "t.jsonl"), (json.dumps(rows).encode(), "t.json")):
        report = taken(content, name).report
        assert report.rows or report.errors


@settings(max_examples=200)
@given(texts)
def test_any_name_of_a_language_is_one_or_a_sentence(given: str) -> None:
    try:
        assert resolve(given).code
    except ValueError as error:
        assert str(error)


# Letters and words


@settings(max_examples=200)
@given(texts)
def test_what_is_read_is_shown_where_it_was_typed(text: str) -> None:
    """Canonically the same letters stay at their place: a span of nothing is a span of nothing."""
    letters = usual(text)
    assert letters.typed(0, 0) == (0, 0) and not letters.note.count("\n")
    for i, c in enumerate(letters.text):
        start, end = letters.typed(i, i + 1)
        assert text[start:end]
        if c.isascii() and c.isalnum():  # a plain letter is one that was typed, in some form
            assert c in unicodedata.normalize("NFKC", text[start:end])


@st.composite
def tokenized(draw: st.DrawFn) -> tuple[str, tuple[Token, ...]]:
    """A text and tokens as any tokenizer may cut it: in order, with gaps, some of no width or of
    one place."""
    text = draw(texts.filter(bool))
    cuts = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=12).map(sorted))
    pairs = [(a, b) for a, b in pairwise(cuts) if draw(st.integers(0, 5))]
    tokens = [Token(piece=text[a:b], start=a, end=b, unknown=draw(st.booleans())) for a, b in pairs]
    assume(tokens)
    return text, tuple(tokens)


@pytest.mark.parametrize("cut", [merge, each_token])
@settings(max_examples=200)
@given(given=tokenized())
def test_words_hold_every_token_once_in_its_order(
    cut: Any, given: tuple[str, tuple[Token, ...]]
) -> None:
    text, tokens = given
    words = cut(text, tokens)
    assert [t for word in words for t in word.tokens] == list(range(len(tokens)))
    for word, (start, end) in zip(words, spans(text, words), strict=True):
        assert word.text and word.start == start <= word.end <= end <= len(text)
        assert word.unknown == any(tokens[t].unknown for t in word.tokens)
    weights = np.random.default_rng(0).random((2, len(tokens)))
    np.testing.assert_allclose(summed(weights, words).sum(-1), weights.sum(-1))


# Export


@dataclass
class Row:
    number: int
    values: dict[str, str]


@pytest.mark.parametrize("writer", [CsvAppender, JsonlAppender])
@settings(max_examples=60)
@given(cells=st.lists(whole, min_size=1, max_size=6), luck=st.floats(0, 1))
def test_an_export_that_was_cut_anywhere_is_finished_to_the_same_file(
    writer: type[Appender], cells: list[str], luck: float
) -> None:
    rows = [Row(n, {"text": cell, "id": str(n)}) for n, cell in enumerate(cells)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        with writer(path, ["text", "id"]) as out:
            out.append([row.values for row in rows])
        content = path.read_bytes()
        path.write_bytes(content[: math.floor(luck * len(content))])
        with writer(path, ["text", "id"]) as out:
            out.append([row.values for row in out.unfinished(rows, ["text", "id"])])
        assert path.read_bytes() == content


# Run files


@given(st.dictionaries(st.text(), values, max_size=5), st.text(), values)
def test_a_seal_knows_what_it_was_put_on(data: dict[str, Any], name: str, other: Any) -> None:
    assume(SEAL not in data and name != SEAL)
    plain = json.loads(json.dumps(data))
    stored = json.loads(json.dumps(sealed(plain), indent=1))
    assert unsealed(stored) == plain
    changed = stored | {name: other}
    if json.dumps(changed, sort_keys=True) != json.dumps(stored, sort_keys=True):
        with pytest.raises(ValueError, match="changed after it was written"):
            unsealed(changed)


numbers = st.floats(allow_nan=False, allow_infinity=False)
events = st.one_of(
    st.builds(StepDone, step=st.integers(0, 9), losses=st.dictionaries(whole, numbers),
              learning_rate=numbers, seconds=numbers),
    st.builds(EvalDone, step=st.integers(0, 9), data=whole, rule=whole,
              scores=st.dictionaries(whole, numbers)),
    st.builds(Warned, step=st.integers(0, 9), message=whole),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(events, max_size=6), st.integers(0, 9), st.binary(max_size=20))
def test_a_log_keeps_what_is_whole(found: list[Any], step: int, half: bytes) -> None:
    """Whatever a killed process left behind the last line end."""
    assert [from_line(to_line(event)) for event in found] == found
    half = half.replace(b"\n", b"")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_bytes("".join(to_line(event) + "\n" for event in found).encode() + half)
        assert list(read_events(path)) == found
        with EventLog(path, step=step) as log:
            log.append(Warned(step=step, message="on"))
        kept = [event for event in found if step and event.step <= step]
        assert list(read_events(path)) == [*kept, Warned(step=step, message="on")]


@settings(max_examples=60)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_file_is_the_old_one_or_the_new_one(old: bytes, new: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        for content in (old, new):
            replace_whole(path, content)
            assert path.read_bytes() == content and list(Path(folder).iterdir()) == [path]


@settings(max_examples=60)
@given(whole, whole, st.integers(0, 9), whole)
def test_a_job_is_read_as_it_was_written(name: str, owner: str, rows: int, file: str) -> None:
    spec = TrainingSpec(table=Path("data/table.csv"), checkpoint=Path("compact"), rows=rows)
    record = JobRecord(name=name, owner=owner, created="now", spec=spec, files={"a": file})
    with TemporaryDirectory() as folder:
        job = JobFolder(Path(folder), TrainingSpec)
        job.write(record)
        assert job.record() == record and job.owner() == owner


# Names and HTML


@given(texts)
def test_a_name_is_one_line_and_as_a_file_it_leads_nowhere(name: str) -> None:
    plain = slug(name)
    assert Path(plain).name == plain and plain not in (".", "..") and len(plain) <= 60
    try:
        clean = clean_name(name, "missing")
    except Refused as error:
        assert str(error) == "missing"
    else:
        assert clean.isprintable() and clean == clean.strip() and 0 < len(clean) <= 120


@given(texts)
def test_what_is_shown_is_text(text: str) -> None:
    shown = esc(text)
    assert not re.search(r"[<>\"']", shown) and html.unescape(shown) == text


@given(texts | st.from_regex(r"[\w.:/@*\[\]-]{1,12}", fullmatch=True))
def test_a_served_name_is_one_host(given: str) -> None:
    try:
        name = host_name(given)
    except ValueError as error:
        assert "--allow-host takes" in str(error)
    else:
        assert NAME.fullmatch(name) or re.fullmatch(r"\[[0-9a-f:.]+\]", name)
        assert host_name(name) == name
